package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Collections;
import java.util.List;

/**
 * A graph that answers the past with the new tokens appended, as Optimum exports it. Each answer is
 * the next run's input as it is; there is one sequence, because rows of different length would need
 * padding inside their past.
 */
final class AppendingSession<T> implements DecoderSession {
  private final OrtGraph graph;
  private final GraphRun<T> run;
  private final DecoderLimits limits;
  private final Logits logitsOfChunk;
  private final T nothing;
  private List<T> past = List.of();
  private int length;

  /** Owns {@code graph} and {@code run} from here on, unless it fails. */
  AppendingSession(OrtGraph graph, GraphRun<T> run, DecoderLimits limits) throws OrtException {
    this.graph = graph;
    this.run = run;
    this.limits = limits;
    OrtGraph.Cache cache = graph.cache();
    nothing = run.tensor(run.allocate(0), new long[] {1, cache.heads(), 0, cache.headSize()});
    logitsOfChunk = new Logits(graph, limits.promptChunk());
  }

  @Override
  public int slots() {
    return 1;
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
    return logitsOfChunk.size()
        + graph.cache().bytesPerToken() * limits.lengthMax() * graph.past().size();
  }

  @Override
  public void clear(int slot) {
    past.forEach(run::free);
    past = List.of();
    length = 0;
  }

  @Override
  public void append(int slot, int[] tokens, float[] logits) throws OrtException {
    RunInputs inputs = RunInputs.of(graph, new int[][] {tokens}, new int[] {length});
    List<T> before = past.isEmpty() ? Collections.nCopies(graph.past().size(), nothing) : past;
    List<T> next = run.append(inputs, before, logitsOfChunk);
    past.forEach(run::free); // only now: the run has read it
    past = next;
    length += tokens.length;
    logitsOfChunk.copy(tokens.length - 1, logits);
  }

  @Override
  public void advance(int[] slots, int[] tokens, float[][] logits) throws OrtException {
    append(slots[0], tokens, logits[0]);
  }

  @Override
  public void close() throws OrtException {
    try (Logits _ = logitsOfChunk;
        OrtSession _ = graph.session();
        GraphRun<T> _ = run) {
      clear(0);
      run.free(nothing);
    }
  }
}
