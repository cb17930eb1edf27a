package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How far Linux lets a thread stand back behind others; nice(2). */
public final class Niceness {
  /** Its place behind the name in parentheses, proc_pid_stat(5): the 19th of all, from the 3rd. */
  private static final int FIELD = 19 - 3;

  private Niceness() {}

  /** From -20 to 19, mostly 0; always 0 on other systems. */
  public static long ofThisThread() {
    Path file = Path.of("/proc/thread-self/stat");
    if (!Files.exists(file)) {
      return 0;
    }
    String stat;
    try {
      stat = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[FIELD]);
  }
}
