package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Tests of the folder {@code webroot/test}, run with Node against a real jar. */
final class NodeTests {
  private static final long MINUTES_MAX = 10;
  private static final Path TESTS = Path.of("test");

  private NodeTests() {}

  /**
   * Fails with what they printed unless all of them pass.
   *
   * @param folder below {@code webroot/test}; its files run one after the other, by their names, as
   *     they share one server
   * @param log name of a file below {@code target} that keeps what they print
   * @param environment further variables of their environment
   */
  static void pass(JarProcess jar, Path folder, String log, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path webroot = Path.of("webroot").toAbsolutePath();
    Path printed = Path.of("target", log).toAbsolutePath();
    var builder =
        new ProcessBuilder(command(webroot, TESTS.resolve(folder)))
            .directory(webroot.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    String address = jar.uri("/").toString();
    builder.environment().put("MILLRACE_URL", address.substring(0, address.length() - 1));
    builder
        .environment()
        .put("MILLRACE_SCREENSHOTS", Path.of("target", "screenshots").toAbsolutePath().toString());
    builder.environment().putAll(environment);
    Process tests = builder.start();
    int status;
    try {
      status = tests.waitFor(MINUTES_MAX, TimeUnit.MINUTES) ? tests.exitValue() : -1;
    } finally {
      tests.descendants().forEach(ProcessHandle::destroyForcibly);
      tests.destroyForcibly();
    }
    assertThat(status).withFailMessage(() -> read(printed)).isZero();
  }

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
