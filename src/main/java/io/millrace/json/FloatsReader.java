package io.millrace.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads what {@link FloatsWriter} writes. */
final class FloatsReader extends StdScalarDeserializer<float[]> {
  private static final long serialVersionUID = 1L;

  FloatsReader() {
    super(float[].class);
  }

  @Override
  public float[] deserialize(JsonParser in, DeserializationContext context) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(in.getBinaryValue()).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }
}
