package io.millrace.encoder;

import io.millrace.model.ModelFiles;

/** What becomes of the row of numbers that a model answers to one text. */
sealed interface Head {
  /** Turns {@code row} into the answer, in place. */
  float[] apply(float[] row);

  /** The head of a model. */
  static Head of(ModelFiles model) {
    return switch (model.task()) {
      case EMBED -> new Vector(model.normalise());
      case RERANK -> new Probabilities();
      case CLASSIFY -> model.labelsCombine() ? new Probabilities() : new Shares();
      case GENERATE -> throw new IllegalArgumentException(model.name() + " is no encoder");
    };
  }

  /** A vector, brought to unit length or left as it is. */
  record Vector(boolean normalise) implements Head {
    @Override
    public float[] apply(float[] row) {
      double squares = 0;
      for (float x : row) {
        squares += (double) x * x;
      }
      double length = Math.sqrt(squares);
      if (!(length > 0) || Double.isInfinite(length)) {
        throw new IllegalStateException("the model answered a vector of length " + length);
      }
      for (int i = 0; normalise && i < row.length; i++) {
        row[i] = (float) (row[i] / length);
      }
      return row;
    }
  }

  /** Each number by itself, by the logistic function: a score, or labels that may hold together. */
  record Probabilities() implements Head {
    @Override
    public float[] apply(float[] row) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (1 / (1 + Math.exp(-row[i])));
      }
      return checked(row);
    }
  }

  /** Numbers that sum to one, by softmax: labels of which one holds. */
  record Shares() implements Head {
    @Override
    public float[] apply(float[] row) {
      float largest = Float.NEGATIVE_INFINITY;
      for (float x : row) {
        largest = Math.max(largest, x);
      }
      double sum = 0;
      for (float x : row) {
        sum += Math.exp(x - largest);
      }
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (Math.exp(row[i] - largest) / sum);
      }
      return checked(row);
    }
  }

  private static float[] checked(float[] row) {
    for (float x : row) {
      if (Float.isNaN(x)) {
        throw new IllegalStateException("the model answered what is no number");
      }
    }
    return row;
  }
}
