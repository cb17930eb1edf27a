package io.millrace.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A process of this machine, found by its id, whoever started it. The start time is part of its
 * identity, so a reused id is not mistaken for it.
 */
public final class RunningProcess {
  private static final Duration POLL = Duration.ofMillis(10);

  /** The place of the number of threads among the fields of {@code stat} after the name. */
  private static final int THREADS = 17;

  private static final Duration SIGNAL_MAX = Duration.ofSeconds(30);

  private final ProcessHandle handle;

  private RunningProcess(ProcessHandle handle) {
    this.handle = handle;
  }

  /** The living process with {@code pid}. */
  public static Optional<RunningProcess> find(long pid) {
    return ProcessHandle.of(pid).map(RunningProcess::new).filter(RunningProcess::alive);
  }

  /** Its process id. */
  public long pid() {
    return handle.pid();
  }

  /** Whether it lives; a zombie that nobody has collected yet does not. */
  public boolean alive() {
    return handle.isAlive() && !zombie();
  }

  /** Program and arguments, one space between them; empty where the system does not tell. */
  public String commandLine() {
    try {
      return Files.readString(proc("cmdline")).replace('\0', ' ');
    } catch (IOException _) {
      return handle.info().commandLine().orElse(""); // no procfs here
    }
  }

  /** Whether its working directory is {@code directory}; false where the system does not tell. */
  public boolean worksIn(Path directory) {
    try {
      return Files.isSameFile(proc("cwd"), directory);
    } catch (IOException _) {
      return false; // gone, not ours to look at, or no procfs here
    }
  }

  /** Asks it to end (SIGTERM). */
  public void terminate() {
    boolean _ = handle.destroy();
  }

  /** Ends it at once (SIGKILL). */
  public void kill() {
    boolean _ = handle.destroyForcibly();
  }

  /** Sends a signal by name, such as {@code INT}. The shell's own kill: not every image has one. */
  public void signal(String name) {
    ChildProcess.Ended ended =
        ChildProcess.of(List.of("sh", "-c", "kill -s \"$0\" \"$1\"", name, Long.toString(pid())))
            .run(SIGNAL_MAX);
    if (!ended.succeeded() && alive()) {
      throw new EngineException("kill -" + name + " " + pid() + ": " + ended.output());
    }
  }

  /** Waits for its end; answers whether it came within {@code limit}. */
  public boolean awaitEnd(Duration limit) {
    return Waiting.until(() -> !alive(), limit, POLL);
  }

  private boolean zombie() {
    try {
      return isZombie(Files.readString(proc("stat")));
    } catch (IOException _) {
      return false; // no procfs here: the handle's word stands
    }
  }

  /**
   * Whether {@code stat}, as procfs has it, is that of a process all of whose threads have ended.
   * The first one may have while others still hold its files and sockets open.
   */
  static boolean isZombie(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return fields[0].equals("Z") && Integer.parseInt(fields[THREADS]) <= 1;
  }

  private Path proc(String what) {
    return Path.of("/proc", Long.toString(pid()), what);
  }
}
