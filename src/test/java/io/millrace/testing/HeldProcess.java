package io.millrace.testing;

import io.millrace.process.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** A process that is held still. */
public final class HeldProcess {
  private static final Duration STILL_MAX = Duration.ofSeconds(30);

  private HeldProcess() {}

  /**
   * Holds {@code process} (SIGSTOP), and returns when none of its threads runs any more. On a busy
   * machine that is a while after the signal was sent: each thread stops when its turn comes.
   */
  public static void hold(RunningProcess process) {
    process.signal("STOP");
    Await.until("process " + process.pid() + " to be still", STILL_MAX, () -> isStill(process));
  }

  /** Lets it go on (SIGCONT). */
  public static void release(RunningProcess process) {
    process.signal("CONT");
  }

  static boolean isStill(RunningProcess process) {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      return threads.allMatch(HeldProcess::isStopped);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isStopped(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      return stat.startsWith("T", stat.lastIndexOf(')') + 2);
    } catch (NoSuchFileException _) {
      return true; // It has ended meanwhile.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
