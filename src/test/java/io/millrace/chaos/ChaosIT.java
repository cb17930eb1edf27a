package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.chaos.Options.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small form of {@link Chaos}; the seed is in the output. */
final class ChaosIT {
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());

  @TempDir Path work;

  @Test
  void everyAcceptedTaskEndsExactlyOnceThroughOneFaultOfEachKind() throws IOException {
    Options options = Options.of(Layout.CLUSTER, SEED).lasting(Duration.ZERO).sized(2, 1);

    Verdict verdict = new Chaos(options, work, System.out).run();

    assertThat(verdict.wrongs()).as("seed %d", SEED).isEmpty();
    assertThat(verdict.ends().keySet()).contains("succeeded", "failed:conflict");
  }

  @Test
  void everyAcceptedTaskEndsExactlyOnceThoughTheOneProcessIsKilled() throws IOException {
    Options options = Options.of(Layout.ONE_PROCESS, SEED).lasting(Duration.ZERO).atLeast(1, 0);

    Verdict verdict = new Chaos(options, work, System.out).run();

    assertThat(verdict.wrongs()).as("seed %d", SEED).isEmpty();
    assertThat(verdict.ends().keySet()).contains("succeeded", "failed:conflict");
  }
}
