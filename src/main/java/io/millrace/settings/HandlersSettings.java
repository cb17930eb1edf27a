package io.millrace.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The declarations of handlers.
 *
 * @param file where {@code handlers.yaml} lies; without it, the one in the jar
 * @param reload pause between looks at whether the file changed
 */
public record HandlersSettings(Path file, Duration reload) {
  private static final String FILE = "handlers.yaml";

  static HandlersSettings read(Section section) {
    String file = section.text("file", FILE);
    if (!file.equals(FILE) && !Files.exists(Path.of(file))) {
      throw section.refused("file", file, "a file that exists");
    }
    return new HandlersSettings(
        Path.of(file),
        section.duration(
            "reload", Duration.ofSeconds(15), Duration.ofMillis(100), Duration.ofDays(1)));
  }
}
