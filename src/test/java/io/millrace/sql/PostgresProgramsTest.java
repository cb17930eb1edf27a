package io.millrace.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.process.Binaries;
import io.millrace.process.ChildProcess;
import io.millrace.process.EngineException;
import io.millrace.process.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresProgramsTest {
  @Test
  void theOneInTheJarSaysTheVersionWeKnow() {
    Binaries binaries = new Binaries(Path.of("target", "test-programs"));
    Path programs = PostgresPrograms.directory(binaries, Platform.current());

    String says =
        ChildProcess.of(List.of(programs.resolve("postgres").toString(), "--version"))
            .run(Duration.ofSeconds(30))
            .output();

    assertThat(says).isEqualTo("postgres (PostgreSQL) " + PostgresPrograms.VERSION);
    assertThat(PostgresPrograms.VERSION).startsWith(PostgresPrograms.MAJOR + ".");
  }

  @Test
  void anUnknownPlatformIsToldWhatToSet(@TempDir Path directory) {
    Binaries binaries = new Binaries(directory);

    assertThatThrownBy(() -> PostgresPrograms.directory(binaries, new Platform("darwin", "arm64")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("darwin-arm64")
        .hasMessageContaining("database.url");
  }
}
