package io.millrace.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a state, not for a time. */
public final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_EVERY_NANOS = 1_000_000;

  private Await() {}

  /** Returns as soon as {@code state} holds; fails naming {@code what} when it never does. */
  public static void until(String what, BooleanSupplier state) {
    until(what, PATIENCE, state);
  }

  /** As {@link #until(String, BooleanSupplier)}, waiting no longer than {@code patience}. */
  public static void until(String what, Duration patience, BooleanSupplier state) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!state.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for: " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
