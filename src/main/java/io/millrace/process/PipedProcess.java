package io.millrace.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A child that is asked over its standard input and answers over its standard output, with an empty
 * environment and, where the system can, less right to the processor than we have. It is expected
 * to end when its standard input does, so it never outlives us.
 */
public final class PipedProcess {
  private static final List<Path> NICE = List.of(Path.of("/usr/bin/nice"), Path.of("/bin/nice"));

  private final Process process;

  private PipedProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts {@code command}; no shell reads it. What it says on standard error is dropped.
   *
   * @param directory where it works
   */
  public static PipedProcess start(List<String> command, Path directory) throws IOException {
    var niced = new ArrayList<String>();
    NICE.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .ifPresent(nice -> niced.addAll(List.of(nice.toString(), "-n", "5")));
    niced.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(niced);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("LC_ALL", "C.UTF-8"); // file names in other scripts
    builder.directory(directory.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return new PipedProcess(builder.start());
  }

  /** What it reads. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /** What it writes. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it lives. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Ends it and its own children at once (SIGKILL); it may have ended already. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Its exit status, 128 and more when a signal ended it; empty when it lives on. */
  public OptionalInt awaitEnd(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
          ? OptionalInt.of(process.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }
}
