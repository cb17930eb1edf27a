package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Functions of ONNX Runtime's C interface that its Java interface leaves out. {@code
 * OrtGetApiBase()->GetApi(version)} answers {@code struct OrtApi}, a table of pointers; where each
 * stands is the order of its members in {@code onnxruntime_c_api.h}. ONNX Runtime only ever appends
 * to that struct (its own build asserts the places), and answers null to a version it does not
 * know. All but those that answer nothing answer an {@code OrtStatus*}, null for success.
 */
@SuppressWarnings("restricted") // the manifest allows native access
final class OrtFunctions {
  /** Of the release in pom.xml: 1.29. */
  static final int VERSION = 29;

  private static final Linker LINKER = Linker.nativeLinker();

  /** {@code const char* GetErrorMessage(status)}. */
  final Call1 getErrorMessage;

  /** {@code CreateTensorWithDataAsOrtValue(info, data, bytes, shape, rank, type, &value)}. */
  final CallTensor createTensorWithDataAsOrtValue;

  /** {@code CreateMemoryInfo(name, allocatorType, id, memoryType, &info)}. */
  final CallMemoryInfo createMemoryInfo;

  /** {@code AllocatorAlloc(allocator, bytes, &memory)}. */
  final CallAlloc allocatorAlloc;

  /** {@code AllocatorFree(allocator, memory)}. */
  final Call2 allocatorFree;

  /** {@code GetAllocatorWithDefaultOptions(&allocator)}; it is nobody's to release. */
  final Call1 getAllocatorWithDefaultOptions;

  /** {@code void ReleaseStatus(status)}. */
  final End releaseStatus;

  /** {@code void ReleaseMemoryInfo(info)}. */
  final End releaseMemoryInfo;

  /** {@code void ReleaseValue(value)}. */
  final End releaseValue;

  /** {@code CreateAllocator(session, info, &allocator)}. */
  final Call3 createAllocator;

  /** {@code void ReleaseAllocator(allocator)}. */
  final End releaseAllocator;

  /** {@code RunWithBinding(session, options or null, binding)}. */
  final Call3 runWithBinding;

  /** {@code CreateIoBinding(session, &binding)}. */
  final Call2 createIoBinding;

  /** {@code void ReleaseIoBinding(binding)}. */
  final End releaseIoBinding;

  /** {@code BindInput(binding, name, value)}. */
  final Call3 bindInput;

  /** {@code BindOutput(binding, name, value)}. */
  final Call3 bindOutput;

  /** {@code BindOutputToDevice(binding, name, info)}. */
  final Call3 bindOutputToDevice;

  /** {@code GetBoundOutputValues(binding, allocator, &values, &count)}, as they were bound. */
  final Call4 getBoundOutputValues;

  /** {@code void ClearBoundInputs(binding)}. */
  final End clearBoundInputs;

  /** {@code void ClearBoundOutputs(binding)}. */
  final End clearBoundOutputs;

  private static @Nullable OrtFunctions loaded;

  private OrtFunctions(MemorySegment table) {
    getErrorMessage = function(table, 2, Call1.class);
    createTensorWithDataAsOrtValue = function(table, 49, CallTensor.class);
    createMemoryInfo = function(table, 68, CallMemoryInfo.class);
    allocatorAlloc = function(table, 75, CallAlloc.class);
    allocatorFree = function(table, 76, Call2.class);
    getAllocatorWithDefaultOptions = function(table, 78, Call1.class);
    releaseStatus = function(table, 93, End.class);
    releaseMemoryInfo = function(table, 94, End.class);
    releaseValue = function(table, 96, End.class);
    createAllocator = function(table, 131, Call3.class);
    releaseAllocator = function(table, 132, End.class);
    runWithBinding = function(table, 133, Call3.class);
    createIoBinding = function(table, 134, Call2.class);
    releaseIoBinding = function(table, 135, End.class);
    bindInput = function(table, 136, Call3.class);
    bindOutput = function(table, 137, Call3.class);
    bindOutputToDevice = function(table, 138, Call3.class);
    getBoundOutputValues = function(table, 140, Call4.class);
    clearBoundInputs = function(table, 141, End.class);
    clearBoundOutputs = function(table, 142, End.class);
  }

