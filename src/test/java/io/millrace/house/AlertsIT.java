package io.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alerting rules mean what they say, and name metrics that there are. */
class AlertsIT {
  private static final Path RULES = Path.of("conf/prometheus/alerts.yml");
  private static final Pattern METRIC = Pattern.compile("\\b(?:millrace|messages?)_[a-z_]+");

  private static final Pattern OWN_HELP = Pattern.compile("^# HELP (?:millrace|messages?)_");

  @ParameterizedTest
  @ValueSource(strings = {"check rules alerts.yml", "test rules alerts_test.yml"})
  void promtoolIsContent(String command, @TempDir Path work) throws Exception {
    Path output = work.resolve("output");
    var words = ("promtool " + command).split(" ");
    Process promtool;
    try {
      promtool =
          new ProcessBuilder(words)
              .directory(RULES.getParent().toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new AssertionError("promtool is not on the path; ./millrace test gets it", e);
    }
    assertThat(promtool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(promtool.exitValue()).as(Files.readString(output)).isZero();
  }

  @Test
  void everyMetricOfARuleIsThereAfterTheFirstTask(@TempDir Path work) throws IOException {
    String rules =
        Files.readAllLines(RULES).stream()
            .filter(line -> !line.contains("summary:") && !line.contains("action:"))
            .collect(Collectors.joining("\n"));
    var named = METRIC.matcher(rules).results().map(MatchResult::group).collect(Collectors.toSet());
    try (JarProcess jar =
        JarProcess.start(work, work.resolve("data"), "--set", "documents.sample=false")) {
      var probe = new HttpProbe(jar);
      String _ = probe.awaitEnd(probe.submit("echo", new JsonObject().put("text", "x")));
      assertThat(named).hasSizeGreaterThan(8);
      probe.await("all of " + named, () -> shown(probe).containsAll(named));
      assertThat(probe.management("/metrics").body().lines())
          .filteredOn(line -> OWN_HELP.matcher(line).find())
          .hasSizeGreaterThan(20)
          .allMatch(line -> line.strip().split(" ", -1).length > 3, "tells what it means");
    }
  }

  private static Set<String> shown(HttpProbe probe) {
    return METRIC
        .matcher(probe.management("/metrics").body())
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }
}
