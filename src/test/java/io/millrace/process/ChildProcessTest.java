package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void itSaysHowItEndedAndWhatItSaid() {
    ChildProcess.Ended ended =
        ChildProcess.of(List.of("sh", "-c", "echo out; echo err >&2; exit 3")).run(LIMIT);

    assertThat(ended).isEqualTo(new ChildProcess.Ended(3, "out\nerr"));
  }

  @Test
  void itReadsItsFileAndRunsInItsDirectory(@TempDir Path directory) throws IOException {
    Path input = Files.writeString(directory.resolve("input"), "given\n");

    ChildProcess.Ended ended =
        ChildProcess.of(List.of("sh", "-c", "cat; ls")).in(directory).reading(input).run(LIMIT);

    assertThat(ended.output()).isEqualTo("given\ninput");
  }

  @Test
  void itSeesOnlyAFewOfOurVariables() {
    ChildProcess.Ended ended = ChildProcess.of(List.of("env")).run(LIMIT);

    assertThat(ended.output().lines().map(line -> line.split("=", 2)[0]))
        .isSubsetOf("PATH", "HOME", "TMPDIR", "LC_ALL", "_", "PWD", "SHLVL", "OLDPWD");
  }

  @Test
  void whatDoesNotEndInTimeIsKilledWithItsChildren(@TempDir Path directory) throws IOException {
    // On a busy machine the shell may need longer to say who its child is.
    for (int ms = 500; !Files.exists(directory.resolve("pid")) && ms < 60_000; ms *= 2) {
      Duration limit = Duration.ofMillis(ms);
      assertThatThrownBy(() ->
              ChildProcess.of(List.of("sh", "-c", "sleep 600 & echo $! > new; mv new pid; wait"))
                  .in(directory)
                  .run(limit))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("did not end within");
    }

    long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
    assertThat(Waiting.until(() -> RunningProcess.find(pid).isEmpty(), LIMIT, Duration.ofMillis(5)))
        .isTrue();
  }

  @Test
  void aProgramThatIsNotThereIsSaidByName() {
    ChildProcess missing = ChildProcess.of(List.of("no-such-program"));

    assertThat(missing.tryRun(LIMIT)).isEmpty();
    assertThatThrownBy(() -> missing.run(LIMIT))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no-such-program");
  }
}
