package io.millrace.model;

/** An ONNX model of one node, {@code y = x + x} with {@code x float[1]}, in protobuf. */
final class TinyGraph {
  private static final int FLOAT = 1;
  private static final int IR_VERSION = 8;
  private static final int OPERATORS = 17;

  private TinyGraph() {}

  static byte[] bytes() {
    Protobuf node = new Protobuf().text(1, "x").text(1, "x").text(2, "y").text(4, "Add");
    Protobuf graph =
        new Protobuf()
            .message(1, node)
            .text(2, "tiny")
            .message(11, value("x"))
            .message(12, value("y"));
    return new Protobuf()
        .number(1, IR_VERSION)
        .message(7, graph)
        .message(8, new Protobuf().number(2, OPERATORS))
        .toBytes();
  }

  /** A ValueInfoProto of {@code float[1]}. */
  private static Protobuf value(String name) {
    Protobuf shape = new Protobuf().message(1, new Protobuf().number(1, 1));
    Protobuf tensor = new Protobuf().number(1, FLOAT).message(2, shape);
    return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
  }
}
