package io.millrace.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * A promise whose future completes on the context of the thread that made it, whoever keeps it; a
 * thread without a context is served by the keeper's.
 */
public final class CallerPromise<T> {
  private final Promise<T> kept = Promise.promise();
  private final Future<T> future;

  /** Remembers the caller's context. */
  public CallerPromise() {
    Context caller = Vertx.currentContext();
    if (caller == null) {
      future = kept.future();
    } else {
      Promise<T> delivered = Promise.promise();
      var _ =
          kept.future().onComplete(result -> caller.runOnContext(_ -> delivered.handle(result)));
      future = delivered.future();
    }
  }

  /** What the keeper completes. */
  public Promise<T> promise() {
    return kept;
  }

  /** What the caller waits for. */
  public Future<T> future() {
    return future;
  }
}