  /**
   * Those of the library that the Java interface has loaded; {@link
   * io.millrace.model.NativeLibraries#prepare} must have been called.
   *
   * @param version {@link #VERSION}
   * @throws OrtException when the library is another one
   */
  static synchronized OrtFunctions of(int version) throws OrtException {
    if (version == VERSION && loaded != null) {
      return loaded;
    }
    MemorySegment base =
        SymbolLookup.loaderLookup()
            .find("OrtGetApiBase")
            .map(symbol -> callable(symbol, Call0.class).call())
            .orElseThrow(() -> new OrtException("its library has no OrtGetApiBase"))
            .reinterpret(2 * ValueLayout.ADDRESS.byteSize());
    MemorySegment table = function(base, 0, CallVersion.class).call(version);
    if (table.address() == 0) {
      String release = function(base, 1, Call0.class).call().reinterpret(64).getString(0);
      throw new OrtException(
          "it is %s and does not offer version %d of its C interface".formatted(release, version));
    }
    loaded = new OrtFunctions(table.reinterpret(143 * ValueLayout.ADDRESS.byteSize()));
    return loaded;
  }

  private static <F> F function(MemorySegment table, int place, Class<F> form) {
    return callable(table.getAtIndex(ValueLayout.ADDRESS, place), form);
  }

  /** A native function as an interface of one method with the same arguments. */
  private static <F> F callable(MemorySegment function, Class<F> form) {
    var method = form.getMethods()[0];
    MethodType type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    MemoryLayout[] arguments =
        Arrays.stream(method.getParameterTypes())
            .map(OrtFunctions::layout)
            .toArray(MemoryLayout[]::new);
    FunctionDescriptor descriptor =
        type.returnType() == void.class
            ? FunctionDescriptor.ofVoid(arguments)
            : FunctionDescriptor.of(ValueLayout.ADDRESS, arguments);
    return MethodHandleProxies.asInterfaceInstance(
        form, LINKER.downcallHandle(function, descriptor));
  }

  private static MemoryLayout layout(Class<?> argument) {
    return argument == int.class
        ? ValueLayout.JAVA_INT
        : argument == long.class ? ValueLayout.JAVA_LONG : ValueLayout.ADDRESS;
  }

  /** Of no argument. */
  public interface Call0 {
    MemorySegment call();
  }

  /** Of one pointer. */
  public interface Call1 {
    MemorySegment call(MemorySegment a);
  }

  /** Of two pointers. */
  public interface Call2 {
    MemorySegment call(MemorySegment a, MemorySegment b);
  }

  /** Of three pointers. */
  public interface Call3 {
    MemorySegment call(MemorySegment a, MemorySegment b, MemorySegment c);
  }

  /** Of four pointers. */
  public interface Call4 {
    MemorySegment call(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d);
  }

  /** Of one pointer, without an answer. */
  public interface End {
    void call(MemorySegment a);
  }

  /** {@code GetApi}. */
  public interface CallVersion {
    MemorySegment call(int version);
  }

  /** {@code AllocatorAlloc}. */
  public interface CallAlloc {
    MemorySegment call(MemorySegment allocator, long bytes, MemorySegment memory);
  }

  /** {@code CreateMemoryInfo}. */
  public interface CallMemoryInfo {
    MemorySegment call(
        MemorySegment name, int allocatorType, int id, int memoryType, MemorySegment info);
  }

  /** {@code CreateTensorWithDataAsOrtValue}: seven arguments, as C has it. */
  public interface CallTensor {
    MemorySegment call(
        MemorySegment info,
        MemorySegment data,
        long bytes,
        MemorySegment shape,
        long rank,
        int type,
        MemorySegment value);
  }
}
