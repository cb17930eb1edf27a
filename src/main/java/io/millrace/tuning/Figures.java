package io.millrace.tuning;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How good rankings are, each figure from 0 to 1.
 *
 * @param ndcg10 normalised discounted cumulative gain of the first 10
 * @param map mean average precision over the first {@link #DEPTH}
 * @param recall100 the share of what is expected among the first {@link #DEPTH}
 * @param mrr10 the mean of 1 over the rank of the first expected document, 0 beyond 10
 * @param success10 the share of queries with an expected document among the first 10
 */
public record Figures(double ndcg10, double map, double recall100, double mrr10, double success10) {
  /** How many documents each ranking has at most. */
  public static final int DEPTH = 100;

  private static final int TOP = 10;

  /**
   * Of one ranking.
   *
   * @param grades of the expected documents
   * @param ranks where they were found, from 1; 0 where they were not
   */
  static Figures of(List<Integer> grades, List<Integer> ranks) {
    Map<String, Integer> judged = new HashMap<>();
    Map<Integer, String> found = new HashMap<>();
    for (int i = 0; i < grades.size(); i++) {
      judged.put("expected " + i, grades.get(i));
      if (ranks.get(i) > 0) {
        found.put(ranks.get(i), "expected " + i);
      }
    }
    List<String> ranking =
        IntStream.rangeClosed(1, DEPTH)
            .mapToObj(rank -> found.getOrDefault(rank, "other " + rank))
            .toList();
    return new Figures(
        Metrics.ndcg(ranking, judged, TOP),
        Metrics.averagePrecision(ranking, judged),
        Metrics.recall(ranking, judged, DEPTH),
        Metrics.reciprocalRank(ranking, judged, TOP),
        Metrics.recall(ranking, judged, TOP) > 0 ? 1 : 0);
  }

  /** The mean of each figure; all 0 of none. */
  static Figures mean(List<Figures> all) {
    return new Figures(
        mean(all, Figures::ndcg10),
        mean(all, Figures::map),
        mean(all, Figures::recall100),
        mean(all, Figures::mrr10),
        mean(all, Figures::success10));
  }

  private static double mean(List<Figures> all, ToDoubleFunction<Figures> figure) {
    return all.stream().mapToDouble(figure).average().orElse(0);
  }
}
