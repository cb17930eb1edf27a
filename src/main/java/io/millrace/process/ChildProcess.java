package io.millrace.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command that ends by itself, run with a limit and an environment that holds none of our
 * secrets. Servers are started by commands that detach them, see {@link RunningProcess}.
 */
public final class ChildProcess {
  private static final List<String> PASSED_ON = List.of("PATH", "HOME", "TMPDIR");
  private static final int OUTPUT_BYTES_MAX = 64 * 1024;

  private final List<String> command;
  private final @Nullable Path directory;
  private final @Nullable Path input;

  private ChildProcess(List<String> command, @Nullable Path directory, @Nullable Path input) {
    this.command = List.copyOf(command);
    this.directory = directory;
    this.input = input;
  }

  /** The command's program and arguments; no shell reads them. */
  public static ChildProcess of(List<String> command) {
    return new ChildProcess(command, null, null);
  }

  /** The same, run in {@code directory}. */
  public ChildProcess in(Path directory) {
    return new ChildProcess(command, directory, input);
  }

  /** The same, reading {@code file} as its standard input. */
  public ChildProcess reading(Path file) {
    return new ChildProcess(command, directory, file);
  }

  /** How a command ended: exit status, and standard output and error as one text. */
  public record Ended(int exit, String output) {
    /** Whether it ended with status 0. */
    public boolean succeeded() {
      return exit == 0;
    }
  }

  /**
   * Runs it to its end; what lives after {@code limit} is killed.
   *
   * @throws EngineException when it cannot be started or does not end in time
   */
  public Ended run(Duration limit) {
    try {
      return execute(limit);
    } catch (IOException e) {
      throw new EngineException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
    }
  }

  /** Like {@link #run}; empty when there is no such program. */
  public Optional<Ended> tryRun(Duration limit) {
    try {
      return Optional.of(execute(limit));
    } catch (IOException _) {
      return Optional.empty(); // there is no such program, or it may not be run
    }
  }

  private Ended execute(Duration limit) throws IOException {
    // A file, not a pipe: a daemon that keeps our pipe open would keep us waiting for its end.
    Path output = Files.createTempFile("millrace-child-", ".log");
    try {
      return new Ended(awaitEnd(builder(output).start(), limit), read(output));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private int awaitEnd(Process process, Duration limit) {
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      killTree(process);
      throw new EngineException("interrupted while " + command.getFirst() + " ran", e);
    }
    killTree(process);
    throw new EngineException(command.getFirst() + " did not end within " + limit);
  }

  private static void killTree(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private ProcessBuilder builder(Path output) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(PASSED_ON);
    environment.put("LC_ALL", "C");
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    builder.redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile());
    return builder;
  }

  private static String read(Path output) throws IOException {
    try (var in = Files.newInputStream(output)) {
      return new String(in.readNBytes(OUTPUT_BYTES_MAX), StandardCharsets.UTF_8).strip();
    }
  }
}
