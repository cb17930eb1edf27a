package io.millrace.inference;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Who waits for answers and may go away before; safe for many threads. */
final class Askers {
  private final Map<String, Promise<Void>> present = new ConcurrentHashMap<>();

  /**
   * Lets {@code work} answer the question {@code id}; what it is given completes when the asker is
   * gone.
   *
   * @param id empty where nobody would take the question back
   */
  <R> Future<R> ask(String id, Function<Future<Void>, Future<R>> work) {
    Promise<Void> gone = Promise.promise();
    if (id.isEmpty()) {
      return work.apply(gone.future());
    }
    present.put(id, gone);
    return work.apply(gone.future())
        .eventually(() -> {
          boolean _ = present.remove(id, gone);
          return Future.succeededFuture();
        });
  }

  /** Whoever asked the question {@code id} is gone. */
  void leave(String id) {
    Promise<Void> gone = present.get(id);
    if (gone != null) {
      boolean _ = gone.tryComplete();
    }
  }
}
