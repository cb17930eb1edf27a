package io.millrace.app;

import io.millrace.testing.JarProcess;
import java.nio.file.Path;
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
    try (JarProcess jar = JarProcess.start(work, work.resolve("data"))) {
      NodeTests.pass(jar, TESTS, "browser-tests.log");
    }
    try (JarProcess jar = JarProcess.start(work, work.resolve("data"))) {
      NodeTests.pass(jar, TESTS.resolve("restarted"), "browser-tests-restarted.log");
    }
  }
}
