package io.millrace.queue;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** How often runs of a handler may start, held across all processes: a token bucket each. */
public interface RateLimits {
  /**
   * Takes up to {@code wanted} starts of each handler; one answer each. Fails with {@code
   * Unavailable} when Redis does not answer; then nothing may start.
   */
  Future<List<Grant>> take(List<Wanted> wanted);

  /**
   * How often runs may start.
   *
   * @param interval the time between two starts in the long run
   * @param burst how many may start at once after a rest
   */
  record Rate(Duration interval, int burst) {
    /** The shortest interval: a million starts per second. */
    public static final Duration INTERVAL_MIN = Duration.ofNanos(1_000);

    /** Refuses what is no rate. */
    public Rate {
      if (interval.compareTo(INTERVAL_MIN) < 0 || burst < 1) {
        throw new IllegalArgumentException("not a rate: " + interval + ", " + burst + " at once");
      }
    }
  }

  /**
   * A wish for starts of one handler.
   *
   * @param starts how many; a negative number gives back what was taken and not used
   */
  record Wanted(String handler, Rate rate, int starts) {}

  /**
   * What may start.
   *
   * @param again when the next may, zero when at once
   */
  record Grant(int starts, Duration again) {}
}
