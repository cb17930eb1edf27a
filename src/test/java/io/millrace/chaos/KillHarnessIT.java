package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small form of {@link KillHarness}; its seed is in the output. */
final class KillHarnessIT {
  @TempDir Path work;

  @Test
  void everyAcceptedTaskEndsExactlyOnceThoughTheProcessIsKilledTwice() throws IOException {
    long seed = Long.getLong("millrace.seed", System.nanoTime());

    Verdict verdict = new KillHarness(seed, 2, work, System.out).run();

    assertThat(verdict.wrongs()).as("seed %d", seed).isEmpty();
    assertThat(verdict.statuses().keySet()).contains("succeeded", "failed");
  }
}
