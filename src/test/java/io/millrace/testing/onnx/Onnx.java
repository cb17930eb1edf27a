package io.millrace.testing.onnx;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An ONNX graph being written, in the order of its nodes. Methods that add a value return its name,
 * so that calls nest like the formula they stand for. Field numbers are those of {@code
 * onnx.proto}.
 */
public final class Onnx {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final String CONTRIBUTED = "com.microsoft";

  /** The element types a test model needs, with their numbers in {@code TensorProto.DataType}. */
  public enum Type {
    FLOAT(1),
    INT32(6),
    INT64(7),
    BOOL(9),
    FLOAT16(10);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  /** A named property of a node: an {@code Integer}, {@code Float} or {@code long[]}. */
  public record Attribute(String name, Object value) {
    private Protobuf message() {
      Protobuf message = new Protobuf().text(1, name);
      return switch (value) {
        case Integer number -> message.number(3, number.longValue()).number(20, 2);
        case Float number -> message.number(2, number).number(20, 1);
        case long[] numbers -> message.numbers(8, numbers).number(20, 7);
        default -> throw new IllegalArgumentException("attribute " + name + " = " + value);
      };
    }
  }

  /** A tensor with its numbers as they lie in the file. */
  private record Constant(String name, Type type, ByteBuffer bytes, List<Long> shape) {
    private byte[] content() {
      byte[] content = new byte[bytes.capacity()];
      bytes.get(0, content);
      return content;
    }
  }

  private final List<Protobuf> nodes = new ArrayList<>();
  private final List<Constant> constants = new ArrayList<>();
  private final List<Protobuf> inputs = new ArrayList<>();
  private final List<Protobuf> outputs = new ArrayList<>();
  private int names;

  /** A property of a node. */
  public static Attribute with(String name, Object value) {
    return new Attribute(name, value);
  }

  /** Each dimension is a number, or a word that stands for any number. */
  @CanIgnoreReturnValue
  public String input(String name, Type type, Object... shape) {
    inputs.add(declared(name, type, shape));
    return name;
  }

  /** Declares that the value {@code name} leaves the graph. */
  public void output(String name, Type type, Object... shape) {
    outputs.add(declared(name, type, shape));
  }

  private static Protobuf declared(String name, Type type, Object... dimensions) {
    Protobuf shape = new Protobuf();
    for (Object dimension : dimensions) {
      shape.message(
          1,
          switch (dimension) {
            case String word -> new Protobuf().text(2, word);
            case Number number -> new Protobuf().number(1, number.longValue());
            default -> throw new IllegalArgumentException(name + ": " + dimension);
          });
    }
    Protobuf tensor = new Protobuf().number(1, type.number).message(2, shape);
    return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
  }

  /** A constant; without a shape it is a scalar. */
  @CanIgnoreReturnValue
  public String floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    constants.add(new Constant(name, Type.FLOAT, bytes, Arrays.stream(shape).boxed().toList()));
    return name;
  }

  /** A constant list of numbers, such as axes or a shape. */
  @CanIgnoreReturnValue
  public String longs(String name, long... values) {
    ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    constants.add(new Constant(name, Type.INT64, bytes, List.of((long) values.length)));
    return name;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a node whose one output gets a name of its own. */
  @CanIgnoreReturnValue
  public String node(String operator, List<String> from, Attribute... attributes) {
    return named(operator + "_" + names++, operator, from, attributes);
  }

  /** Adds a node whose one output is called {@code output}. */
  @CanIgnoreReturnValue
  public String named(String output, String operator, List<String> from, Attribute... attributes) {
    nodes.add(message(operator, from, List.of(output), attributes));
    return output;
  }

  /** Adds a node of ONNX Runtime's own operators. */
  public void contributed(
      String operator, List<String> from, List<String> to, Attribute... attributes) {
    nodes.add(message(operator, from, to, attributes).text(7, CONTRIBUTED));
  }

  private Protobuf message(
      String operator, List<String> from, List<String> to, Attribute... attributes) {
    Protobuf node = new Protobuf();
    from.forEach(name -> node.text(1, name));
    to.forEach(name -> node.text(2, name));
    node.text(3, "node_" + nodes.size()).text(4, operator);
    for (Attribute attribute : attributes) {
      node.message(5, attribute.message());
    }
    return node;
  }

  /** The whole model with its weights inside. */
  public byte[] toBytes() {
    return model(constants.stream().map(Onnx::inline).toList()).toBytes();
  }

  /** Writes the model to {@code file} and its weights beside it, as large models come. */
  public void writeWithExternalData(Path file) throws IOException {
    String location = file.getFileName() + "_data";
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    List<Protobuf> tensors = new ArrayList<>();
    for (Constant constant : constants) {
      if (constant.type == Type.FLOAT) {
        tensors.add(external(constant, location, data.size()));
        data.writeBytes(constant.content());
      } else {
        tensors.add(inline(constant)); // shape inference reads these, and only inside the file
      }
    }
    Files.write(file.resolveSibling(location), data.toByteArray());
    Files.write(file, model(tensors).toBytes());
  }

  private Protobuf model(List<Protobuf> tensors) {
    Protobuf graph = new Protobuf();
    nodes.forEach(node -> graph.message(1, node));
    graph.text(2, "test");
    tensors.forEach(tensor -> graph.message(5, tensor));
    inputs.forEach(input -> graph.message(11, input));
    outputs.forEach(output -> graph.message(12, output));
    return new Protobuf()
        .number(1, IR_VERSION)
        .text(2, "millrace-tests")
        .message(7, graph)
        .message(8, new Protobuf().text(1, "").number(2, OPSET))
        .message(8, new Protobuf().text(1, CONTRIBUTED).number(2, 1));
  }

  private static Protobuf inline(Constant constant) {
    return tensor(constant).bytes(9, constant.content());
  }

  private static Protobuf external(Constant constant, String location, int offset) {
    return tensor(constant)
        .message(13, entry("location", location))
        .message(13, entry("offset", Integer.toString(offset)))
        .message(13, entry("length", Integer.toString(constant.bytes.capacity())))
        .number(14, 1);
  }

  private static Protobuf entry(String key, String value) {
    return new Protobuf().text(1, key).text(2, value);
  }

  private static Protobuf tensor(Constant constant) {
    Protobuf tensor = new Protobuf();
    for (long dimension : constant.shape) {
      tensor.number(1, dimension);
    }
    return tensor.number(2, constant.type.number).text(8, constant.name);
  }
}
