package io.millrace.decoder;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where the graph writes its {@code logits type[row][token][vocabulary]}: memory of ours, because
 * asking a result for its numbers copies all tokens of a prompt when only the last is wanted.
 */
final class Logits {
  private final OrtGraph graph;
  private final OnnxJavaType type;
  private final ByteBuffer bytes;

  /** With room for {@code rowsMax} rows of one token, or one row of so many tokens. */
  Logits(OrtGraph graph, Arena arena, int rowsMax) throws OrtException {
    this.graph = graph;
    type = graph.logitsType();
    long size = (long) rowsMax * graph.vocabulary() * type.size;
    bytes = arena.allocate(size, Long.BYTES).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  long size() {
    return bytes.capacity();
  }

  OnnxTensor tensor(int rows, int tokens) throws OrtException {
    long[] shape = {rows, tokens, graph.vocabulary()};
    int size = rows * tokens * graph.vocabulary() * type.size;
    ByteBuffer part = bytes.slice(0, size).order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(graph.environment(), part, shape, type);
  }

  /** Copies the numbers of one token of one row, counted over all rows. */
  void copy(int token, float[] into) {
    int from = token * graph.vocabulary();
    if (type == OnnxJavaType.FLOAT) {
      bytes.asFloatBuffer().get(from, into);
      return;
    }
    for (int i = 0; i < into.length; i++) {
      into[i] = Float.float16ToFloat(bytes.getShort((from + i) * Short.BYTES));
    }
  }
}
