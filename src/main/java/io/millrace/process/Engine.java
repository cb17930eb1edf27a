package io.millrace.process;

import java.nio.file.Path;

/**
 * A server that runs as a detached child inside the data directory. Every method blocks; one thread
 * at a time.
 */
public interface Engine {
  /** The name by which the log and the health checks know it, such as {@code redis}. */
  String name();

  /**
   * Adopts the running child when it is the one this data directory started in this version with
   * this configuration, otherwise stops whatever runs and starts it anew; returns when it answers.
   * Calling it again when the child died starts it again.
   *
   * @throws EngineException when it cannot be started; the message says why and what to do
   */
  void start();

  /** Whether the child lives; costs a few microseconds. */
  boolean alive();

  /** Stops the child in order and waits for its end; twice or before the start is fine. */
  void stop();

  /** Where clients reach it. */
  String uri();

  /** The unix socket it listens on. */
  Path socket();
}
