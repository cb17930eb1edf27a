package io.millrace.decoder;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.model.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of a device, and runs whose inputs and outputs stay there: {@link OrtFunctions} with each
 * status looked at. What a method here creates, the caller gives back to {@link #release} or {@link
 * #free}. A segment is a handle, or memory of a device that must not be read here.
 */
@SuppressWarnings("restricted") // the manifest allows native access
final class OrtApi {
  private static final int ARENA_ALLOCATOR = 1;
  private static final int DEFAULT_MEMORY = 0;

  /** Handles and memory of all graphs that were created and are not given back. */
  private static final AtomicLong OPEN = new AtomicLong();

  private final OrtFunctions functions;

  /** Kinds of handles. */
  enum Kind {
    MEMORY_INFO,
    ALLOCATOR,
    VALUE,
    BINDING
  }

  OrtApi(OrtFunctions functions) {
    this.functions = functions;
  }

  /** How many handles there are; a test that opens and closes sees a leak here. */
  static long open() {
    return OPEN.get();
  }

  /** The handle of a session that the Java interface has opened and goes on to own. */
  static MemorySegment handle(OrtSession session) throws OrtException {
    try {
      Field field = OrtSession.class.getDeclaredField("nativeHandle");
      field.setAccessible(true);
      return MemorySegment.ofAddress(field.getLong(session));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new OrtException("its Java interface hides its session: " + e);
    }
  }

  MemorySegment memoryInfo(Device device) throws OrtException {
    String name = device instanceof Device.Cuda ? "Cuda" : "Cpu";
    int id = device instanceof Device.Cuda(int index) ? index : 0;
    return created((arena, out) ->
        functions.createMemoryInfo.call(
            arena.allocateFrom(name), ARENA_ALLOCATOR, id, DEFAULT_MEMORY, out));
  }

  MemorySegment allocator(MemorySegment session, MemorySegment memoryInfo) throws OrtException {
    return created((_, out) -> functions.createAllocator.call(session, memoryInfo, out));
  }

  /** Memory of the allocator's device, with whatever was there before. */
  MemorySegment allocate(MemorySegment allocator, long bytes) throws OrtException {
    return created((_, out) -> functions.allocatorAlloc.call(allocator, bytes, out))
        .reinterpret(bytes);
  }

  void free(MemorySegment allocator, MemorySegment memory) throws OrtException {
    check(functions.allocatorFree.call(allocator, memory));
    OPEN.decrementAndGet();
  }

  /**
   * A tensor over memory that must outlive it.
   *
   * @param memoryInfo says where the memory is
   */
  MemorySegment tensor(
      MemorySegment memoryInfo, MemorySegment memory, long[] shape, OnnxJavaType type)
      throws OrtException {
    return created((arena, out) ->
        functions.createTensorWithDataAsOrtValue.call(
            memoryInfo,
            memory,
            memory.byteSize(),
            arena.allocateFrom(ValueLayout.JAVA_LONG, shape),
            shape.length,
            elementType(type),
            out));
  }

  /** {@code ONNXTensorElementDataType}; the Java interface counts in its own way. */
  private static int elementType(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> 1;
      case UINT8 -> 2;
      case INT8 -> 3;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> 7;
      case STRING -> 8;
      case BOOL -> 9;
      case FLOAT16 -> 10;
      case DOUBLE -> 11;
      case BFLOAT16 -> 16;
      case UNKNOWN -> 0;
    };
  }

  MemorySegment binding(MemorySegment session) throws OrtException {
    return created((_, out) -> functions.createIoBinding.call(session, out));
  }

  /** The run reads {@code value}; one that is not where it is needed is copied there now. */
  void bindInput(MemorySegment binding, MemorySegment name, MemorySegment value)
      throws OrtException {
    check(functions.bindInput.call(binding, name, value));
  }

  /** The run writes into {@code value}. */
  void bindOutput(MemorySegment binding, MemorySegment name, MemorySegment value)
      throws OrtException {
    check(functions.bindOutput.call(binding, name, value));
  }

  /** The run makes a tensor in that memory; {@link #outputs} answers it. */
  void bindOutputTo(MemorySegment binding, MemorySegment name, MemorySegment memoryInfo)
      throws OrtException {
    check(functions.bindOutputToDevice.call(binding, name, memoryInfo));
  }

  void run(MemorySegment session, MemorySegment binding) throws OrtException {
    check(functions.runWithBinding.call(session, MemorySegment.NULL, binding));
  }

  /** A handle for each bound output, in the order they were bound. */
  List<MemorySegment> outputs(MemorySegment binding) throws OrtException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
      check(functions.getAllocatorWithDefaultOptions.call(out));
      MemorySegment allocator = out.get(ValueLayout.ADDRESS, 0);
      check(functions.getBoundOutputValues.call(binding, allocator, out, count));
      int found = (int) count.get(ValueLayout.JAVA_LONG, 0);
      OPEN.addAndGet(found);
      MemorySegment array =
          out.get(ValueLayout.ADDRESS, 0).reinterpret(found * ValueLayout.ADDRESS.byteSize());
      List<MemorySegment> values = new ArrayList<>();
      for (int i = 0; i < found; i++) {
        values.add(array.getAtIndex(ValueLayout.ADDRESS, i));
      }
      check(functions.allocatorFree.call(allocator, array));
      return values;
    }
  }

  /** The binding holds no tensor any more. */
  void clear(MemorySegment binding) {
    functions.clearBoundInputs.call(binding);
    functions.clearBoundOutputs.call(binding);
  }

  void release(Kind kind, MemorySegment handle) {
    switch (kind) {
      case MEMORY_INFO -> functions.releaseMemoryInfo.call(handle);
      case ALLOCATOR -> functions.releaseAllocator.call(handle);
      case VALUE -> functions.releaseValue.call(handle);
      case BINDING -> functions.releaseIoBinding.call(handle);
    }
    OPEN.decrementAndGet();
  }

  /** Writes a handle where {@code out} points. */
  private interface Creation {
    MemorySegment call(Arena arena, MemorySegment out);
  }

  private MemorySegment created(Creation creation) throws OrtException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      check(creation.call(arena, out));
      OPEN.incrementAndGet();
      return out.get(ValueLayout.ADDRESS, 0);
    }
  }

  private void check(MemorySegment status) throws OrtException {
    if (status.address() != 0) {
      String message =
          functions.getErrorMessage.call(status).reinterpret(Integer.MAX_VALUE).getString(0);
      functions.releaseStatus.call(status);
      throw new OrtException(message);
    }
  }
}
