package io.millrace.bench;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.IntFunction;

/** A bounded number of calls in flight. */
final class Lanes {
  private Lanes() {}

  /** Makes {@code calls} calls, at most {@code atOnce} unanswered; ends when all are answered. */
  static void run(int calls, int atOnce, IntFunction<Future<?>> call) {
    Queue<Future<?>> inFlight = new ArrayDeque<>();
    for (int i = 0; i < calls; i++) {
      if (inFlight.size() == atOnce) {
        inFlight.remove().await();
      }
      inFlight.add(call.apply(i));
    }
    Future.all(List.copyOf(inFlight)).await();
  }
}
