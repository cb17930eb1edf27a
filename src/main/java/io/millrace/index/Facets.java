package io.millrace.index;

import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;

/** Counts what a query matches by collection, type, language and tag. */
final class Facets {
  /** How many values of a facet are told, the most frequent first. */
  private static final int VALUES_MAX = 50;

  /** Fields by the name of their facet. */
  private static final Map<String, String> FIELDS = fields();

  private Facets() {}

  /** How many passages that {@code query} matches have each value, by facet. */
  static Map<String, Map<String, Long>> of(IndexSearcher searcher, Query query) throws IOException {
    return searcher.search(query, new Counting());
  }

  private static Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("collections", PassageShape.COLLECTION);
    fields.put("mediaTypes", PassageShape.MEDIA_TYPE);
    fields.put("languages", PassageShape.LANGUAGE);
    fields.put("tags", PassageShape.TAG);
    return fields;
  }

  private static Map<String, Long> mostFrequent(Map<String, Long> counts) {
    Map<String, Long> most = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(VALUES_MAX)
        .forEach(entry -> most.put(entry.getKey(), entry.getValue()));
    return most;
  }

  private static final class Counting
      implements CollectorManager<Counter, Map<String, Map<String, Long>>> {
    @Override
    public Counter newCollector() {
      return new Counter();
    }

    @Override
    public Map<String, Map<String, Long>> reduce(Collection<Counter> counters) {
      Map<String, Map<String, Long>> facets = new LinkedHashMap<>();
      for (String facet : FIELDS.keySet()) {
        Map<String, Long> sum = new HashMap<>();
        for (Counter counter : counters) {
          counter
              .counts
              .getOrDefault(facet, Map.of())
              .forEach((value, count) -> sum.merge(value, count, Long::sum));
        }
        facets.put(facet, mostFrequent(sum));
      }
      return facets;
    }
  }

  /** Counts by ordinal within a segment, by word across segments. */
  private static final class Counter implements Collector {
    private final Map<String, Map<String, Long>> counts = new HashMap<>();

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE_NO_SCORES;
    }

    @Override
    public LeafCollector getLeafCollector(LeafReaderContext leaf) throws IOException {
      List<String> facets = List.copyOf(FIELDS.keySet());
      SortedSetDocValues[] values = new SortedSetDocValues[facets.size()];
      long[][] seen = new long[facets.size()][];
      for (int i = 0; i < values.length; i++) {
        values[i] = DocValues.getSortedSet(leaf.reader(), FIELDS.getOrDefault(facets.get(i), ""));
        seen[i] = new long[Math.toIntExact(values[i].getValueCount())];
      }
      return new LeafCollector() {
        @Override
        public void setScorer(Scorable scorer) {
          // Matches are counted, not scored.
        }

        @Override
        public void collect(int doc) throws IOException {
          for (int i = 0; i < values.length; i++) {
            if (values[i].advanceExact(doc)) {
              for (int left = values[i].docValueCount(); left > 0; left--) {
                seen[i][(int) values[i].nextOrd()]++;
              }
            }
          }
        }

        @Override
        public void finish() throws IOException {
          for (int i = 0; i < values.length; i++) {
            Map<String, Long> sum = counts.computeIfAbsent(facets.get(i), _ -> new HashMap<>());
            for (int ord = 0; ord < seen[i].length; ord++) {
              if (seen[i][ord] > 0) {
                sum.merge(values[i].lookupOrd(ord).utf8ToString(), seen[i][ord], Long::sum);
              }
            }
          }
        }
      };
    }
  }
}
