package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with GroupQueryAttention: the same memory is its past and its present, and each row says
 * how long it is, so rows of different length run together. A run covers the slots from the first
 * to the last that takes part. One between that does not is given a token where its next one will
 * go, which the next one overwrites.
 */
final class SharedBufferSession<T> implements DecoderSession {
  private final OrtGraph graph;
  private final GraphRun<T> run;
  private final DecoderLimits limits;
  private final MemorySegment buffers;
  private final Map<Rows, List<T>> views = new HashMap<>();
  private final Logits logitsOfRun;
  private final int[] lengths;

  /** The slots that a run covers. */
  private record Rows(int first, int count) {}

  /** Owns {@code graph} and {@code run} from here on, unless it fails. */
  SharedBufferSession(OrtGraph graph, GraphRun<T> run, DecoderLimits limits) throws OrtException {
    this.graph = graph;
    this.run = run;
    this.limits = limits;
    lengths = new int[limits.slots()];
    buffers = run.allocate(bytesPerBuffer() * graph.past().size());
    logitsOfRun = new Logits(graph, Math.max(limits.slots(), limits.promptChunk()));
  }

  private long bytesPerBuffer() {
    return limits.slots() * bytesPerSlot();
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
    return logitsOfRun.size() + buffers.byteSize();
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
    run.extend(RunInputs.of(graph, tokens, before), view(rows), logitsOfRun);
  }

  /** Tensors over the rows' part of each buffer, made once per choice of rows. */
  private List<T> view(Rows rows) throws OrtException {
    List<T> known = views.get(rows);
    if (known != null) {
      return known;
    }
    OrtGraph.Cache cache = graph.cache();
    long[] shape = {rows.count, cache.heads(), limits.lengthMax(), cache.headSize()};
    List<T> view = new ArrayList<>();
    for (int buffer = 0; buffer < graph.past().size(); buffer++) {
      long from = buffer * bytesPerBuffer() + rows.first * bytesPerSlot();
      view.add(run.tensor(buffers.asSlice(from, rows.count * bytesPerSlot()), shape));
    }
    views.put(rows, view);
    return view;
  }

  @Override
  public void close() throws OrtException {
    try (Logits _ = logitsOfRun;
        OrtSession _ = graph.session();
        GraphRun<T> _ = run) {
      views.values().forEach(view -> view.forEach(run::free));
    }
  }
}
