package io.millrace.decoder;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where the graph writes its {@code logits type[row][token][vocabulary]}: memory of ours, because
 * asking a result for its numbers copies all tokens of a prompt when only the last is wanted.
 */
final class Logits implements AutoCloseable {
  private final int vocabulary;
  private final OnnxJavaType type;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  /** With room for {@code rowsMax} rows of one token, or one row of so many tokens. */
  Logits(OrtGraph graph, int rowsMax) throws OrtException {
    vocabulary = graph.vocabulary();
    type = graph.logitsType();
    memory = arena.allocate((long) rowsMax * vocabulary * type.size, Long.BYTES);
  }

  long size() {
    return memory.byteSize();
  }

  OnnxJavaType type() {
    return type;
  }

  /** Where a run with {@code inputs} writes. */
  MemorySegment memory(RunInputs inputs) {
    return memory.asSlice(0, (long) inputs.rows() * inputs.tokens() * vocabulary * type.size);
  }

  long[] shape(RunInputs inputs) {
    return new long[] {inputs.rows(), inputs.tokens(), vocabulary};
  }

  /** Copies the numbers of one token of one row, counted over all rows. */
  void copy(int token, float[] into) {
    long from = (long) token * vocabulary * type.size;
    if (type == OnnxJavaType.FLOAT) {
      MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, from, into, 0, vocabulary);
      return;
    }
    for (int i = 0; i < into.length; i++) {
      into[i] =
          Float.float16ToFloat(memory.get(ValueLayout.JAVA_SHORT, from + (long) i * Short.BYTES));
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
