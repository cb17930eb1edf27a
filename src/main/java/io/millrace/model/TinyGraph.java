package io.millrace.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** An ONNX model of one node, {@code y = x + x} with {@code x float[1]}, in protobuf. */
final class TinyGraph {
  private static final int FLOAT = 1;
  private static final int IR_VERSION = 8;
  private static final int OPERATORS = 17;

  private TinyGraph() {}

  static byte[] bytes() {
    byte[] node = join(text(1, "x"), text(1, "x"), text(2, "y"), text(4, "Add"));
    byte[] graph =
        join(message(1, node), text(2, "tiny"), message(11, value("x")), message(12, value("y")));
    return join(number(1, IR_VERSION), message(7, graph), message(8, number(2, OPERATORS)));
  }

  /** A ValueInfoProto of {@code float[1]}. */
  private static byte[] value(String name) {
    byte[] shape = message(1, number(1, 1));
    byte[] tensor = join(number(1, FLOAT), message(2, shape));
    return join(text(1, name), message(2, message(1, tensor)));
  }

  private static byte[] text(int field, String value) {
    return message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** All lengths here fit in one byte of a varint. */
  private static byte[] message(int field, byte[] content) {
    return join(new byte[] {(byte) (field << 3 | 2), (byte) content.length}, content);
  }

  private static byte[] number(int field, int value) {
    return new byte[] {(byte) (field << 3), (byte) value};
  }

  private static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
