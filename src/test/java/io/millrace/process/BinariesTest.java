package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BinariesTest {
  @TempDir Path root;

  private final AtomicInteger unpacked = new AtomicInteger();

  @Test
  void aProgramIsUnpackedOncePerVersion() {
    Path first = new Binaries(root).unpacked("tool", "1", this::unpack);
    Path again = new Binaries(root).unpacked("tool", "1", this::unpack);
    Path other = new Binaries(root).unpacked("tool", "2", this::unpack);

    assertThat(first).isEqualTo(again).isNotEqualTo(other);
    assertThat(first.resolve("bin/tool")).hasContent("#!");
    assertThat(unpacked).hasValue(2);
  }

  @Test
  void aProgramWithAHoleIsUnpackedAgain() throws IOException {
    Path first = new Binaries(root).unpacked("tool", "1", this::unpack);
    Files.writeString(first.resolve("bin/tool"), "");

    Path again = new Binaries(root).unpacked("tool", "1", this::unpack);

    assertThat(again.resolve("bin/tool")).hasContent("#!");
  }

  @Test
  void aProgramWithoutItsMarkerIsUnpackedAgain() throws IOException {
    Path first = new Binaries(root).unpacked("tool", "1", this::unpack);
    Files.delete(root.resolve("tool-1.complete"));

    Path again = new Binaries(root).unpacked("tool", "1", this::unpack);

    assertThat(again).isEqualTo(first);
    assertThat(unpacked).hasValue(2);
  }

  @Test
  void anUnpackingThatFailsLeavesNothingBehind() throws IOException {
    assertThatThrownBy(() ->
            new Binaries(root)
                .unpacked(
                    "tool",
                    "1",
                    directory -> {
                      unpack(directory);
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("disk full");

    try (var left = Files.list(root)) {
      assertThat(left).isEmpty();
    }
  }

  private void unpack(Path directory) throws IOException {
    unpacked.incrementAndGet();
    Files.createDirectory(directory.resolve("bin"));
    Files.writeString(directory.resolve("bin/tool"), "#!");
  }
}
