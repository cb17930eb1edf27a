package io.millrace.decoder;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The small inputs of one run.
 *
 * @param rows sequences that take part
 * @param tokens of each of them
 * @param values {@code long[rows][...]}, row-major, by the names of those that the graph wants
 */
record RunInputs(int rows, int tokens, Map<String, long[]> values) {
  /**
   * Rows of one length each, of sequences of different length.
   *
   * @param tokens {@code int[row][token]}
   * @param before how many tokens the sequence of each row holds already
   */
  static RunInputs of(OrtGraph graph, int[][] tokens, int[] before) {
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
    Map<String, long[]> values = new HashMap<>();
    values.put(OrtGraph.IDS, ids);
    values.put(OrtGraph.POSITIONS, positions);
    values.put(OrtGraph.MASK, mask);
    boolean _ = values.keySet().removeIf(name -> !graph.wants(name));
    return new RunInputs(rows, count, values);
  }

  /** The shape of one of the values. */
  long[] shape(long[] value) {
    return new long[] {rows, value.length / rows};
  }
}
