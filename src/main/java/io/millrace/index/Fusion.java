package io.millrace.index;

import java.util.Arrays;

/**
 * How the two sides of a hybrid search become one order: each side's scores over all candidates are
 * brought to mean 0 and deviation 1, then summed with weights (docs/decisions, fusion).
 */
final class Fusion {
  /** The share of the vector side for a question in a language the bundled model knows. */
  static final double VECTOR_WEIGHT = 0.6;

  /**
   * The share of the vector side for a question in Cyrillic, which the bundled model cannot read.
   */
  static final double VECTOR_WEIGHT_CYRILLIC = 0.1;

  private Fusion() {}

  /** The share of the vector side when {@code cyrillicShare} of the letters are Cyrillic. */
  static double vectorWeight(double cyrillicShare) {
    return VECTOR_WEIGHT + (VECTOR_WEIGHT_CYRILLIC - VECTOR_WEIGHT) * cyrillicShare;
  }

  /**
   * One score per candidate.
   *
   * @param words {@code [candidate]} BM25, 0 where no word matches
   * @param vectors {@code [candidate]} cosine, NaN where the passage has no vector: such a one
   *     counts as the worst of the others
   */
  static double[] fuse(double[] words, double[] vectors, double vectorWeight) {
    double[] left = standardized(words);
    double[] right = standardized(vectors);
    double[] fused = new double[words.length];
    for (int i = 0; i < fused.length; i++) {
      fused[i] = (1 - vectorWeight) * left[i] + vectorWeight * right[i];
    }
    return fused;
  }

  /** Scores in deviations from their mean; all 0 when they are all the same. */
  static double[] standardized(double[] scores) {
    double worst = Arrays.stream(scores).filter(s -> !Double.isNaN(s)).min().orElse(0);
    double[] filled = Arrays.stream(scores).map(s -> Double.isNaN(s) ? worst : s).toArray();
    double mean = Arrays.stream(filled).average().orElse(0);
    double variance = Arrays.stream(filled).map(s -> (s - mean) * (s - mean)).average().orElse(0);
    double deviation = Math.sqrt(variance);
    return deviation < 1e-12
        ? new double[filled.length]
        : Arrays.stream(filled).map(s -> (s - mean) / deviation).toArray();
  }
}
