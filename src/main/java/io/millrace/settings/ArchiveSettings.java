package io.millrace.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * How finished tasks go to PostgreSQL.
 *
 * @param batch most tasks of one transaction
 * @param interval longest a finished task waits for its batch to fill
 * @param backlogMax finished tasks not yet archived, beyond which submits get 429
 * @param ttl how long an ended task is kept in the archive; empty for ever
 */
public record ArchiveSettings(
    int batch, Duration interval, int backlogMax, Optional<Duration> ttl) {
  static ArchiveSettings read(Section section) {
    return new ArchiveSettings(
        section.number("batch", 100, 1, 10_000),
        section.duration(
            "interval", Duration.ofMillis(200), Duration.ofMillis(1), Duration.ofMinutes(1)),
        section.number("backlogMax", 200_000, 1, 100_000_000),
        section.optionalDuration("ttl", Duration.ofHours(1), Duration.ofDays(36_500)));
  }
}
