package io.millrace.settings;

import java.time.Duration;

/**
 * Where Redis is.
 *
 * @param url {@code redis://}, {@code rediss://} or {@code unix://}; empty starts the embedded one
 * @param timeout longest wait for one answer
 */
public record RedisSettings(String url, Duration timeout) {
  static RedisSettings read(Section section) {
    String url = section.text("url", "");
    if (!url.isEmpty() && !url.matches("(redis|rediss|unix)://.+")) {
      throw section.refused("url", "…", "redis://…, rediss://…, unix://…, or empty");
    }
    return new RedisSettings(
        url,
        section.duration(
            "timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)));
  }

  @Override
  public String toString() {
    return "RedisSettings[url=" + (url.isEmpty() ? "embedded" : "given") + "]";
  }
}
