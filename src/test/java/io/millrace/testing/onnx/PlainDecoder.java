package io.millrace.testing.onnx;

import java.util.ArrayList;
import java.util.List;

/** What a decoder of {@link TestModels} must answer, computed without ONNX, one token at a time. */
public final class PlainDecoder {
  private final DecoderShape shape;
  private final Weights weights;

  PlainDecoder(DecoderShape shape, Weights weights) {
    this.shape = shape;
    this.weights = weights;
  }

  /** The most likely tokens after {@code prompt}, each chosen with all before it in view. */
  public List<Integer> greedy(int[] prompt, int steps) {
    Sequence sequence = new Sequence();
    double[] logits = {};
    for (int token : prompt) {
      logits = sequence.append(token);
    }
    List<Integer> answer = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      int best = best(logits);
      answer.add(best);
      logits = sequence.append(best);
    }
    return answer;
  }

  /** {@code double[token][vocabulary]}: what each token of a sequence says about the next. */
  public double[][] logits(int[] tokens) {
    Sequence sequence = new Sequence();
    double[][] logits = new double[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      logits[i] = sequence.append(tokens[i]);
    }
    return logits;
  }

  private static int best(double[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  /** One sequence and the keys and values of its tokens so far, per layer. */
  private final class Sequence {
    private final List<List<double[]>> keys = new ArrayList<>();
    private final List<List<double[]>> values = new ArrayList<>();
    private int length;

    Sequence() {
      for (int layer = 0; layer < shape.layers(); layer++) {
        keys.add(new ArrayList<>());
        values.add(new ArrayList<>());
      }
    }

    double[] append(int token) {
      int hidden = shape.hidden();
      double[] x = Plain.row(weights.table("words", shape.vocabulary(), hidden), token, hidden);
      for (int layer = 0; layer < shape.layers(); layer++) {
        String name = "layer." + layer;
        x = Plain.sum(x, attention(norm(x, name + ".attention.norm"), layer));
        x = Plain.sum(x, feedForward(norm(x, name + ".inner.norm"), name));
      }
      length++;
      return linear(norm(x, "norm"), "head", shape.vocabulary());
    }

    private double[] attention(double[] x, int layer) {
      String name = "layer." + layer;
      double[] query = rotated(linear(x, name + ".query", shape.hidden()));
      keys.get(layer).add(rotated(linear(x, name + ".key", shape.keySize())));
      values.get(layer).add(linear(x, name + ".value", shape.keySize()));
      double[] mixed = new double[shape.hidden()];
      for (int head = 0; head < shape.heads(); head++) {
        attend(query, head, layer, mixed);
      }
      return linear(mixed, name + ".attention.output", shape.hidden());
    }

    private void attend(double[] query, int head, int layer, double[] mixed) {
      int size = shape.headSize();
      int from = head * size;
      int keyFrom = head / (shape.heads() / shape.keyHeads()) * size;
      double[] scores = new double[length + 1];
      for (int token = 0; token <= length; token++) {
        double[] key = keys.get(layer).get(token);
        for (int i = 0; i < size; i++) {
          scores[token] += query[from + i] * key[keyFrom + i] / Math.sqrt(size);
        }
      }
      double[] shares = Plain.softmax(scores);
      for (int token = 0; token <= length; token++) {
        double[] value = values.get(layer).get(token);
        for (int i = 0; i < size; i++) {
          mixed[from + i] += shares[token] * value[keyFrom + i];
        }
      }
    }

    /** Each head's pairs (i, i + headSize / 2), turned by the angle of the token's position. */
    private double[] rotated(double[] x) {
      int half = shape.headSize() / 2;
      double[] y = new double[x.length];
      for (int from = 0; from < x.length; from += shape.headSize()) {
        for (int i = 0; i < half; i++) {
          double angle = shape.angle(length, i);
          double left = x[from + i];
          double right = x[from + half + i];
          y[from + i] = left * Math.cos(angle) - right * Math.sin(angle);
          y[from + half + i] = right * Math.cos(angle) + left * Math.sin(angle);
        }
      }
      return y;
    }
  }

  private double[] feedForward(double[] x, String name) {
    double[] gate = linear(x, name + ".gate", shape.inner());
    double[] up = linear(x, name + ".up", shape.inner());
    double[] inner = new double[gate.length];
    for (int i = 0; i < inner.length; i++) {
      inner[i] = Plain.silu(gate[i]) * up[i];
    }
    return linear(inner, name + ".down", shape.hidden());
  }

  private double[] linear(double[] x, String name, int out) {
    return Plain.product(x, weights.matrix(name, x.length, out));
  }

  private double[] norm(double[] x, String name) {
    return Plain.rootMeanSquareNorm(x, weights.gain(name, x.length), DecoderGraph.EPSILON);
  }
}
