package io.millrace.app;

import io.millrace.testing.JarProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages in a real Chromium, served by the real jar: runs {@code webroot/test/browser} with
 * Node. Screenshots are left in {@code target/screenshots}.
 */
@DisabledIfSystemProperty(named = "skip.web.tests", matches = "true")
class BrowserIT {
  private static final Path TESTS = Path.of("browser");

  @TempDir private Path work;

  @Test
  void aPersonCanUseEveryPageAndFindsItAgainAfterARestart() throws Exception {
    Path root = Files.createDirectory(work.resolve("root")).toRealPath();
    Map<String, String> environment = Map.of("MILLRACE_ROOT", root.toString());
    try (JarProcess jar = start(root)) {
      NodeTests.pass(jar, TESTS, "browser-tests.log", environment);
    }
    try (JarProcess jar = start(root)) {
      Path restarted = TESTS.resolve("restarted");
      NodeTests.pass(jar, restarted, "browser-tests-restarted.log", environment);
    }
  }

  /** On the same data each time; sources may read {@code root}. */
  private JarProcess start(Path root) {
    return JarProcess.start(work, work.resolve("data"), "--set", "documents.roots=" + root);
  }
}
