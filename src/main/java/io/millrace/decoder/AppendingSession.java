package io.millrace.decoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A graph that answers the past with the new tokens appended, as Optimum exports it. Each answer is
 * the next run's input as it is; there is one sequence, because rows of different length would need
 * padding inside their past.
 */
final class AppendingSession implements DecoderSession {
  private final OrtGraph graph;
  private final DecoderLimits limits;
  private final Arena arena = Arena.ofShared();
  private final Logits logitsOfChunk;
  private final Map<String, OnnxTensor> empty = new HashMap<>();
  private OrtSession.@Nullable Result past;
  private int length;

  AppendingSession(OrtGraph graph, DecoderLimits limits) throws OrtException {
    this.graph = graph;
    this.limits = limits;
    logitsOfChunk = new Logits(graph, arena, limits.promptChunk());
    OrtGraph.Cache cache = graph.cache();
    long[] shape = {1, cache.heads(), 0, cache.headSize()};
    for (String input : graph.past()) {
      ByteBuffer nothing = ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
      empty.put(input, OnnxTensor.createTensor(graph.environment(), nothing, shape, cache.type()));
    }
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
    if (past != null) {
      past.close();
      past = null;
    }
    length = 0;
  }

  @Override
  public void append(int slot, int[] tokens, float[] logits) throws OrtException {
    int count = tokens.length;
    try (RunInputs inputs = RunInputs.of(graph, new int[][] {tokens}, new int[] {length});
        OnnxTensor answer = logitsOfChunk.tensor(1, count)) {
      OrtSession.Result next =
          graph.session().run(inputs.with(past()), presents(), Map.of(OrtGraph.LOGITS, answer));
      if (past != null) {
        past.close(); // only now: the run has read it
      }
      past = next;
    }
    length += count;
    logitsOfChunk.copy(count - 1, logits);
  }

  private Set<String> presents() {
    return graph.past().stream().map(OrtGraph::present).collect(Collectors.toSet());
  }

  private Map<String, OnnxTensor> past() {
    OrtSession.Result before = past;
    if (before == null) {
      return empty;
    }
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (String input : graph.past()) {
      tensors.put(input, (OnnxTensor) before.get(OrtGraph.present(input)).orElseThrow());
    }
    return tensors;
  }

  @Override
  public void advance(int[] slots, int[] tokens, float[][] logits) throws OrtException {
    append(slots[0], tokens, logits[0]);
  }

  @Override
  public void close() throws OrtException {
    clear(0);
    empty.values().forEach(OnnxTensor::close);
    graph.session().close();
    arena.close();
  }
}
