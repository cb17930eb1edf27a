package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RunningProcessTest {
  private static final String STAT =
      "4711 (a (Z) b) %s 1 4711 4711 0 -1 4194560 1 0 0 0 2 3 0 0 20 0 %d 0 99 0 0";

  @Test
  void isOverWhenAllItsThreadsAre() {
    assertThat(RunningProcess.isZombie(STAT.formatted("Z", 1))).isTrue();
    assertThat(RunningProcess.isZombie(STAT.formatted("Z", 4))).isFalse();
    assertThat(RunningProcess.isZombie(STAT.formatted("S", 1))).isFalse();
  }

  @Test
  void aChildThatNobodyHasCollectedIsOver() throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", "sleep 0.1 & echo $!; exec sleep 60").start();
    try (var output = shell.inputReader()) {
      long child = Long.parseLong(output.readLine());
      RunningProcess.find(child)
          .ifPresent(found -> assertThat(found.awaitEnd(Duration.ofSeconds(20))).isTrue());
      assertThat(Files.readString(Path.of("/proc", Long.toString(child), "stat"))).contains(") Z ");
    } finally {
      shell.destroyForcibly();
    }
  }
}
