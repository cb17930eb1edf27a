package io.millrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class MetricHelpTest {
  private static final Pattern NAME = Pattern.compile("`((?:millrace|messages?)_[a-z_]+)`");

  @Test
  void eachMetricOfTheManualHasItsSentenceAndNoOther() throws IOException {
    Set<String> manual =
        Files.readAllLines(Path.of("docs/api.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("\\|", -1)[1])
            .flatMap(names -> NAME.matcher(names).results().map(name -> name.group(1)))
            .collect(Collectors.toSet());

    assertThat(manual).hasSizeGreaterThan(40).allMatch(name -> MetricHelp.of(name) != null);
    assertThat(MetricHelp.metrics())
        .allMatch(metric ->
            MetricHelp.SUFFIXES.stream().anyMatch(suffix -> manual.contains(metric + suffix)));
  }

  @Test
  void aMetricIsKnownByEachOfItsNames() {
    assertThat(MetricHelp.of("messages_dlq"))
        .isNotNull()
        .isEqualTo(MetricHelp.of("messages_dlq_total"));
    assertThat(MetricHelp.of("millrace_index_search"))
        .isNotNull()
        .isEqualTo(MetricHelp.of("millrace_index_search_seconds"));
  }

  @Test
  void aScrapeTellsIt() {
    try (var meters = new Meters()) {
      meters.gauge("millrace_http_streams", () -> 1);

      assertThat(meters.scrape())
          .contains("# HELP millrace_http_streams Event streams that are open");
    }
  }
}
