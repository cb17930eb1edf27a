package io.millrace.bus;

import io.vertx.core.Future;

/** A place on the bus where questions are answered until it is closed. */
@FunctionalInterface
public interface Serving {
  /** Takes no more questions; those that were taken are still answered. Twice is fine. */
  Future<Void> close();
}
