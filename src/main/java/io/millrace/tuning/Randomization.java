package io.millrace.tuning;

import java.util.SplittableRandom;

/**
 * Fisher's paired randomisation test, two-sided: were both runs equally good, each difference could
 * as well have had the other sign. The chance is the share of all signs with a sum as far from 0.
 * (Smucker, Allan and Carterette, CIKM 2007, found it the test to prefer for such comparisons.)
 */
final class Randomization {
  /** Up to so many differences, all signs are tried. */
  private static final int EXACT_MAX = 14;

  private static final int SAMPLES = 5_000;
  private static final long SEED = 2007;
  private static final double EQUAL = 1e-12;

  private Randomization() {}

  /** How likely a sum as far from 0 as that of {@code differences} is by chance. */
  static double chance(double[] differences) {
    double all = 0;
    for (double difference : differences) {
      all += difference;
    }
    double observed = Math.abs(all) - EQUAL;
    return differences.length <= EXACT_MAX
        ? exact(differences, observed)
        : sampled(differences, observed);
  }

  private static double exact(double[] differences, double observed) {
    int signs = 1 << differences.length;
    int asFar = 0;
    for (int sign = 0; sign < signs; sign++) {
      asFar += Math.abs(sum(differences, 0, sign)) >= observed ? 1 : 0;
    }
    return (double) asFar / signs;
  }

  /** One more of either counts what was observed, so the answer is never 0. */
  private static double sampled(double[] differences, double observed) {
    var random = new SplittableRandom(SEED);
    int asFar = 1;
    for (int i = 0; i < SAMPLES; i++) {
      double sum = 0;
      for (int from = 0; from < differences.length; from += Long.SIZE) {
        sum += sum(differences, from, random.nextLong());
      }
      asFar += Math.abs(sum) >= observed ? 1 : 0;
    }
    return (double) asFar / (SAMPLES + 1);
  }

  /** Up to 64 differences from {@code from} on, each with the sign of one bit. */
  private static double sum(double[] differences, int from, long signs) {
    double sum = 0;
    int to = Math.min(differences.length, from + Long.SIZE);
    for (int i = from; i < to; i++) {
      sum += (signs >>> (i - from) & 1) == 0 ? differences[i] : -differences[i];
    }
    return sum;
  }
}
