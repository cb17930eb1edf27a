package io.millrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MetersTest {
  @Test
  void countersGaugesAndHistogramsAreScraped() {
    try (var meters = new Meters()) {
      var depth = new AtomicInteger(7);
      meters.count("millrace_test_total", "queue", "echo");
      meters.count("millrace_test_total", "queue", "echo");
      meters.gauge("millrace_test_depth", () -> 1);
      meters.gauge("millrace_test_depth", depth::get);
      meters.part("millrace_test_streams", () -> 2);
      meters.part("millrace_test_streams", () -> 3);
      meters.record("millrace_test_seconds", Duration.ofMillis(3));

      String text = meters.scrape();

      assertThat(text)
          .contains("millrace_test_total{queue=\"echo\"} 2.0")
          .contains("millrace_test_depth 7.0")
          .contains("millrace_test_streams 5.0")
          .contains("millrace_test_seconds_bucket{le=\"0.005\"} 1")
          .contains("jvm_memory_used_bytes");
    }
  }
}
