package io.millrace.settings;

import java.time.Duration;

/**
 * The dead letters.
 *
 * @param ttl how long a dead letter can be run again; the archive keeps its task longer
 * @param max most dead letters kept of the whole deployment; older ones make way
 */
public record DlqSettings(Duration ttl, int max) {
  static DlqSettings read(Section section) {
    return new DlqSettings(
        section.duration("ttl", Duration.ofDays(30), Duration.ofMinutes(1), Duration.ofDays(3650)),
        section.number("max", 100_000, 1, 10_000_000));
  }
}
