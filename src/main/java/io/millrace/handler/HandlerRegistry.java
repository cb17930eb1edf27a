package io.millrace.handler;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Which handlers may be asked for now: those that at least one live worker runs, in any process.
 * Answers come from what this process last heard, so they are cheap to ask for at every request.
 */
public interface HandlerRegistry {
  /** All live handlers, by name. */
  Future<List<HandlerView>> list();

  /** The live handler of this name. */
  Future<Optional<HandlerView>> find(String name);

  /**
   * Lets the tasks of a handler wait, or run again, in all processes; what runs goes on. Completes
   * with the handler as it is then; empty when it is not live, and then nothing is changed.
   */
  Future<Optional<HandlerView>> pause(String name, boolean paused);

  /**
   * Calls {@code listener} after every change of what {@link #list()} answers, for the life of the
   * process, on a thread of the registry: it must not block.
   */
  void onChange(Runnable listener);
}
