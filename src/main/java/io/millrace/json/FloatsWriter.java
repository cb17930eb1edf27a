package io.millrace.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes floats as base64 of their 32 bits, little-endian: vectors are long, and read by programs.
 */
final class FloatsWriter extends StdScalarSerializer<float[]> {
  private static final long serialVersionUID = 1L;

  FloatsWriter() {
    super(float[].class);
  }

  @Override
  public void serialize(float[] floats, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    out.writeBinary(bytes.array());
  }
}
