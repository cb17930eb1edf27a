package io.millrace.testing.onnx;

import static io.millrace.testing.onnx.Onnx.with;

import java.util.List;

/** A BERT-like encoder as an ONNX graph of plain operators, as exporters write it. */
final class EncoderGraph {
  static final float EPSILON = 1e-12f;

  private static final float INVISIBLE = -1e30f;

  private final Onnx graph = new Onnx();
  private final EncoderShape shape;
  private final Weights weights;
  private final boolean hasTypes;

  EncoderGraph(EncoderShape shape, Weights weights) {
    this(shape, weights, true);
  }

  /** Without types every token is of the first, as in the family of RoBERTa. */
  EncoderGraph(EncoderShape shape, Weights weights, boolean hasTypes) {
    this.shape = shape;
    this.weights = weights;
    this.hasTypes = hasTypes;
    graph.input("input_ids", Onnx.Type.INT64, "batch", "sequence");
    graph.input("attention_mask", Onnx.Type.INT64, "batch", "sequence");
    if (hasTypes) {
      graph.input("token_type_ids", Onnx.Type.INT64, "batch", "sequence");
    }
    graph.longs("zero", 0);
    graph.longs("one", 1);
    graph.longs("two", 2);
    graph.longs("axes_head_query", 1, 2);
    graph.longs("to_heads", 0, 0, shape.heads(), shape.headSize());
    graph.longs("from_heads", 0, 0, shape.hidden());
    graph.floats("scale", new float[] {(float) (1 / Math.sqrt(shape.headSize()))});
    graph.floats("unit", new float[] {1});
    graph.floats("half", new float[] {0.5f});
    graph.floats("root_of_two", new float[] {(float) Math.sqrt(2)});
    graph.floats("invisible", new float[] {INVISIBLE});
  }

  /** The graph with {@code last_hidden_state float[batch][sequence][hidden]}. */
  Onnx hiddenState() {
    graph.named("last_hidden_state", "Identity", List.of(layers()));
    graph.output("last_hidden_state", Onnx.Type.FLOAT, "batch", "sequence", shape.hidden());
    return graph;
  }

  /** The graph with {@code logits float[batch][labels]}. */
  Onnx logits(int labels) {
    int hidden = shape.hidden();
    String first =
        graph.node(
            "Squeeze",
            List.of(graph.node("Slice", List.of(layers(), "zero", "one", "one")), "one"));
    String pooled = graph.node("Tanh", List.of(linear(first, "pooler", hidden, hidden)));
    graph.named("logits", "Identity", List.of(linear(pooled, "classifier", hidden, labels)));
    graph.output("logits", Onnx.Type.FLOAT, "batch", labels);
    return graph;
  }

  private String layers() {
    String x = norm(embeddings(), "embeddings.norm");
    String bias = maskBias();
    for (int layer = 0; layer < shape.layers(); layer++) {
      String name = "layer." + layer;
      x = norm(add(x, attention(x, bias, name)), name + ".attention.norm");
      x = norm(add(x, feedForward(x, name)), name + ".output.norm");
    }
    return x;
  }

  private String embeddings() {
    int hidden = shape.hidden();
    String words = table("words", shape.vocabulary(), hidden);
    String positions = table("positions", shape.positions(), hidden);
    String types = table("types", 2, hidden);
    String size = graph.node("Shape", List.of("input_ids"));
    String length = graph.node("Slice", List.of(size, "one", "two"));
    return add(
        add(
            graph.node("Gather", List.of(words, "input_ids")),
            graph.node("Slice", List.of(positions, "zero", length))),
        hasTypes
            ? graph.node("Gather", List.of(types, "token_type_ids"))
            : graph.node("Slice", List.of(types, "zero", "one")));
  }

  private String maskBias() {
    String mask = graph.node("Cast", List.of("attention_mask"), with("to", 1));
    String wide = graph.node("Unsqueeze", List.of(mask, "axes_head_query"));
    return multiply(graph.node("Sub", List.of("unit", wide)), "invisible");
  }

  private String attention(String x, String bias, String name) {
    int hidden = shape.hidden();
    String query = heads(linear(x, name + ".query", hidden, hidden), 0, 2, 1, 3);
    String key = heads(linear(x, name + ".key", hidden, hidden), 0, 2, 3, 1);
    String value = heads(linear(x, name + ".value", hidden, hidden), 0, 2, 1, 3);
    String scores = multiply(graph.node("MatMul", List.of(query, key)), "scale");
    String shares = graph.node("Softmax", List.of(add(scores, bias)), with("axis", -1));
    String mixed = graph.node("MatMul", List.of(shares, value));
    String rows = graph.node("Transpose", List.of(mixed), order(0, 2, 1, 3));
    String joined = graph.node("Reshape", List.of(rows, "from_heads"));
    return linear(joined, name + ".attention.output", hidden, hidden);
  }

  private String heads(String x, long... order) {
    String split = graph.node("Reshape", List.of(x, "to_heads"));
    return graph.node("Transpose", List.of(split), order(order));
  }

  private static Onnx.Attribute order(long... axes) {
    return with("perm", axes);
  }

  private String feedForward(String x, String name) {
    String inner = linear(x, name + ".intermediate", shape.hidden(), shape.inner());
    String erf = graph.node("Erf", List.of(graph.node("Div", List.of(inner, "root_of_two"))));
    String gelu = multiply(multiply(inner, add(erf, "unit")), "half");
    return linear(gelu, name + ".output", shape.inner(), shape.hidden());
  }

  private String linear(String x, String name, int in, int out) {
    String weight = name + ".weight";
    String bias = name + ".bias";
    graph.floats(weight, weights.matrix(weight, in, out), in, out);
    graph.floats(bias, weights.bias(bias, out), out);
    return add(graph.node("MatMul", List.of(x, weight)), bias);
  }

  private String norm(String x, String name) {
    int hidden = shape.hidden();
    String gain = name + ".gain";
    String bias = name + ".bias";
    graph.floats(gain, weights.gain(gain, hidden), hidden);
    graph.floats(bias, weights.bias(bias, hidden), hidden);
    return graph.node(
        "LayerNormalization", List.of(x, gain, bias), with("axis", -1), with("epsilon", EPSILON));
  }

  private String table(String name, int rows, int columns) {
    return graph.floats(name, weights.table(name, rows, columns), rows, columns);
  }

  private String add(String left, String right) {
    return graph.node("Add", List.of(left, right));
  }

  private String multiply(String left, String right) {
    return graph.node("Mul", List.of(left, right));
  }
}
