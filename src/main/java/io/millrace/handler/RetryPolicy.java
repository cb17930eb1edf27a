package io.millrace.handler;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often a failed run is tried again, and after which delays.
 *
 * @param attempts runs in all, the first included; 1 never repeats
 * @param first the delay before the second run
 * @param factor what each further delay is multiplied by, at least 1
 * @param cap no delay is longer
 * @param jitter how delays are spread
 */
public record RetryPolicy(
    int attempts, Duration first, double factor, Duration cap, Jitter jitter) {
  /** What a handler gets that declares nothing. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(3, Duration.ofSeconds(1), 2, Duration.ofMinutes(1), Jitter.FULL);

  /** The most runs a declaration may ask for. */
  public static final int ATTEMPTS_MAX = 100;

  /** Refuses what makes no sense, naming the key. */
  public RetryPolicy {
    Declared.check(attempts >= 1 && attempts <= ATTEMPTS_MAX, "retry.attempts", "1 to 100");
    Declared.check(!first.isNegative(), "retry.first", "a duration, not negative");
    Declared.check(factor >= 1 && factor <= 10, "retry.factor", "1 to 10");
    Declared.check(cap.compareTo(first) >= 0, "retry.cap", "a duration, not below retry.first");
  }

  /** How delays are spread, so that what failed together does not come back together. */
  public enum Jitter {
    /** Anywhere between nothing and the whole delay. */
    FULL,
    /** Exactly the delay. */
    NONE
  }

  /** Whether a run may follow when {@code attemptsMade} have failed. */
  public boolean allowsAfter(int attemptsMade) {
    return attemptsMade < attempts;
  }

  /** The delay after {@code attemptsMade} failed runs, counted from 1. */
  public Duration delayAfter(int attemptsMade, RandomGenerator random) {
    double exact = first.toMillis() * Math.pow(factor, attemptsMade - 1);
    long millis = (long) Math.min(exact, (double) cap.toMillis());
    return switch (jitter) {
      case NONE -> Duration.ofMillis(millis);
      case FULL -> Duration.ofMillis(random.nextLong(millis + 1));
    };
  }
}
