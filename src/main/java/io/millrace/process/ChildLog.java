package io.millrace.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The log file of a child, which it only ever appends to. */
public final class ChildLog {
  private static final long BYTES_MAX = 10L << 20;

  private ChildLog() {}

  /** Puts a log that has grown large aside as {@code <name>.1}, before its child starts. */
  public static void turn(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > BYTES_MAX) {
      Files.move(
          log,
          log.resolveSibling(log.getFileName() + ".1"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
