package io.millrace.model;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import io.millrace.testing.Natives;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  /** ONNX Runtime's search of the command line recurses with each of its characters. */
  private static final int COMMAND_LINE = 60_000;

  @TempDir Path directory;

  @Test
  void onnxRuntimeStartsInAProcessWithALongCommandLine() throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + directory.resolve("crash"),
                "--enable-native-access=ALL-UNNAMED",
                "-Dpadding=" + "x".repeat(COMMAND_LINE),
                "-cp",
                System.getProperty("java.class.path"),
                Starts.class.getName(),
                Natives.CACHE.toString())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()))
            .start();
    try {
      assertThat(child.waitFor(120, SECONDS)).isTrue();
      assertThat(child.exitValue()).as(Files.readString(output)).isZero();
      assertThat(Files.readString(output)).contains("ONNX Runtime 1.");
    } finally {
      child.destroyForcibly();
    }
  }

  /** Loads ONNX Runtime as Millrace does. */
  static final class Starts {
    private Starts() {}

    public static void main(String[] args) {
      NativeLibraries.prepare(Path.of(args[0]));
      System.out.println("ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion());
    }
  }
}
