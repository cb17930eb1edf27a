package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
  @TempDir Path home;

  @Test
  void itIsMadeAndItsSocketsAreForItsOwnerOnly() throws IOException {
    try (DataDirectory data = DataDirectory.open(home.resolve("a/b"))) {
      assertThat(data.path()).isDirectory();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.runtime())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void theSameProcessIsRefusedTooAndKeepsItsLock() throws IOException {
    try (DataDirectory held = DataDirectory.open(home)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> DataDirectory.open(home.resolve("../" + home.getFileName())))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("process " + ProcessHandle.current().pid() + ", started at 20")
            .hasMessageContaining(held.path().toString());
      }
    }
    DataDirectory.open(home).close();
  }

  @Test
  void closingTwiceIsFine() {
    DataDirectory data = DataDirectory.open(home);

    data.close();
    data.close();

    DataDirectory.open(home).close();
  }

  @Test
  void aFileInItsPlaceIsSaid() throws IOException {
    Path file = Files.createFile(home.resolve("file"));

    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("cannot use the data directory");
  }
}
