package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages in a real Chromium, served by the real jar: runs {@code webroot/test/browser} with
 * Node. Screenshots are left in {@code target/screenshots}.
 */
@DisabledIfSystemProperty(named = "skip.web.tests", matches = "true")
class BrowserIT {
  private static final long MINUTES_MAX = 10;
  private static final Path TESTS = Path.of("test", "browser");

  @TempDir private Path work;

  @Test
  void aPersonCanUseEveryPageAndFindsItAgainAfterARestart() throws Exception {
    int first;
    try (JarProcess jar = JarProcess.start(work, work.resolve("data"))) {
      first = run(jar, TESTS, log("browser-tests.log"));
    }
    assertThat(first).withFailMessage(() -> read(log("browser-tests.log"))).isZero();

    int second;
    try (JarProcess jar = JarProcess.start(work, work.resolve("data"))) {
      second = run(jar, TESTS.resolve("restarted"), log("browser-tests-restarted.log"));
    }
    assertThat(second).withFailMessage(() -> read(log("browser-tests-restarted.log"))).isZero();
  }

  private static Path log(String name) {
    return Path.of("target", name).toAbsolutePath();
  }

  /**
   * Runs the tests of a folder against {@code jar}; their exit status, -1 when they take too long.
   */
  private static int run(JarProcess jar, Path folder, Path log)
      throws IOException, InterruptedException {
    Path webroot = Path.of("webroot").toAbsolutePath();
    var builder =
        new ProcessBuilder(command(webroot, folder))
            .directory(webroot.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    String address = jar.uri("/").toString();
    builder.environment().put("MILLRACE_URL", address.substring(0, address.length() - 1));
    builder
        .environment()
        .put("MILLRACE_SCREENSHOTS", Path.of("target", "screenshots").toAbsolutePath().toString());
    Process tests = builder.start();
    try {
      return tests.waitFor(MINUTES_MAX, TimeUnit.MINUTES) ? tests.exitValue() : -1;
    } finally {
      tests.descendants().forEach(ProcessHandle::destroyForcibly);
      tests.destroyForcibly();
    }
  }

  /** One file after the other, in the order of their names: they share one server. */
  private static List<String> command(Path webroot, Path folder) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("node", "--test", "--test-concurrency=1", "--test-reporter=spec"));
    try (Stream<Path> files = Files.list(webroot.resolve(folder))) {
      files
          .map(file -> folder.resolve(file.getFileName()).toString())
          .filter(name -> name.endsWith(".test.mjs"))
          .sorted()
          .forEach(command::add);
    }
    return command;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
