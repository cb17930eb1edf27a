package io.millrace.redis;

import java.time.Duration;

/**
 * How long, and how much, a process waits for Redis.
 *
 * @param connect for a connection to be ready
 * @param command for an answer; a connection silent for longer is dropped and opened anew
 * @param reconnectFirst the pause before the first attempt to connect again; it doubles
 * @param reconnectMax the longest such pause
 * @param inFlightMax commands sent and not yet answered
 * @param waitingMax commands not yet sent; beyond it they fail at once
 */
public record RedisLimits(
    Duration connect,
    Duration command,
    Duration reconnectFirst,
    Duration reconnectMax,
    int inFlightMax,
    int waitingMax) {
  /** Sound for a local and for a near Redis. */
  public static final RedisLimits DEFAULT =
      new RedisLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          1_024,
          100_000);
}
