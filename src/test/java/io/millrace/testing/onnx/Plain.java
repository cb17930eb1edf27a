package io.millrace.testing.onnx;

import java.util.Arrays;

/** The few formulas of a transformer on rows of doubles, written to be read rather than fast. */
final class Plain {
  private Plain() {}

  /** {@code x[in] * weight[in][out]}. */
  static double[] product(double[] x, float[] weight) {
    int out = weight.length / x.length;
    double[] y = new double[out];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < out; j++) {
        y[j] += x[i] * weight[i * out + j];
      }
    }
    return y;
  }

  static double[] row(float[] table, int row, int size) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = table[row * size + i];
    }
    return values;
  }

  static double[] sum(double[] left, double[] right) {
    double[] sum = new double[left.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = left[i] + right[i];
    }
    return sum;
  }

  static double[] sum(double[] left, float[] right) {
    return sum(left, row(right, 0, right.length));
  }

  static double[] softmax(double[] scores) {
    double max = Arrays.stream(scores).max().orElseThrow();
    double[] shares = Arrays.stream(scores).map(score -> Math.exp(score - max)).toArray();
    double total = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / total).toArray();
  }

  static double[] layerNorm(double[] x, float[] gain, float[] bias, double epsilon) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + epsilon) * gain[i] + bias[i];
    }
    return y;
  }

  static double[] rootMeanSquareNorm(double[] x, float[] gain, double epsilon) {
    double squares = Arrays.stream(x).map(v -> v * v).average().orElseThrow();
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] / Math.sqrt(squares + epsilon) * gain[i];
    }
    return y;
  }

  static double gelu(double x) {
    return x * normalDistribution(x);
  }

  static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  /** The share of a standard normal distribution below {@code x}, by its power series. */
  private static double normalDistribution(double x) {
    if (Math.abs(x) > 8) {
      return x > 0 ? 1 : 0;
    }
    double sum = x;
    double term = x;
    for (int n = 3; n < 300; n += 2) {
      term *= x * x / n;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
