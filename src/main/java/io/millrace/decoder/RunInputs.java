package io.millrace.decoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The small inputs of one run; closing frees them and leaves keys and values alone. */
final class RunInputs implements AutoCloseable {
  private final OrtGraph graph;
  private final Map<String, OnnxTensor> own = new HashMap<>();

  private RunInputs(OrtGraph graph) {
    this.graph = graph;
  }

  /**
   * Rows of one length each, of sequences of different length.
   *
   * @param tokens {@code int[row][token]}
   * @param before how many tokens the sequence of each row holds already
   */
  static RunInputs of(OrtGraph graph, int[][] tokens, int[] before) throws OrtException {
    int rows = tokens.length;
    int count = tokens[0].length;
    int total = 0;
    for (int length : before) {
      total = Math.max(total, length + count);
    }
    long[] ids = new long[rows * count];
    long[] positions = new long[rows * count];
    long[] mask = new long[rows * total];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < count; i++) {
        ids[row * count + i] = tokens[row][i];
        positions[row * count + i] = (long) before[row] + i;
      }
      Arrays.fill(mask, row * total, row * total + before[row] + count, 1);
    }
    RunInputs inputs = new RunInputs(graph);
    try {
      inputs.add(OrtGraph.IDS, ids, rows);
      inputs.add(OrtGraph.POSITIONS, positions, rows);
      inputs.add(OrtGraph.MASK, mask, rows);
      return inputs;
    } catch (OrtException e) {
      inputs.close();
      throw e;
    }
  }

  private void add(String name, long[] values, int rows) throws OrtException {
    if (graph.wants(name)) {
      long[] shape = {rows, values.length / rows};
      own.put(name, OnnxTensor.createTensor(graph.environment(), LongBuffer.wrap(values), shape));
    }
  }

  /** These and {@code others}. */
  Map<String, OnnxTensorLike> with(Map<String, OnnxTensor> others) {
    Map<String, OnnxTensorLike> all = new HashMap<>(own);
    all.putAll(others);
    return all;
  }

  @Override
  public void close() {
    own.values().forEach(OnnxTensor::close);
  }
}
