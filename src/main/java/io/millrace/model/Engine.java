package io.millrace.model;

import io.vertx.core.Future;

/**
 * A model in memory that answers. What it may be asked is the matter of each kind of engine. Safe
 * for many threads.
 */
public interface Engine {
  /** Pieces of work that were admitted and are not answered yet. */
  int waiting();

  /** About what it takes of its device's memory, in bytes, its buffers included. */
  long memoryBytes();

  /**
   * Refuses new work and fails what waits with {@code Unavailable}, lets what runs end, and then
   * frees its memory: closing a session that runs ends the JVM. A second call waits for the first.
   */
  Future<Void> close();
}
