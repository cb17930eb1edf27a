package io.millrace.decoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A graph with GroupQueryAttention: the same memory is its past and its present, and each row says
 * how long it is, so rows of different length run together. A run covers the slots from the first
 * to the last that takes part. One between that does not is given a token where its next one will
 * go, which the next one overwrites.
 */
final class SharedBufferSession implements DecoderSession {
  private final OrtGraph graph;
  private final DecoderLimits limits;
  private final Arena arena = Arena.ofShared();
  private final Map<String, MemorySegment> buffers = new LinkedHashMap<>();
  private final Map<Rows, Map<String, OnnxTensor>> views = new HashMap<>();
  private final Logits logitsOfRun;
  private final int[] lengths;

  /** The slots that a run covers. */
  private record Rows(int first, int count) {}

  SharedBufferSession(OrtGraph graph, DecoderLimits limits) throws OrtException {
    this.graph = graph;
    this.limits = limits;
    lengths = new int[limits.slots()];
    logitsOfRun = new Logits(graph, arena, Math.max(limits.slots(), limits.promptChunk()));
    for (String input : graph.past()) {
      buffers.put(input, arena.allocate(limits.slots() * bytesPerSlot(), Long.BYTES));
    }
  }

  private long bytesPerSlot() {
    return graph.cache().bytesPerToken() * limits.lengthMax();
  }

  @Override
  public int slots() {
    return limits.slots();
  }

  @Override
  public int lengthMax() {
    return limits.lengthMax();
  }

  @Override
  public int vocabulary() {
    return graph.vocabulary();
  }

  @Override
  public long bufferBytes() {
    return logitsOfRun.size() + limits.slots() * bytesPerSlot() * buffers.size();
  }

  @Override
  public void clear(int slot) {
    lengths[slot] = 0;
  }

  @Override
  public void append(int slot, int[] tokens, float[] logits) throws OrtException {
    run(new Rows(slot, 1), new int[][] {tokens});
    lengths[slot] += tokens.length;
    logitsOfRun.copy(tokens.length - 1, logits);
  }

  @Override
  public void advance(int[] slots, int[] tokens, float[][] logits) throws OrtException {
    int first = slots[0];
    int[][] rows = new int[slots[slots.length - 1] - first + 1][1];
    for (int i = 0; i < slots.length; i++) {
      rows[slots[i] - first][0] = tokens[i];
    }
    run(new Rows(first, rows.length), rows);
    for (int i = 0; i < slots.length; i++) {
      lengths[slots[i]]++;
      logitsOfRun.copy(slots[i] - first, logits[i]);
    }
  }

  private void run(Rows rows, int[][] tokens) throws OrtException {
    int[] before = Arrays.copyOfRange(lengths, rows.first, rows.first + rows.count);
    Map<String, OnnxTensor> past = view(rows);
    Map<String, OnnxTensor> outputs = new HashMap<>();
    past.forEach((input, tensor) -> outputs.put(OrtGraph.present(input), tensor));
    try (RunInputs inputs = RunInputs.of(graph, tokens, before);
        OnnxTensor answer = logitsOfRun.tensor(rows.count, tokens[0].length)) {
      outputs.put(OrtGraph.LOGITS, answer);
      OrtSession.Result result = graph.session().run(inputs.with(past), Set.of(), outputs);
      result.close();
    }
  }

  /** Tensors over the rows' part of each buffer, made once per choice of rows. */
  private Map<String, OnnxTensor> view(Rows rows) throws OrtException {
    Map<String, OnnxTensor> known = views.get(rows);
    if (known != null) {
      return known;
    }
    OrtGraph.Cache cache = graph.cache();
    long[] shape = {rows.count, cache.heads(), limits.lengthMax(), cache.headSize()};
    Map<String, OnnxTensor> view = new HashMap<>();
    for (var buffer : buffers.entrySet()) {
      var part =
          buffer
              .getValue()
              .asSlice(rows.first * bytesPerSlot(), rows.count * bytesPerSlot())
              .asByteBuffer()
              .order(ByteOrder.nativeOrder());
      view.put(
          buffer.getKey(), OnnxTensor.createTensor(graph.environment(), part, shape, cache.type()));
    }
    views.put(rows, view);
    return view;
  }

  @Override
  public void close() throws OrtException {
    views.values().forEach(view -> view.values().forEach(OnnxTensor::close));
    graph.session().close();
    arena.close();
  }
}
