package io.millrace.testing.onnx;

import static io.millrace.testing.onnx.Onnx.with;

import java.util.List;

/**
 * A Llama-like decoder as an ONNX graph with a cache of keys and values: either appended to the
 * past by the graph, as Optimum exports it, or kept in a shared buffer by GroupQueryAttention.
 */
final class DecoderGraph {
  static final float EPSILON = 1e-5f;

  private static final float INVISIBLE = -1e30f;

  private final Onnx graph = new Onnx();
  private final DecoderShape shape;
  private final Weights weights;
  private final boolean shared;
  private final boolean half;

  private DecoderGraph(DecoderShape shape, Weights weights, boolean shared, boolean half) {
    this.half = half;
    this.shape = shape;
    this.weights = weights;
    this.shared = shared;
  }

  /** {@code input_ids, attention_mask, position_ids, past_key_values.N} to {@code logits}. */
  static Onnx concatenating(DecoderShape shape, Weights weights) {
    return new DecoderGraph(shape, weights, false, false).build();
  }

  /** {@code input_ids, attention_mask, past_key_values.N} to {@code logits}. */
  static Onnx sharing(DecoderShape shape, Weights weights) {
    return new DecoderGraph(shape, weights, true, false).build();
  }

  /** As {@link #sharing}, with attention in 16-bit floats: GPUs have that operator in no others. */
  static Onnx sharingHalf(DecoderShape shape, Weights weights) {
    return new DecoderGraph(shape, weights, true, true).build();
  }

  private Onnx.Type cacheType() {
    return half ? Onnx.Type.FLOAT16 : Onnx.Type.FLOAT;
  }

  private String halved(String x) {
    return half ? graph.node("Cast", List.of(x), with("to", 10)) : x;
  }

  private Onnx build() {
    int hidden = shape.hidden();
    graph.input("input_ids", Onnx.Type.INT64, "batch", "sequence");
    graph.input("attention_mask", Onnx.Type.INT64, "batch", "total_sequence");
    constants();
    if (shared) {
      lengths();
    } else {
      graph.input("position_ids", Onnx.Type.INT64, "batch", "sequence");
      graph.named("bias", "Unsqueeze", List.of(causalBias(), "axes_heads"));
      angles();
    }
    String words =
        graph.floats(
            "words",
            weights.table("words", shape.vocabulary(), hidden),
            shape.vocabulary(),
            hidden);
    String x = graph.node("Gather", List.of(words, "input_ids"));
    for (int layer = 0; layer < shape.layers(); layer++) {
      String name = "layer." + layer;
      x = add(x, attention(norm(x, name + ".attention.norm"), layer));
      x = add(x, feedForward(norm(x, name + ".inner.norm"), name));
    }
    String last = norm(x, "norm");
    String weight = matrix("head", hidden, shape.vocabulary());
    graph.named("logits", "MatMul", List.of(last, weight));
    graph.output("logits", Onnx.Type.FLOAT, "batch", "sequence", shape.vocabulary());
    return graph;
  }

  private void constants() {
    graph.longs("one", 1);
    graph.longs("two", 2);
    graph.floats("epsilon", new float[] {EPSILON});
    graph.floats("square", new float[] {2});
    graph.floats("cosines", shape.rotary(true), shape.positions(), shape.headSize() / 2);
    graph.floats("sines", shape.rotary(false), shape.positions(), shape.headSize() / 2);
    if (!shared) {
      constantsOfAttention();
    }
  }

  private void constantsOfAttention() {
    int group = shape.heads() / shape.keyHeads();
    graph.longs("zero", 0);
    graph.longs("last", -1);
    graph.longs("axes_heads", 1, 2);
    graph.longs("all_heads", 0, 0, shape.heads(), shape.headSize());
    graph.longs("grouped", 0, shape.keyHeads(), group, -1, shape.headSize());
    graph.longs("half", shape.headSize() / 2);
    graph.longs("whole", shape.headSize());
    graph.longs("key_heads", 0, 0, shape.keyHeads(), shape.headSize());
    graph.longs("from_heads", 0, -1, shape.hidden());
    graph.floats("scale", new float[] {(float) (1 / Math.sqrt(shape.headSize()))});
  }

  /** What GroupQueryAttention asks for, taken from the mask as onnxruntime-genai does it. */
  private void lengths() {
    String length = graph.node("ReduceSum", List.of("attention_mask", "one"), with("keepdims", 0));
    String before = graph.node("Sub", List.of(length, "one"));
    graph.named("seqlens_k", "Cast", List.of(before), with("to", 6));
    String size = graph.node("Shape", List.of("attention_mask"));
    String total = graph.node("Squeeze", List.of(graph.node("Slice", List.of(size, "one", "two"))));
    graph.named("total_sequence_length", "Cast", List.of(total), with("to", 6));
  }

  /** {@code float[batch][token][key]}: a token sees what the mask shows up to its own position. */
  private String causalBias() {
    graph.floats("nothing", new float[] {0});
    graph.floats("invisible", new float[] {INVISIBLE});
    String size = graph.node("Shape", List.of("attention_mask"));
    String total = graph.node("Squeeze", List.of(graph.node("Slice", List.of(size, "one", "two"))));
    String start = graph.node("Squeeze", List.of("zero"));
    String step = graph.node("Squeeze", List.of("one"));
    String keys = graph.node("Range", List.of(start, total, step));
    String positions = graph.node("Unsqueeze", List.of("position_ids", "last"));
    String past = graph.node("LessOrEqual", List.of(keys, positions));
    String mask = graph.node("Cast", List.of("attention_mask"), with("to", 9));
    String seen = graph.node("And", List.of(past, graph.node("Unsqueeze", List.of(mask, "one"))));
    return graph.node("Where", List.of(seen, "nothing", "invisible"));
  }

