package io.millrace.settings;

import java.time.Duration;

/**
 * The Lucene index of this process.
 *
 * @param commit pause between commits; what came later is applied again from the change log
 */
public record IndexSettings(Duration commit) {
  static IndexSettings read(Section section) {
    return new IndexSettings(
        section.duration(
            "commit", Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofMinutes(1)));
  }
}
