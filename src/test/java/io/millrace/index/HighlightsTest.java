package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.index.KeywordQuery.Correct;
import io.millrace.index.SearchPassages.Range;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.search.IndexSearcher;
import org.junit.jupiter.api.Test;

class HighlightsTest {

  @Test
  void stemsAreMarkedWhereTheyStand() throws IOException {
    assertThat(marked("retry", "Retries are cheap, a retried task is not. 🚰 Retry!"))
        .containsExactly("Retries", "retried", "Retry");
    assertThat(marked("документ", "В документах и в Документе.")).hasSize(2);
  }

  @Test
  void aPhraseIsMarkedAsAWholeAndItsWordsElsewhereAreNot() throws IOException {
    assertThat(marked("\"water wheel\"", "A wheel, water, and a water wheel."))
        .containsExactly("water wheel");
  }

  @Test
  void aTextWithoutAMatchHasNoRanges() throws IOException {
    assertThat(marked("absent", "Nothing of it is here.")).isEmpty();
    assertThat(marked("absent", "")).isEmpty();
  }

  @Test
  void matchesFarBehindTheUsualLimitAreMarkedToo() throws IOException {
    assertThat(marked("needle", "hay ".repeat(20_000) + "needle")).containsExactly("needle");
  }

  @Test
  void touchingAndOverlappingRangesBecomeOne() {
    var ranges = List.of(new Range(5, 9), new Range(0, 3), new Range(3, 4), new Range(6, 7));

    assertThat(Highlights.merged(ranges)).containsExactly(new Range(0, 4), new Range(5, 9));
  }

  private List<String> marked(String question, String text) throws IOException {
    var query =
        KeywordQuery.of(
                Question.of(question),
                new IndexSearcher(new MultiReader()),
                List.of(),
                Correct.UNKNOWN_WORDS)
            .orElseThrow();
    var analyzer = ProseAnalyzer.everyWord();
    var highlights =
        query.required().isPresent()
            ? Highlights.ofPhrases(analyzer)
            : Highlights.ofWords(analyzer);
    return highlights.of(PassageShape.PROSE, query.marking(), text).stream()
        .map(range -> text.substring(range.start(), range.end()))
        .toList();
  }
}