  /** {@code float[batch][1][token][headSize / 2]} of the positions asked for. */
  private void angles() {
    for (String table : List.of("cosines", "sines")) {
      String rows = graph.node("Gather", List.of(table, "position_ids"));
      graph.named(table + "_here", "Unsqueeze", List.of(rows, "one"));
    }
  }

  private String attention(String x, int layer) {
    String name = "layer." + layer;
    int hidden = shape.hidden();
    String query = linear(x, name + ".query", hidden, hidden);
    String key = linear(x, name + ".key", hidden, shape.keySize());
    String value = linear(x, name + ".value", hidden, shape.keySize());
    String mixed =
        shared ? groupQuery(query, key, value, layer) : concatenated(query, key, value, layer);
    return linear(mixed, name + ".attention.output", hidden, hidden);
  }

  private String past(int layer, String part) {
    return graph.input(
        "past_key_values.%d.%s".formatted(layer, part),
        cacheType(),
        "batch",
        shape.keyHeads(),
        "past_sequence",
        shape.headSize());
  }

  private String present(int layer, String part) {
    String name = "present.%d.%s".formatted(layer, part);
    graph.output(name, cacheType(), "batch", shape.keyHeads(), "total_sequence", shape.headSize());
    return name;
  }

  private String groupQuery(String query, String key, String value, int layer) {
    String mixed = "layer.%d.mixed".formatted(layer);
    graph.contributed(
        "GroupQueryAttention",
        List.of(
            halved(query),
            halved(key),
            halved(value),
            past(layer, "key"),
            past(layer, "value"),
            "seqlens_k",
            "total_sequence_length",
            halved("cosines"),
            halved("sines")),
        List.of(mixed, present(layer, "key"), present(layer, "value")),
        with("num_heads", shape.heads()),
        with("kv_num_heads", shape.keyHeads()),
        with("do_rotary", 1),
        with("rotary_interleaved", 0));
    return half ? graph.node("Cast", List.of(mixed), with("to", 1)) : mixed;
  }

  private String concatenated(String query, String key, String value, int layer) {
    String keys = append(layer, "key", rotated(split(key)));
    String values = append(layer, "value", split(value));
    String queries = queries(query);
    String across = graph.node("Transpose", List.of(wide(keys)), order(0, 1, 2, 4, 3));
    String scores =
        graph.node("Mul", List.of(graph.node("MatMul", List.of(queries, across)), "scale"));
    String shares = graph.node("Softmax", List.of(add(scores, "bias")), with("axis", -1));
    String mixed = graph.node("MatMul", List.of(shares, wide(values)));
    String rows = graph.node("Transpose", List.of(mixed), order(0, 3, 1, 2, 4));
    return graph.node("Reshape", List.of(rows, "from_heads"));
  }

  /** {@code float[batch][keyHead][group][token][headSize]}, rotated. */
  private String queries(String query) {
    String heads = graph.node("Reshape", List.of(query, "all_heads"));
    String rows = graph.node("Transpose", List.of(heads), order(0, 2, 1, 3));
    return graph.node("Reshape", List.of(rotated(rows), "grouped"));
  }

  private String split(String x) {
    String heads = graph.node("Reshape", List.of(x, "key_heads"));
    return graph.node("Transpose", List.of(heads), order(0, 2, 1, 3));
  }

  private String append(int layer, String part, String fresh) {
    return graph.named(
        present(layer, part), "Concat", List.of(past(layer, part), fresh), with("axis", 2));
  }

  private String wide(String x) {
    return graph.node("Unsqueeze", List.of(x, "two"));
  }

  private static Onnx.Attribute order(long... axes) {
    return with("perm", axes);
  }

  /** Turns each pair (i, i + headSize / 2) by the angle of its position. */
  private String rotated(String x) {
    String left = graph.node("Slice", List.of(x, "zero", "half", "last"));
    String right = graph.node("Slice", List.of(x, "half", "whole", "last"));
    String turnedLeft = graph.node("Sub", List.of(times(left, "cosines"), times(right, "sines")));
    String turnedRight = add(times(right, "cosines"), times(left, "sines"));
    return graph.node("Concat", List.of(turnedLeft, turnedRight), with("axis", -1));
  }

  private String times(String x, String table) {
    return graph.node("Mul", List.of(x, table + "_here"));
  }

  private String feedForward(String x, String name) {
    String gate = linear(x, name + ".gate", shape.hidden(), shape.inner());
    String up = linear(x, name + ".up", shape.hidden(), shape.inner());
    String silu = graph.node("Mul", List.of(gate, graph.node("Sigmoid", List.of(gate))));
    String inner = graph.node("Mul", List.of(silu, up));
    return linear(inner, name + ".down", shape.inner(), shape.hidden());
  }

  private String linear(String x, String name, int in, int out) {
    return graph.node("MatMul", List.of(x, matrix(name, in, out)));
  }

  private String matrix(String name, int in, int out) {
    return graph.floats(name, weights.matrix(name, in, out), in, out);
  }

  private String norm(String x, String name) {
    int hidden = shape.hidden();
    String gain = graph.floats(name, weights.gain(name, hidden), hidden);
    String squares =
        graph.node(
            "ReduceMean",
            List.of(graph.node("Pow", List.of(x, "square"))),
            with("axes", new long[] {-1}));
    String size = graph.node("Sqrt", List.of(add(squares, "epsilon")));
    return graph.node("Mul", List.of(graph.node("Div", List.of(x, size)), gain));
  }

  private String add(String left, String right) {
    return graph.node("Add", List.of(left, right));
  }
}
