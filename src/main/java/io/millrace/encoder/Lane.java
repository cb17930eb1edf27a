package io.millrace.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * The right to run one text at a time, with the memory that takes: direct buffers in native order,
 * which ONNX Runtime reads and writes in place.
 */
public final class Lane {
  private final int dimension;
  private final LongBuffer ids;
  private final LongBuffer mask;
  private final LongBuffer types;
  private final FloatBuffer hidden;

  public Lane(int tokensMax, int dimension) {
    this.dimension = dimension;
    ids = longs(tokensMax);
    mask = longs(tokensMax);
    types = longs(tokensMax);
    hidden =
        ByteBuffer.allocateDirect(tokensMax * dimension * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int token = 0; token < tokensMax; token++) {
      mask.put(token, 1);
    }
  }

  private static LongBuffer longs(int count) {
    return ByteBuffer.allocateDirect(count * Long.BYTES)
        .order(ByteOrder.nativeOrder())
        .asLongBuffer();
  }

  /** {@code long[1][token]}: the text. */
  LongBuffer ids(long[] text) {
    return ids.clear().put(text).flip();
  }

  /** {@code long[1][token]}: all ones, as nothing is padded. */
  LongBuffer mask(int tokens) {
    return mask.clear().limit(tokens);
  }

  /** {@code long[1][token]}: all zeros, as there is one segment. */
  LongBuffer types(int tokens) {
    return types.clear().limit(tokens);
  }

  /** {@code float[1][token][dimension]}, row-major: where the answer lands. */
  FloatBuffer hidden(int tokens) {
    return hidden.clear().limit(tokens * dimension);
  }
}
