package io.millrace.http;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Vectors as the items of an answer's {@code data}; written by hand, as they are most of it. */
final class EmbeddingJson {
  /** What one component takes at most: {@code -1.2345678E-38,}. */
  private static final int COMPONENT_CHARACTERS = 15;

  private EmbeddingJson() {}

  /** The items of {@code rows}, the first of which has the index {@code start}. */
  static Buffer items(List<float[]> rows, int start, boolean base64) {
    Buffer items = Buffer.buffer();
    for (int i = 0; i < rows.size(); i++) {
      items
          .appendString(i == 0 ? "" : ",")
          .appendString("{\"object\":\"embedding\",\"index\":")
          .appendString(Integer.toString(start + i))
          .appendString(",\"embedding\":")
          .appendBytes(base64 ? base64(rows.get(i)) : numbers(rows.get(i)))
          .appendString("}");
    }
    return items;
  }

  /** A JSON text of the components as 32-bit floats, little-endian. */
  private static byte[] base64(float[] row) {
    ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    byte[] encoded = Base64.getEncoder().encode(bytes.array());
    byte[] quoted = new byte[encoded.length + 2];
    quoted[0] = '"';
    System.arraycopy(encoded, 0, quoted, 1, encoded.length);
    quoted[quoted.length - 1] = '"';
    return quoted;
  }

  /** The shortest numbers that read back as the same floats. */
  private static byte[] numbers(float[] row) {
    StringBuilder json = new StringBuilder(row.length * COMPONENT_CHARACTERS + 2).append('[');
    for (int i = 0; i < row.length; i++) {
      if (i > 0) {
        json.append(',');
      }
      json.append(row[i]);
    }
    return json.append(']').toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
