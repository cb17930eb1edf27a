package io.millrace.encoder;

import io.millrace.model.Protobuf;
import java.util.Arrays;

/**
 * What is appended to an encoder's graph, so that one row of floats per text leaves the device and
 * not one per token. All poolings are one product: {@code weights float[text][1][token]} times
 * {@code hidden float[text][token][dimension]}, with the weights that {@link
 * io.millrace.model.Pooling} asks for. Two serialised messages one after the other are one message
 * with the lists of both, so that the model's bytes need no rewriting.
 */
final class GraphTail {
  static final String WEIGHTS = "millrace_weights";
  static final String ANSWER = "millrace_answer";

  private static final String HIDDEN = "millrace_hidden";

  // Field numbers of onnx.proto.
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_NAME = 3;
  private static final int NODE_OPERATOR = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_INTEGER = 3;
  private static final int ATTRIBUTE_TYPE = 20;
  private static final int INTEGER = 2;

  private GraphTail() {}

  /** {@code model} with the further output {@link #ANSWER}, made of its output {@code from}. */
  static byte[] append(byte[] model, GraphOutput from, boolean pools) {
    Protobuf graph = new Protobuf().message(GRAPH_OUTPUT, floats(ANSWER, from.rank()));
    Protobuf cast =
        node("Cast", pools ? HIDDEN : ANSWER, from.name())
            .message(
                NODE_ATTRIBUTE,
                new Protobuf()
                    .text(ATTRIBUTE_NAME, "to")
                    .number(ATTRIBUTE_INTEGER, GraphOutput.FLOAT)
                    .number(ATTRIBUTE_TYPE, INTEGER));
    graph.message(GRAPH_NODE, cast);
    if (pools) {
      graph.message(GRAPH_NODE, node("MatMul", ANSWER, WEIGHTS, HIDDEN));
      graph.message(GRAPH_INPUT, floats(WEIGHTS, from.rank()));
    }
    byte[] end = new Protobuf().message(MODEL_GRAPH, graph).toBytes();
    byte[] all = Arrays.copyOf(model, model.length + end.length);
    System.arraycopy(end, 0, all, model.length, end.length);
    return all;
  }

  private static Protobuf node(String operator, String output, String... inputs) {
    Protobuf node = new Protobuf();
    for (String input : inputs) {
      node.text(NODE_INPUT, input);
    }
    return node.text(NODE_OUTPUT, output)
        .text(NODE_NAME, output + "_node")
        .text(NODE_OPERATOR, operator);
  }

  /** A value of floats with {@code rank} dimensions of any size. */
  private static Protobuf floats(String name, int rank) {
    Protobuf shape = new Protobuf();
    for (int dimension = 0; dimension < rank; dimension++) {
      shape.message(1, new Protobuf().text(2, name + "_" + dimension));
    }
    Protobuf tensor = new Protobuf().number(1, GraphOutput.FLOAT).message(2, shape);
    return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
  }
}
