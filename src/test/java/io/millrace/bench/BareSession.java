package io.millrace.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.model.ModelFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The yardstick: the same graph on tokens made before, with nothing around it. */
final class BareSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int dimension;

  BareSession(ModelFiles model, int threads) throws IOException, OrtException {
    dimension = model.dimension();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.addConfigEntry("session.intra_op.allow_spinning", threads > 1 ? "1" : "0");
      options.setMemoryPatternOptimization(false);
      session = environment.createSession(model.graph().bytes(), options);
    }
  }

  /** Seconds for all texts, in the order given, in batches of {@code batch} by so many callers. */
  double seconds(List<long[]> texts, int callers, int batch) {
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    try (ExecutorService pool = Executors.newFixedThreadPool(callers)) {
      for (int caller = 0; caller < callers; caller++) {
        var _ =
            pool.submit(() -> {
              Room room = new Room(batch * 512, dimension);
              for (int i = next.getAndAdd(batch); i < texts.size(); i = next.getAndAdd(batch)) {
                run(texts.subList(i, Math.min(texts.size(), i + batch)), room);
              }
              return null;
            });
      }
    }
    if (next.get() < texts.size()) {
      throw new IllegalStateException("a run failed");
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** The buffers of one caller. */
  private record Room(LongBuffer ids, LongBuffer mask, LongBuffer types, FloatBuffer hidden) {
    Room(int tokens, int dimension) {
      this(
          longs(tokens),
          longs(tokens),
          longs(tokens),
          bytes(tokens * dimension * 4).asFloatBuffer());
    }

    private static LongBuffer longs(int count) {
      return bytes(count * 8).asLongBuffer();
    }

    private static ByteBuffer bytes(int count) {
      return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
    }
  }

  private void run(List<long[]> texts, Room room) throws OrtException {
    int longest = texts.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    room.ids.clear();
    room.mask.clear();
    for (long[] ids : texts) {
      for (int token = 0; token < longest; token++) {
        room.ids.put(token < ids.length ? ids[token] : 0);
        room.mask.put(token < ids.length ? 1 : 0);
      }
    }
    var _ = room.ids.flip();
    var _ = room.mask.flip();
    long[] shape = {texts.size(), longest};
    var _ = room.types.clear().limit(texts.size() * longest);
    var _ = room.hidden.clear().limit(texts.size() * longest * dimension);
    try (OnnxTensor ids = OnnxTensor.createTensor(environment, room.ids, shape);
        OnnxTensor mask = OnnxTensor.createTensor(environment, room.mask, shape);
        OnnxTensor types = OnnxTensor.createTensor(environment, room.types, shape);
        OnnxTensor hidden =
            OnnxTensor.createTensor(
                environment, room.hidden, new long[] {texts.size(), longest, dimension})) {
      session
          .run(
              Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types),
              Map.of("last_hidden_state", hidden))
          .close();
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
