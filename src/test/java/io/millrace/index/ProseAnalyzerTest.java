package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ProseAnalyzerTest {
  @Test
  void formsOfARussianWordShareOneStem() {
    Set<String> stems = words("документ документа документами ДОКУМЕНТЫ");

    assertThat(stems).hasSize(1);
  }

  @Test
  void yoIsYeAndShortIKeepsItsBreve() {
    assertThat(words("ёлка")).isEqualTo(words("елка"));
    assertThat(words("зайка")).isNotEqualTo(words("заика"));
  }

  @Test
  void englishWordsAreStemmedWithoutTheirPossessive() {
    assertThat(words("connection's Connections connected")).containsExactly("connect");
  }

  @Test
  void oneTextMayMixBothLanguages() {
    assertThat(words("Настройка Lucene indexes в кластере"))
        .contains("lucen", "index")
        .containsAll(words("настройки кластера"));
  }

  @Test
  void stopWordsAreLeftOutOfQuestionsOnly() {
    assertThat(Question.terms(ProseAnalyzer.tellingWords(), "the wheel и the вода").keySet())
        .containsExactlyInAnyOrder("wheel", "вод");
    assertThat(words("the wheel и the вода")).contains("the", "и");
  }

  private static Set<String> words(String text) {
    return Question.terms(ProseAnalyzer.everyWord(), text).keySet();
  }
}
