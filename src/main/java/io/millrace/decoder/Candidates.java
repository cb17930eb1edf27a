package io.millrace.decoder;

/** Memory for choosing one token among all, reused from step to step by one thread. */
final class Candidates {
  private final int[] tokens;
  private final double[] weights;

  Candidates(int vocabulary) {
    tokens = new int[vocabulary];
    weights = new double[vocabulary];
  }

  /** The likeliest token; the lowest of equals. */
  static int best(float[] logits) {
    int best = 0;
    for (int token = 1; token < logits.length; token++) {
      if (logits[token] > logits[best]) {
        best = token;
      }
    }
    if (!Float.isFinite(logits[best])) {
      throw new IllegalStateException("the model's likeliest token has logit " + logits[best]);
    }
    return best;
  }

  /**
   * The token at which the shares of the kept ones, added up, pass {@code draw}.
   *
   * @param draw evenly distributed in [0, 1)
   */
  int draw(float[] logits, Sampling sampling, double draw) {
    float max = logits[best(logits)];
    for (int token = 0; token < logits.length; token++) {
      tokens[token] = token;
      weights[token] = Math.exp((logits[token] - max) / sampling.temperature());
    }
    int kept = keep(logits.length, sampling);
    double total = 0;
    for (int i = 0; i < kept; i++) {
      total += weights[tokens[i]];
    }
    double left = draw * total;
    for (int i = 0; i < kept; i++) {
      left -= weights[tokens[i]];
      if (left < 0) {
        return tokens[i];
      }
    }
    return tokens[kept - 1];
  }

  /** Moves the tokens that pass the cuts to the front; answers how many. */
  private int keep(int all, Sampling sampling) {
    int kept = all;
    if (sampling.topK() > 0 && sampling.topK() < all) {
      kept = sortedUntil(all, sampling.topK(), Double.POSITIVE_INFINITY);
    }
    if (sampling.topP() < 1) {
      double total = 0;
      for (int i = 0; i < kept; i++) {
        total += weights[tokens[i]];
      }
      kept = sortedUntil(kept, kept, total * sampling.topP());
    }
    return sampling.minP() > 0 ? atLeast(kept, sampling.minP()) : kept;
  }

  /**
   * Brings the likeliest of the first {@code size} tokens to the front in falling order, until they
   * are {@code countMax} or their weights reach {@code weightMax}. A heap, because a few of very
   * many are wanted.
   */
  private int sortedUntil(int size, int countMax, double weightMax) {
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i, size);
    }
    int taken = 0;
    double weight = 0;
    while (taken < countMax && weight < weightMax && taken < size) {
      int rest = size - taken - 1;
      swap(0, rest);
      sink(0, rest);
      weight += weights[tokens[rest]];
      taken++;
    }
    for (int i = 0; i < taken; i++) {
      if (i < size - 1 - i) {
        swap(i, size - 1 - i);
      }
    }
    return taken;
  }

  private void sink(int from, int size) {
    int i = from;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && before(tokens[child + 1], tokens[child])) {
        child++;
      }
      if (!before(tokens[child], tokens[i])) {
        return;
      }
      swap(i, child);
      i = child;
    }
  }

  private boolean before(int left, int right) {
    return weights[left] > weights[right] || (weights[left] == weights[right] && left < right);
  }

  private void swap(int i, int j) {
    int held = tokens[i];
    tokens[i] = tokens[j];
    tokens[j] = held;
  }

  private int atLeast(int size, double weightMin) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (weights[tokens[i]] >= weightMin) {
        tokens[kept++] = tokens[i];
      }
    }
    return kept;
  }
}
