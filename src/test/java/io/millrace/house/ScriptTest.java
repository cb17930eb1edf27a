package io.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code ./millrace} as a stranger's shell does, on machines that lack this or that. */
class ScriptTest {
  /** What the script needs of any system. */
  private static final List<String> USUAL =
      List.of("sh", "dirname", "grep", "readlink", "find", "head", "id", "cat", "env");

  private static final Pattern PATH_SEPARATOR = Pattern.compile(File.pathSeparator);

  @TempDir Path temporary;

  private record Ended(int code, List<String> lines) {}

  @Test
  void saysWhatItKnows() throws Exception {
    Ended ended = run(path(List.of()), "help");

    assertThat(ended.code()).isZero();
    assertThat(ended.lines()).anyMatch(line -> line.contains("start")).hasSizeLessThan(20);
  }

  @Test
  void refusesACommandItDoesNotKnow() throws Exception {
    Ended ended = run(path(List.of()), "deploy");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.lines().getLast()).isEqualTo("millrace: there is no command \"deploy\".");
  }

  @Test
  void saysInOneLineThatMavenIsMissing() throws Exception {
    Ended ended = run(path(List.of("node", "npm")), "build");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.lines()).singleElement().asString().startsWith("millrace: mvn not found;");
  }

  @Test
  void saysInOneLineThatNodeIsMissing() throws Exception {
    Ended ended = run(path(List.of("mvn")), "build");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.lines()).singleElement().asString().startsWith("millrace: node not found;");
  }

  @Test
  void saysInOneLineThatNodeIsTooOld() throws Exception {
    Path tools = path(List.of("mvn", "npm"));
    program(tools.resolve("node"), "[ \"$1\" = --version ] && echo v18.0.0 && exit 0\nexit 1");

    Ended ended = run(tools, "build");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.lines())
        .containsExactly("millrace: Node 20.19 or newer is needed; this is v18.0.0.");
  }

  /** A directory with the usual programs and stand-ins for {@code others}: the whole PATH. */
  private Path path(List<String> others) throws IOException {
    Path tools = Files.createTempDirectory(temporary, "path");
    for (String name : others) {
      program(tools.resolve(name), "exit 0");
    }
    for (String name : USUAL) {
      for (String directory : PATH_SEPARATOR.splitAsStream(System.getenv("PATH")).toList()) {
        Path program = Path.of(directory, name);
        if (Files.isExecutable(program) && !Files.exists(tools.resolve(name))) {
          program(tools.resolve(name), "exec '" + program + "' \"$@\"");
        }
      }
    }
    return tools;
  }

  private static void program(Path at, String script) throws IOException {
    Path _ = Files.writeString(at, "#!/bin/sh\n" + script + "\n");
    assertThat(at.toFile().setExecutable(true)).isTrue();
  }

  private Ended run(Path path, String command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(temporary, "out", "");
    var builder =
        new ProcessBuilder("/bin/sh", Path.of("millrace").toAbsolutePath().toString(), command)
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("PATH", path.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readAllLines(out));
  }
}
