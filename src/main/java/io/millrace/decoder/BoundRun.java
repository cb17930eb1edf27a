package io.millrace.decoder;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import io.millrace.decoder.OrtApi.Kind;
import io.millrace.model.Device;
import io.millrace.model.Placement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a graph with its keys and values in the memory of its device, from run to run; only the
 * logits come to the processor. ONNX Runtime calls it an IoBinding, and offers it to C alone.
 */
final class BoundRun implements GraphRun<MemorySegment> {
  private final OrtGraph graph;
  private final Placement placement;
  private final OrtApi api;
  private final MemorySegment session;
  private final Arena arena = Arena.ofShared();
  private final Map<String, MemorySegment> names = new HashMap<>();
  private final Deque<Release> releases = new ArrayDeque<>();
  private MemorySegment host = MemorySegment.NULL;
  private MemorySegment device = MemorySegment.NULL;
  private MemorySegment allocator = MemorySegment.NULL;
  private MemorySegment binding = MemorySegment.NULL;

  /** Gives something back. */
  private interface Release {
    void call() throws OrtException;
  }

  private BoundRun(OrtGraph graph, Placement placement, OrtApi api) throws OrtException {
    this.graph = graph;
    this.placement = placement;
    this.api = api;
    session = OrtApi.handle(graph.session());
  }

  /**
   * On {@code graph}, which must run where {@code placement} says.
   *
   * @param version of the C interface
   * @throws OrtException when ONNX Runtime is another one than this knows
   */
  static BoundRun open(OrtGraph graph, Placement placement, int version) throws OrtException {
    BoundRun run = new BoundRun(graph, placement, new OrtApi(OrtFunctions.of(version)));
    try {
      run.prepare();
      return run;
    } catch (OrtException | RuntimeException e) {
      run.close();
      throw e;
    }
  }

  private void prepare() throws OrtException {
    host = owned(Kind.MEMORY_INFO, api.memoryInfo(new Device.Cpu()));
    device = owned(Kind.MEMORY_INFO, api.memoryInfo(placement.device()));
    allocator = owned(Kind.ALLOCATOR, api.allocator(session, device));
    binding = owned(Kind.BINDING, api.binding(session));
  }

  private MemorySegment owned(Kind kind, MemorySegment handle) {
    releases.push(() -> api.release(kind, handle));
    return handle;
  }

  @Override
  public MemorySegment allocate(long bytes) throws OrtException {
    if (bytes == 0) {
      return arena.allocate(Long.BYTES).asSlice(0, 0); // nobody looks there
    }
    MemorySegment memory = api.allocate(allocator, Zeros.whole(bytes));
    releases.push(() -> api.free(allocator, memory));
    try (Zeros zeros = Zeros.on(placement)) {
      zeros.fill(api, host, device, memory);
    }
    return memory.asSlice(0, bytes);
  }

  @Override
  public MemorySegment tensor(MemorySegment memory, long[] shape) throws OrtException {
    return api.tensor(device, memory, shape, graph.cache().type());
  }

  @Override
  public void free(MemorySegment tensor) {
    api.release(Kind.VALUE, tensor);
  }

  @Override
  public List<MemorySegment> append(RunInputs inputs, List<MemorySegment> past, Logits logits)
      throws OrtException {
    try (Step step = new Step(inputs, past, logits)) {
      for (String present : graph.presents()) {
        api.bindOutputTo(binding, name(present), device);
      }
      return step.run();
    }
  }

  @Override
  public void extend(RunInputs inputs, List<MemorySegment> cache, Logits logits)
      throws OrtException {
    try (Step step = new Step(inputs, cache, logits)) {
      for (int i = 0; i < cache.size(); i++) {
        api.bindOutput(binding, name(graph.presents().get(i)), cache.get(i));
      }
      step.run().forEach(this::free);
    }
  }

  private MemorySegment name(String tensor) {
    return names.computeIfAbsent(tensor, arena::allocateFrom);
  }

  /** What one run binds, until it is over. */
  private final class Step implements AutoCloseable {
    private final Arena scratch = Arena.ofConfined();
    private final List<MemorySegment> own = new ArrayList<>();

    Step(RunInputs inputs, List<MemorySegment> past, Logits logits) throws OrtException {
      try {
        for (var input : inputs.values().entrySet()) {
          MemorySegment values = scratch.allocateFrom(ValueLayout.JAVA_LONG, input.getValue());
          long[] shape = inputs.shape(input.getValue());
          api.bindInput(binding, name(input.getKey()), onHost(values, shape, OnnxJavaType.INT64));
        }
        for (int i = 0; i < past.size(); i++) {
          api.bindInput(binding, name(graph.past().get(i)), past.get(i));
        }
        MemorySegment answer = onHost(logits.memory(inputs), logits.shape(inputs), logits.type());
        api.bindOutput(binding, name(OrtGraph.LOGITS), answer);
      } catch (OrtException e) {
        close();
        throw e;
      }
    }

    private MemorySegment onHost(MemorySegment memory, long[] shape, OnnxJavaType type)
        throws OrtException {
      MemorySegment tensor = api.tensor(host, memory, shape, type);
      own.add(tensor);
      return tensor;
    }

    /** Answers what was bound behind the logits; the caller frees it. */
    List<MemorySegment> run() throws OrtException {
      api.run(session, binding);
      List<MemorySegment> outputs = api.outputs(binding);
      free(outputs.removeFirst());
      return outputs;
    }

    @Override
    public void close() {
      api.clear(binding);
      own.forEach(BoundRun.this::free);
      scratch.close();
    }
  }

  @Override
  public void close() throws OrtException {
    try {
      while (!releases.isEmpty()) {
        releases.pop().call();
      }
    } finally {
      arena.close();
    }
  }
}
