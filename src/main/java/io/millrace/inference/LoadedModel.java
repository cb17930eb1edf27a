package io.millrace.inference;

import ai.onnxruntime.OrtException;
import io.millrace.encoder.EncoderSession;
import io.millrace.encoder.Lane;
import io.millrace.model.ModelFiles;
import io.millrace.model.TextTokenizer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer and a session in memory with a count of the threads that are inside them. It closes
 * only when nobody is: closing a session that runs ends the JVM with a segmentation fault. The
 * count and the lanes belong to one Vert.x context.
 */
final class LoadedModel {
  private final TextTokenizer tokenizer;
  private final EncoderSession session;
  private final Deque<Lane> idleLanes = new ArrayDeque<>();
  private int users;
  private @Nullable Promise<Void> closing;

  private LoadedModel(TextTokenizer tokenizer, EncoderSession session) {
    this.tokenizer = tokenizer;
    this.session = session;
  }

  /** Reads the files; blocks for a second or so. */
  static LoadedModel open(ModelFiles model, int lanes) throws IOException, OrtException {
    TextTokenizer tokenizer = TextTokenizer.open(model);
    try {
      LoadedModel loaded = new LoadedModel(tokenizer, EncoderSession.open(model));
      for (int lane = 0; lane < lanes; lane++) {
        loaded.idleLanes.push(new Lane(model.tokensMax(), model.dimension()));
      }
      return loaded;
    } catch (IOException | OrtException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Whether {@link #embed} may be called now. */
  boolean hasIdleLane() {
    return closing == null && !idleLanes.isEmpty();
  }

  /** The vector of one text, computed on a thread of {@code pool}, which has one for each lane. */
  Future<float[]> embed(WorkerExecutor pool, long[] ids) {
    Lane lane = idleLanes.pop();
    return use(pool, () -> session.embed(ids, lane))
        .eventually(() -> {
          idleLanes.push(lane);
          return Future.succeededFuture();
        });
  }

  /** The tokens of one text after another, on a thread of {@code pool}. */
  <T> Future<T> tokenize(WorkerExecutor pool, Tokenizing<T> work) {
    return use(pool, () -> work.with(tokenizer));
  }

  /** What a thread does with the tokenizer. */
  interface Tokenizing<T> {
    /** Runs while the tokenizer is open. */
    T with(TextTokenizer tokenizer);
  }

  private <T> Future<T> use(WorkerExecutor pool, Callable<T> work) {
    if (closing != null) {
      return Future.failedFuture(new IllegalStateException("used after it was closed"));
    }
    users++;
    return pool.executeBlocking(work, false)
        .map(made -> Objects.requireNonNull(made))
        .eventually(() -> {
          users--;
          completeWhenUnused();
          return Future.succeededFuture();
        });
  }

  /** Lets nobody in, waits until everybody is out, then closes on a thread of {@code pool}. */
  Future<Void> close(WorkerExecutor pool) {
    if (closing == null) {
      closing = Promise.promise();
      completeWhenUnused();
    }
    return closing.future().compose(_ -> pool.executeBlocking(this::free, false));
  }

  private void completeWhenUnused() {
    if (closing != null && users == 0) {
      boolean _ = closing.tryComplete();
    }
  }

  private @Nullable Void free() throws OrtException {
    tokenizer.close();
    session.close();
    return null;
  }
}
