package io.millrace.decoder;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.decoder.OrtApi.Kind;
import io.millrace.model.Placement;
import io.millrace.model.Protobuf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Clears memory of a device with a model of one node, {@code zeros = ConstantOfShape(count)}, as
 * memory of a GPU cannot be written from here. What lies behind the end of a sequence must be
 * numbers: a share of zero times what is none is none.
 */
final class Zeros implements AutoCloseable {
  private static final int FLOAT = 1;
  private static final int LONG = 7;
  private static final int IR_VERSION = 8;
  private static final int OPERATORS = 17;

  /** Kernels of GPUs count with 32 bits. */
  private static final long PORTION_BYTES = 1 << 30;

  private final OrtSession session;

  private Zeros(OrtSession session) {
    this.session = session;
  }

  /** Runs where {@code placement} says. */
  static Zeros on(Placement placement) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      placement.prepare(options);
      return new Zeros(OrtEnvironment.getEnvironment().createSession(graph(), options));
    }
  }

  /** The next number of bytes that can be cleared. */
  static long whole(long bytes) {
    return Math.ceilDiv(bytes, Float.BYTES) * Float.BYTES;
  }

  /**
   * Clears {@code memory}.
   *
   * @param host says the processor's memory
   * @param device says where {@code memory} lies
   */
  void fill(OrtApi api, MemorySegment host, MemorySegment device, MemorySegment memory)
      throws OrtException {
    MemorySegment handle = OrtApi.handle(session);
    MemorySegment binding = api.binding(handle);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment input = api.tensor(host, count, new long[] {1}, OnnxJavaType.INT64);
      try {
        api.bindInput(binding, arena.allocateFrom("count"), input);
        for (long from = 0; from < memory.byteSize(); from += PORTION_BYTES) {
          long bytes = Math.min(PORTION_BYTES, memory.byteSize() - from);
          count.set(ValueLayout.JAVA_LONG, 0, bytes / Float.BYTES);
          long[] shape = {bytes / Float.BYTES};
          MemorySegment part =
              api.tensor(device, memory.asSlice(from, bytes), shape, OnnxJavaType.FLOAT);
          try {
            api.bindOutput(binding, arena.allocateFrom("zeros"), part);
            api.run(handle, binding);
          } finally {
            api.release(Kind.VALUE, part);
          }
        }
      } finally {
        api.release(Kind.VALUE, input);
      }
    } finally {
      api.release(Kind.BINDING, binding);
    }
  }

  private static byte[] graph() {
    Protobuf node = new Protobuf().text(1, "count").text(2, "zeros").text(4, "ConstantOfShape");
    Protobuf graph =
        new Protobuf()
            .message(1, node)
            .text(2, "zeros")
            .message(11, value("count", LONG, new Protobuf().number(1, 1)))
            .message(12, value("zeros", FLOAT, new Protobuf().text(2, "n")));
    return new Protobuf()
        .number(1, IR_VERSION)
        .message(7, graph)
        .message(8, new Protobuf().number(2, OPERATORS))
        .toBytes();
  }

  /** A ValueInfoProto of one dimension. */
  private static Protobuf value(String name, int type, Protobuf dimension) {
    Protobuf shape = new Protobuf().message(1, dimension);
    Protobuf tensor = new Protobuf().number(1, type).message(2, shape);
    return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
