package io.millrace.dispatch;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A bell that one waits for and many ring; rung before anybody waits, it is not lost. */
final class Signal {
  private Promise<Void> next = Promise.promise();

  synchronized void raise() {
    next.tryComplete();
  }

  /** Completes at the first {@link #raise()} since the last call's future completed. */
  synchronized Future<Void> awaited() {
    Future<Void> current = next.future();
    if (current.isComplete()) {
      next = Promise.promise();
    }
    return current;
  }
}
