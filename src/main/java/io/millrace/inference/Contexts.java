package io.millrace.inference;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Moves work to the context that its state belongs to. */
final class Contexts {
  private Contexts() {}

  /** What {@code action} answers, run on {@code context}; a throw is a failed answer. */
  static <T> Future<T> on(Context context, Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(_ -> {
      try {
        action.get().onComplete(promise);
      } catch (RuntimeException e) {
        boolean _ = promise.tryFail(e);
      }
    });
    return promise.future();
  }
}
