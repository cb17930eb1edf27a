package io.millrace.testing.onnx;

import java.util.Arrays;

/** What an encoder of {@link TestModels} must answer, computed without ONNX, one text at a time. */
public final class PlainEncoder {
  private final EncoderShape shape;
  private final Weights weights;
  private final int labels;

  PlainEncoder(EncoderShape shape, Weights weights, int labels) {
    this.shape = shape;
    this.weights = weights;
    this.labels = labels;
  }

  /** {@code double[token][hidden]} of a text without padding; {@code types} are 0 or 1. */
  public double[][] hiddenState(long[] ids, long[] types) {
    double[][] x = new double[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      double[] word = row("words", shape.vocabulary(), (int) ids[i]);
      double[] type = row("types", 2, (int) types[i]);
      double[] sum = Plain.sum(Plain.sum(word, row("positions", shape.positions(), i)), type);
      x[i] = norm(sum, "embeddings.norm");
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      x = layer(x, "layer." + layer);
    }
    return x;
  }

  /** The mean of a text's token vectors, brought to unit length. */
  public double[] meanPooled(long[] ids, long[] types) {
    double[] sum = Arrays.stream(hiddenState(ids, types)).reduce(Plain::sum).orElseThrow();
    return unit(sum);
  }

  /** The first token's vector, brought to unit length. */
  public double[] firstPooled(long[] ids, long[] types) {
    return unit(hiddenState(ids, types)[0]);
  }

  /** {@code double[labels]} of a cross-encoder or classifier. */
  public double[] logits(long[] ids, long[] types) {
    int hidden = shape.hidden();
    double[] first = hiddenState(ids, types)[0];
    double[] pooled =
        Arrays.stream(linear(first, "pooler", hidden, hidden)).map(Math::tanh).toArray();
    return linear(pooled, "classifier", hidden, labels);
  }

  private double[][] layer(double[][] x, String name) {
    int hidden = shape.hidden();
    double[][] query = linear(x, name + ".query", hidden, hidden);
    double[][] key = linear(x, name + ".key", hidden, hidden);
    double[][] value = linear(x, name + ".value", hidden, hidden);
    double[][] mixed = new double[x.length][hidden];
    for (int token = 0; token < x.length; token++) {
      for (int head = 0; head < shape.heads(); head++) {
        attend(query[token], key, value, head * shape.headSize(), mixed[token]);
      }
    }
    double[][] attended = linear(mixed, name + ".attention.output", hidden, hidden);
    double[][] y = new double[x.length][];
    for (int i = 0; i < y.length; i++) {
      y[i] = norm(Plain.sum(x[i], attended[i]), name + ".attention.norm");
    }
    double[][] inner = linear(y, name + ".intermediate", hidden, shape.inner());
    for (double[] row : inner) {
      Arrays.setAll(row, i -> Plain.gelu(row[i]));
    }
    double[][] output = linear(inner, name + ".output", shape.inner(), hidden);
    for (int i = 0; i < y.length; i++) {
      y[i] = norm(Plain.sum(y[i], output[i]), name + ".output.norm");
    }
    return y;
  }

  private void attend(double[] query, double[][] key, double[][] value, int from, double[] into) {
    double[] scores = new double[key.length];
    for (int other = 0; other < key.length; other++) {
      for (int i = from; i < from + shape.headSize(); i++) {
        scores[other] += query[i] * key[other][i] / Math.sqrt(shape.headSize());
      }
    }
    double[] shares = Plain.softmax(scores);
    for (int other = 0; other < key.length; other++) {
      for (int i = from; i < from + shape.headSize(); i++) {
        into[i] += shares[other] * value[other][i];
      }
    }
  }

  private double[][] linear(double[][] x, String name, int in, int out) {
    float[] weight = weights.matrix(name + ".weight", in, out);
    float[] bias = weights.bias(name + ".bias", out);
    return Arrays.stream(x)
        .map(row -> Plain.sum(Plain.product(row, weight), bias))
        .toArray(double[][]::new);
  }

  private double[] linear(double[] x, String name, int in, int out) {
    return linear(new double[][] {x}, name, in, out)[0];
  }

  private double[] norm(double[] x, String name) {
    float[] gain = weights.gain(name + ".gain", x.length);
    return Plain.layerNorm(x, gain, weights.bias(name + ".bias", x.length), EncoderGraph.EPSILON);
  }

  private double[] row(String table, int rows, int row) {
    return Plain.row(weights.table(table, rows, shape.hidden()), row, shape.hidden());
  }

  private static double[] unit(double[] x) {
    double length = Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    return Arrays.stream(x).map(v -> v / length).toArray();
  }
}
