package io.millrace.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each metric tells, for those who meet its name in a dashboard. */
final class MetricHelp {
  /** What Prometheus adds to a name by kind and unit. */
  static final List<String> SUFFIXES = List.of("", "_total", "_seconds");

  private static final Properties SENTENCES = read();
  private static final Map<String, String> BY_NAME = byName();

  private MetricHelp() {}

  /** The sentence for a metric, with or without a suffix; null for one that has none. */
  static @Nullable String of(String metric) {
    return BY_NAME.get(metric);
  }

  /** All that have a sentence, without suffixes. */
  static Set<String> metrics() {
    return SENTENCES.stringPropertyNames();
  }

  private static Map<String, String> byName() {
    Map<String, String> found = new HashMap<>();
    for (String metric : SENTENCES.stringPropertyNames()) {
      SUFFIXES.forEach(suffix -> found.put(metric + suffix, SENTENCES.getProperty(metric)));
    }
    return Map.copyOf(found);
  }

  private static Properties read() {
    var read = new Properties();
    try (InputStream file = MetricHelp.class.getResourceAsStream("metrics.properties")) {
      if (file == null) {
        throw new IllegalStateException("metrics.properties is missing");
      }
      read.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }
}
