package io.millrace.encoder;

import java.time.Duration;

/** How fast a model reads, as its last runs showed. Used by one thread at a time. */
final class Rate {
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX = Duration.ofMinutes(1);

  /** What is left of a run's weight when the next one has ended. */
  private static final double KEPT = 0.95;

  private final int lanes;
  private double tokens;
  private double nanos;

  Rate(int lanes) {
    this.lanes = lanes;
  }

  /** One run has ended. */
  void add(int runTokens, long runNanos) {
    tokens = KEPT * tokens + runTokens;
    nanos = KEPT * nanos + runNanos;
  }

  /** When half of what waits will have run, which makes room for whoever comes again then. */
  Duration retryAfter(long waitingTokens) {
    double wait = tokens == 0 ? 0 : waitingTokens / 2.0 / lanes * (nanos / tokens);
    return Duration.ofNanos(Math.clamp((long) wait, RETRY_MIN.toNanos(), RETRY_MAX.toNanos()));
  }
}
