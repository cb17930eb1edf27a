package io.millrace.index;

import io.millrace.index.SearchPassages.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.uhighlight.Passage;
import org.apache.lucene.search.uhighlight.PassageFormatter;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.search.uhighlight.WholeBreakIterator;

/**
 * Finds where a query matches in a text by analysing the text again, so stems and whole phrases are
 * marked as the index understood them.
 */
final class Highlights {
  private final UnifiedHighlighter highlighter;

  private Highlights(Analyzer analyzer, boolean phrases) {
    highlighter =
        UnifiedHighlighter.builderWithoutSearcher(analyzer)
            .withHighlightPhrasesStrictly(phrases)
            .withWeightMatches(phrases)
            .withPassageRelevancyOverSpeed(phrases)
            .withMaxLength(Integer.MAX_VALUE - 1)
            .withBreakIterator(WholeBreakIterator::new)
            .withMaxNoHighlightPassages(0)
            .withFormatter(new AsRanges())
            .build();
  }

  /** For queries of single words: one pass over the text. */
  static Highlights ofWords(Analyzer analyzer) {
    return new Highlights(analyzer, /* phrases= */ false);
  }

  /** For queries with phrases, whose words are no match elsewhere: each text is indexed first. */
  static Highlights ofPhrases(Analyzer analyzer) {
    return new Highlights(analyzer, /* phrases= */ true);
  }

  /** Matched ranges of {@code text} in order, not overlapping. */
  List<Range> of(String field, Query query, String text) throws IOException {
    if (text.isEmpty()) {
      return List.of();
    }
    Object ranges = highlighter.highlightWithoutSearcher(field, query, text, 1);
    return ranges instanceof Ranges found ? found.list : List.of();
  }

  private record Ranges(List<Range> list) {}

  private static final class AsRanges extends PassageFormatter {
    @Override
    public Object format(Passage[] passages, String content) {
      var all = new ArrayList<Range>();
      for (Passage passage : passages) {
        for (int i = 0; i < passage.getNumMatches(); i++) {
          all.add(new Range(passage.getMatchStarts()[i], passage.getMatchEnds()[i]));
        }
      }
      return new Ranges(merged(all));
    }
  }

  /** The same places, ordered, those that touch or overlap made one. */
  static List<Range> merged(List<Range> ranges) {
    var merged = new ArrayList<Range>();
    var ordered = ranges.stream().sorted(Comparator.comparingInt(Range::start)).toList();
    for (Range range : ordered) {
      if (!merged.isEmpty() && range.start() <= merged.getLast().end()) {
        Range last = merged.removeLast();
        merged.add(new Range(last.start(), Math.max(last.end(), range.end())));
      } else {
        merged.add(range);
      }
    }
    return List.copyOf(merged);
  }
}
