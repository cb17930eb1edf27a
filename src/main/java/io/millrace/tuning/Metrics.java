package io.millrace.tuning;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How good one ranking is, by the definitions of {@code trec_eval}. A ranking is document ids, best
 * first; one that occurs again counts where it came first, at that rank. Grades above 0 are
 * relevant; what nobody judged is not. Rankings of queries without a relevant document score 0.
 */
public final class Metrics {
  private Metrics() {}

  /**
   * Normalised discounted cumulative gain of the first {@code depth}: the gain of a document is its
   * grade, discounted by the logarithm (base 2) of its rank plus 1, over the best that is possible.
   */
  public static double ndcg(List<String> ranking, Map<String, Integer> grades, int depth) {
    List<Integer> ideal =
        grades.values().stream().filter(grade -> grade > 0).sorted((a, b) -> b - a).toList();
    List<Integer> gains =
        distinct(ranking).stream().map(id -> Math.max(0, grades.getOrDefault(id, 0))).toList();
    double best = gain(ideal, depth);
    return best == 0 ? 0 : gain(gains, depth) / best;
  }

  private static double gain(List<Integer> grades, int depth) {
    double sum = 0;
    for (int i = 0; i < Math.min(depth, grades.size()); i++) {
      sum += grades.get(i) * Math.log(2) / Math.log(i + 2);
    }
    return sum;
  }

  /** The mean of the precisions at the ranks of all relevant documents, 0 for those not found. */
  public static double averagePrecision(List<String> ranking, Map<String, Integer> grades) {
    long relevant = relevant(grades);
    double sum = 0;
    int found = 0;
    int rank = 0;
    for (String id : distinct(ranking)) {
      rank++;
      if (grades.getOrDefault(id, 0) > 0) {
        found++;
        sum += (double) found / rank;
      }
    }
    return relevant == 0 ? 0 : sum / relevant;
  }

  /** The share of the relevant documents that are among the first {@code depth}. */
  public static double recall(List<String> ranking, Map<String, Integer> grades, int depth) {
    long relevant = relevant(grades);
    long found =
        distinct(ranking).stream()
            .limit(depth)
            .filter(id -> grades.getOrDefault(id, 0) > 0)
            .count();
    return relevant == 0 ? 0 : (double) found / relevant;
  }

  /** 1 over the rank of the first relevant document; 0 when none is among {@code depth}. */
  public static double reciprocalRank(
      List<String> ranking, Map<String, Integer> grades, int depth) {
    int rank = 0;
    for (String id : distinct(ranking).stream().limit(depth).toList()) {
      rank++;
      if (grades.getOrDefault(id, 0) > 0) {
        return 1.0 / rank;
      }
    }
    return 0;
  }

  private static long relevant(Map<String, Integer> grades) {
    return grades.values().stream().filter(grade -> grade > 0).count();
  }

  private static List<String> distinct(List<String> ranking) {
    Set<String> seen = new HashSet<>();
    return ranking.stream().filter(seen::add).toList();
  }
}
