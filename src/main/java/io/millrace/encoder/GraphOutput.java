package io.millrace.encoder;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One output that a serialised ONNX model declares.
 *
 * @param type the number of its element type, such as {@link #FLOAT}
 * @param rank how many dimensions it has
 */
record GraphOutput(String name, int type, int rank) {
  static final int FLOAT = 1;

  // Field numbers of onnx.proto.
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_OUTPUT = 12;

  /** What is read of a message: its fields of one number, each as bytes. */
  private static List<ByteBuffer> fields(ByteBuffer message, int number) {
    List<ByteBuffer> found = new ArrayList<>();
    ByteBuffer rest = message.duplicate();
    while (rest.hasRemaining()) {
      long tag = varint(rest);
      int length =
          switch ((int) (tag & 7)) {
            case 0 -> varintLength(rest);
            case 1 -> Long.BYTES;
            case 2 -> Math.toIntExact(varint(rest));
            case 5 -> Integer.BYTES;
            default -> throw new IllegalArgumentException("the graph is no ONNX file");
          };
      if (tag >>> 3 == number && (tag & 7) == 2) {
        found.add(rest.slice(rest.position(), length));
      }
      rest.position(rest.position() + length);
    }
    return found;
  }

  private static int varintLength(ByteBuffer from) {
    int length = 1;
    while (from.get(from.position() + length - 1) < 0) {
      length++;
    }
    return length;
  }

  private static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("the graph is no ONNX file");
  }

  /** The outputs of a model, in order. */
  static List<GraphOutput> of(byte[] model) {
    return fields(ByteBuffer.wrap(model), MODEL_GRAPH).stream()
        .flatMap(graph -> fields(graph, GRAPH_OUTPUT).stream())
        .map(GraphOutput::read)
        .toList();
  }

  private static GraphOutput read(ByteBuffer value) {
    String name = StandardCharsets.UTF_8.decode(fields(value, 1).getFirst()).toString();
    ByteBuffer tensor = fields(fields(value, 2).getFirst(), 1).getFirst();
    List<ByteBuffer> shape = fields(tensor, 2);
    int rank = shape.isEmpty() ? 0 : fields(shape.getFirst(), 1).size();
    return new GraphOutput(name, elementType(tensor.duplicate()), rank);
  }

  /** The first field of a tensor's type, a number. */
  private static int elementType(ByteBuffer tensor) {
    return varint(tensor) == (1 << 3) ? (int) varint(tensor) : 0;
  }
}
