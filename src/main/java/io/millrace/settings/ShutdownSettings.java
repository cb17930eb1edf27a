package io.millrace.settings;

import java.time.Duration;

/**
 * How a process stops.
 *
 * @param grace how long running tasks may go on before they are handed back
 */
public record ShutdownSettings(Duration grace) {
  static ShutdownSettings read(Section section) {
    return new ShutdownSettings(
        section.duration("grace", Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(10)));
  }
}
