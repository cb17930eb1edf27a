package io.millrace.index;

import io.millrace.index.SearchPassages.Fusing;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How the two sides of a hybrid search become one order. By scores: each side's are brought to mean
 * 0 and deviation 1 over the leading candidates, then summed with weights. By ranks: the reciprocal
 * ranks are. The weights were chosen on training queries (docs/quality.md).
 */
final class Fusion {
  /** The share of the vector side for a question in a language that the model reads. */
  static final double VECTOR_WEIGHT = 0.6;

  /** The share of the vector side for a question in a language that the model does not read. */
  static final double VECTOR_WEIGHT_UNREAD = 0.1;

  /** Added to every rank, so that the first few do not decide alone. */
  private static final double RANK_OFFSET = 60;

  private Fusion() {}

  /** The share of the vector side, where {@code unread} (0 to 1) cannot be read by the model. */
  static double vectorWeight(double unread) {
    return VECTOR_WEIGHT + (VECTOR_WEIGHT_UNREAD - VECTOR_WEIGHT) * unread;
  }

  /** Gives every candidate its {@code fused} score. */
  static void fuse(List<Candidate> candidates, double vectorWeight, Fusing fusing) {
    double[] words =
        switch (fusing) {
          case SCORES -> standardized(candidates, candidate -> candidate.bm25);
          case RANKS -> reciprocalRanks(candidates, candidate -> candidate.bm25);
        };
    double[] vectors =
        switch (fusing) {
          case SCORES -> standardized(candidates, candidate -> candidate.cosine);
          case RANKS -> reciprocalRanks(candidates, candidate -> candidate.cosine);
        };
    for (int i = 0; i < words.length; i++) {
      candidates.get(i).fused = (1 - vectorWeight) * words[i] + vectorWeight * vectors[i];
    }
  }

  /**
   * Scores in deviations from the mean of the leading candidates, so that how many more were looked
   * at changes nothing; all 0 when these are all the same. A missing score counts as the worst.
   */
  static double[] standardized(List<Candidate> candidates, ToDoubleFunction<Candidate> score) {
    double worst =
        candidates.stream()
            .filter(candidate -> candidate.leading)
            .mapToDouble(score)
            .filter(s -> !Double.isNaN(s))
            .min()
            .orElse(0);
    ToDoubleFunction<Candidate> filled =
        candidate -> {
          double s = score.applyAsDouble(candidate);
          return Double.isNaN(s) ? worst : s;
        };
    double[] leading =
        candidates.stream().filter(candidate -> candidate.leading).mapToDouble(filled).toArray();
    double mean = Arrays.stream(leading).average().orElse(0);
    double variance = Arrays.stream(leading).map(s -> (s - mean) * (s - mean)).average().orElse(0);
    double deviation = Math.sqrt(variance);
    return candidates.stream()
        .mapToDouble(filled)
        .map(s -> deviation < 1e-12 ? 0 : (s - mean) / deviation)
        .toArray();
  }

  /** 0 for those without a score on this side. */
  private static double[] reciprocalRanks(
      List<Candidate> candidates, ToDoubleFunction<Candidate> score) {
    double[] reciprocal = new double[candidates.size()];
    List<Integer> order =
        IntStream.range(0, candidates.size())
            .boxed()
            .filter(i -> !missing(score.applyAsDouble(candidates.get(i))))
            .sorted(
                Comparator.comparingDouble((Integer i) -> -score.applyAsDouble(candidates.get(i)))
                    .thenComparingInt(i -> i))
            .toList();
    for (int rank = 0; rank < order.size(); rank++) {
      reciprocal[order.get(rank)] = 1 / (RANK_OFFSET + rank + 1);
    }
    return reciprocal;
  }

  private static boolean missing(double score) {
    return Double.isNaN(score) || score == 0;
  }
}
