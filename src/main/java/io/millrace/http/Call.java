package io.millrace.http;

import io.millrace.access.Scope;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * One request that is in order.
 *
 * @param context the event loop it came on
 * @param body the checked JSON body; an empty object where there is none
 */
record Call(
    Context context, RoutingContext routing, Scope asker, Parameters parameters, JsonObject body) {

  /** What an operation does. */
  @FunctionalInterface
  interface Handler {
    /** Answers; a failed future is told as a problem. */
    Future<Reply> answer(Call call);
  }

  /** {@code future}, but completed on this call's event loop. */
  <T> Future<T> here(Future<T> future) {
    return on(context, future);
  }

  /** {@code future}, but completed on {@code context}. */
  static <T> Future<T> on(Context context, Future<T> future) {
    Promise<T> promise = Promise.promise();
    future.onComplete((value, failure) -> {
      if (context.equals(Vertx.currentContext())) {
        promise.complete(value, failure);
      } else {
        context.runOnContext(later -> promise.complete(value, failure));
      }
    });
    return promise.future();
  }
}
