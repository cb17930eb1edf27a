package io.millrace.testing;

import io.millrace.process.DataDirectory;
import io.millrace.process.FileTree;
import io.millrace.process.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Data directories that end with this JVM, and with the next one when this one was killed: the name
 * of each says whose it is.
 */
final class ThrowAway {
  private static final Path PROGRAMS = Path.of("target", "test-programs").toAbsolutePath();
  private static final String PREFIX = "mr-test-";

  static {
    sweep();
  }

  private ThrowAway() {}

  static DataDirectory directory() {
    try {
      return DataDirectory.open(
          Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-"), PROGRAMS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(DataDirectory data) {
    data.close();
    try {
      FileTree.delete(data.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends what the tests of a killed JVM left running. */
  private static void sweep() {
    try (Stream<Path> directories = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      for (Path directory : directories.filter(ThrowAway::orphaned).toList()) {
        killChildren(directory);
        FileTree.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean orphaned(Path directory) {
    String name = directory.getFileName().toString();
    return name.startsWith(PREFIX)
        && RunningProcess.find(Long.parseLong(name.split("-", 4)[2])).isEmpty();
  }

  private static void killChildren(Path directory) throws IOException {
    for (String file : List.of("postgres/postmaster.pid", "redis/redis.pid")) {
      Path pidFile = directory.resolve(file);
      if (Files.exists(pidFile)) {
        RunningProcess.find(Long.parseLong(Files.readAllLines(pidFile).getFirst().strip()))
            .filter(process -> process.worksIn(pidFile.resolveSibling(".")))
            .ifPresent(RunningProcess::kill);
      }
    }
  }
}
