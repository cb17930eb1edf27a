package io.millrace.dispatch;

import java.time.Duration;

/**
 * How a process claims and runs tasks.
 *
 * @param poll pause between looks for work when no hint comes
 * @param sweep pause between looks for lapsed leases and due tasks
 * @param emit events of one run closer together than this travel together
 * @param stopDeadline how long a handler that was told to stop may take before it is given up
 * @param grace how long running tasks may go on when the process stops
 * @param reload pause between looks whether the declarations changed
 */
public record DispatchSettings(
    Duration poll,
    Duration sweep,
    Duration emit,
    Duration stopDeadline,
    Duration grace,
    Duration reload) {
  /** What a process does that was told nothing but its grace and reload pause. */
  public static DispatchSettings of(Duration grace, Duration reload) {
    return new DispatchSettings(
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofMillis(40),
        Duration.ofSeconds(5),
        grace,
        reload);
  }
}
