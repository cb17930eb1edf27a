package io.millrace.decoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a graph as ONNX Runtime's Java interface does, with all tensors in the processor's memory. A
 * graph on a GPU copies its keys and values there and back in each run.
 */
final class PlainRun implements GraphRun<OnnxTensor> {
  private final OrtGraph graph;
  private final Arena arena = Arena.ofShared();

  PlainRun(OrtGraph graph) {
    this.graph = graph;
  }

  @Override
  public MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, Long.BYTES);
  }

  @Override
  public OnnxTensor tensor(MemorySegment memory, long[] shape) throws OrtException {
    var bytes = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(graph.environment(), bytes, shape, graph.cache().type());
  }

  @Override
  public void free(OnnxTensor tensor) {
    tensor.close();
  }

  @Override
  public List<OnnxTensor> append(RunInputs inputs, List<OnnxTensor> past, Logits logits)
      throws OrtException {
    OrtSession.Result result = run(inputs, past, Set.copyOf(graph.presents()), Map.of(), logits);
    List<OnnxTensor> presents = new ArrayList<>();
    for (String present : graph.presents()) {
      presents.add((OnnxTensor) result.get(present).orElseThrow());
    }
    return presents; // the result itself holds nothing else
  }

  @Override
  public void extend(RunInputs inputs, List<OnnxTensor> cache, Logits logits) throws OrtException {
    Map<String, OnnxTensor> presents = new HashMap<>();
    for (int i = 0; i < cache.size(); i++) {
      presents.put(graph.presents().get(i), cache.get(i));
    }
    run(inputs, cache, Set.of(), presents, logits).close();
  }

  private OrtSession.Result run(
      RunInputs inputs,
      List<OnnxTensor> past,
      Set<String> made,
      Map<String, OnnxTensor> given,
      Logits logits)
      throws OrtException {
    List<OnnxTensor> own = new ArrayList<>();
    try {
      Map<String, OnnxTensorLike> in = new HashMap<>();
      for (var value : inputs.values().entrySet()) {
        OnnxTensor tensor =
            OnnxTensor.createTensor(
                graph.environment(),
                LongBuffer.wrap(value.getValue()),
                inputs.shape(value.getValue()));
        own.add(tensor);
        in.put(value.getKey(), tensor);
      }
      for (int i = 0; i < past.size(); i++) {
        in.put(graph.past().get(i), past.get(i));
      }
      Map<String, OnnxTensor> out = new HashMap<>(given);
      OnnxTensor answer = answer(inputs, logits);
      own.add(answer);
      out.put(OrtGraph.LOGITS, answer);
      return graph.session().run(in, made, out);
    } finally {
      own.forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor answer(RunInputs inputs, Logits logits) throws OrtException {
    var bytes = logits.memory(inputs).asByteBuffer().order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(graph.environment(), bytes, logits.shape(inputs), logits.type());
  }

  @Override
  public void close() {
    arena.close();
  }
}
