package io.millrace.settings;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The declarations of handlers.
 *
 * @param file where {@code handlers.yaml} lies; the one in the jar when there is none
 * @param reload pause between looks at whether the file changed
 */
public record HandlersSettings(Path file, Duration reload) {
  static HandlersSettings read(Section section) {
    return new HandlersSettings(
        Path.of(section.text("file", "handlers.yaml")),
        section.duration(
            "reload", Duration.ofSeconds(15), Duration.ofMillis(100), Duration.ofDays(1)));
  }
}
