package io.millrace.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for the state of a process outside, which can only be polled. */
public final class Waiting {
  private Waiting() {}

  /** Answers whether {@code state} came true within {@code limit}, looking every {@code pause}. */
  public static boolean until(BooleanSupplier state, Duration limit, Duration pause) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!state.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EngineException("interrupted while waiting for a child process", e);
      }
    }
    return true;
  }
}
