package io.millrace.inference;

import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.Placement;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One stay of a model in memory: its engine, and how many questions are in it. Belongs to one
 * Vert.x context.
 */
final class Residence {
  private final Context context;
  private final ModelFiles files;
  private final Placement placement;
  private final Engine engine;
  private final Promise<Void> empty = Promise.promise();
  private int users;
  private long usedNanos = System.nanoTime();
  private @Nullable Future<Void> closed;

  /** Begins with {@code engine}, which nobody else has. */
  Residence(Context context, ModelFiles files, Placement placement, Engine engine) {
    this.context = context;
    this.files = files;
    this.placement = placement;
    this.engine = engine;
  }

  /** What was declared when it was loaded. */
  ModelSpec spec() {
    return files.spec();
  }

  ModelFiles files() {
    return files;
  }

  Placement placement() {
    return placement;
  }

  Engine engine() {
    return engine;
  }

  /** Whether questions are in it. */
  boolean inUse() {
    return users > 0;
  }

  /** When a question last came or went, as {@link System#nanoTime} counts. */
  long usedNanos() {
    return usedNanos;
  }

  /** About what it takes of the processor's memory, in bytes. */
  long hostBytes() {
    return placement.gpu() ? 0 : Math.max(Loader.estimate(files), engine.memoryBytes());
  }

  /** Asks the engine, which stays open until the answer is there; {@code left} is told then. */
  <R> Future<R> use(Function<Engine, Future<R>> work, Runnable left) {
    users++;
    usedNanos = System.nanoTime();
    Promise<R> answer = Promise.promise();
    ask(work)
        .onComplete(result ->
            context.runOnContext(_ -> {
              users--;
              usedNanos = System.nanoTime();
              if (closed != null && users == 0) {
                boolean _ = empty.tryComplete();
              }
              left.run();
              answer.handle(result);
            }));
    return answer.future();
  }

  private <R> Future<R> ask(Function<Engine, Future<R>> work) {
    try {
      return work.apply(engine);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** Closes the engine once the last question has left; a second call waits for the first. */
  Future<Void> retire() {
    if (closed == null) {
      if (users == 0) {
        empty.complete();
      }
      closed = empty.future().compose(_ -> engine.close());
    }
    return closed;
  }

  /** Closes the engine now: it fails what waits and lets what runs end. */
  Future<Void> close() {
    Future<Void> retired = retire();
    boolean _ = empty.tryComplete();
    return retired;
  }
}
