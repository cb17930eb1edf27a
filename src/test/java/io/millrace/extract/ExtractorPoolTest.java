package io.millrace.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.ProblemException;
import io.millrace.process.RunningProcess;
import io.millrace.settings.ExtractSettings;
import io.millrace.settings.Settings;
import io.millrace.testing.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExtractorPoolTest {
  @TempDir private Path directory;
  private ExtractorPool pool = pool(Map.of());

  @AfterEach
  void end() {
    Set<Long> children = pool.waiting();
    pool.close();
    assertThat(children).noneMatch(child -> RunningProcess.find(child).isPresent());
  }

  @Test
  void aWarmChildReadsTheNextFileToo() throws IOException {
    assertThat(read("first")).isEqualTo("first");
    Set<Long> first = pool.waiting();

    assertThat(read("second")).isEqualTo("second");

    assertThat(pool.waiting()).hasSize(1).isEqualTo(first);
  }

  @Test
  void aChildThatDiedWhileItWaitedIsReplaced() throws IOException {
    assertThat(read("first")).isEqualTo("first");
    long child = pool.waiting().iterator().next();
    assertThat(ProcessHandle.of(child).orElseThrow().destroyForcibly()).isTrue();

    assertThat(read("second")).isEqualTo("second");

    assertThat(pool.waiting()).hasSize(1).doesNotContain(child);
  }

  @Test
  void aFileThatTakesTooLongIsEndedAndCostsOnlyItself() throws IOException {
    pool.close();
    pool = pool(Map.of("MILLRACE_DOCUMENTS_EXTRACT_TIME", "3s"));
    assertThat(read("first")).isEqualTo("first");
    RunningProcess child = RunningProcess.find(pool.waiting().iterator().next()).orElseThrow();
    child.signal("STOP");
    Await.until("the child stands still", () -> standsStill(child.pid()));

    assertThatThrownBy(() -> read("second"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().type()).isEqualTo("too-slow");
              assertThat(e.problem().retryable()).isFalse();
            });

    assertThat(child.alive()).isFalse();
    assertThat(read("third")).isEqualTo("third");
  }

  @Test
  void aFileThatNeedsTooMuchMemoryCostsOnlyItself() throws IOException {
    pool.close();
    pool =
        pool(
            Map.of(
                "MILLRACE_DOCUMENTS_EXTRACT_MEMORY", "64MB",
                "MILLRACE_DOCUMENTS_EXTRACT_CHARACTERS_MAX", "100000000"));
    Path large = Files.writeString(directory.resolve("large"), "Слово. ".repeat(5_000_000));

    assertThatThrownBy(() -> pool.extract(large, "large", ""))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().type()).isEqualTo("crashed");
              assertThat(e.problem().detail()).contains("64MB");
            });
    assertThat(read("next")).isEqualTo("next");
  }

  @Test
  void aClosedPoolLeavesNoDirectoryBehind() throws IOException {
    assertThat(read("first")).isEqualTo("first");
    Set<Path> before = directories();

    pool.close();

    assertThat(directories()).hasSizeLessThan(before.size());
  }

  private static boolean standsStill(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith("T", stat.lastIndexOf(')') + 2);
    } catch (IOException _) {
      return true; // no procfs here: the signal's word stands
    }
  }

  private String read(String content) throws IOException {
    return pool.extract(file(content), content, "text/plain").text();
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve(content + ".txt"), content);
  }

  private static ExtractorPool pool(Map<String, String> environment) {
    ExtractSettings settings = Settings.read(new JsonObject(), environment).documents().extract();
    return new ExtractorPool(settings);
  }

  private static Set<Path> directories() throws IOException {
    try (var entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("millrace-extract-"))
          .collect(Collectors.toSet());
    }
  }
}
