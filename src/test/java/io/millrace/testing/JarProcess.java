package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real jar as a real process, on free ports of the loopback address that it picks itself. */
public final class JarProcess implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(60);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static final Pattern PAGES = Pattern.compile("Open http://localhost:(\\d+)\\D");
  private static final Pattern MANAGEMENT =
      Pattern.compile("ealth and metrics: http://127\\.0\\.0\\.1:(\\d+)\\D");

  private final Process process;
  private final Path log;
  private boolean awaited;

  private JarProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** The jar under test: {@code -Dmillrace.jar}, or {@code target/millrace.jar}. */
  public static Path jar() {
    return Path.of(System.getProperty("millrace.jar", "target/millrace.jar")).toAbsolutePath();
  }

  /**
   * Starts the jar without waiting until it serves.
   *
   * @param work directory for its log and settings; the working directory of the process
   * @param data its data directory
   * @param arguments further command line arguments
   * @param environment further variables of its environment
   */
  public static JarProcess launch(
      Path work, Path data, List<String> arguments, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.add("-XX:+UseCompactObjectHeaders");
    if (arguments.contains("--roles") && arguments.contains("http")) {
      command.addAll(List.of("-XX:+UseSerialGC", "-Xms32m")); // as ./millrace does
    }
    command.addAll(List.of("-jar", jar().toString(), "--data", data.toString()));
    command.addAll(List.of("--set", "http.port=0", "--set", "management.port=0"));
    command.addAll(arguments);
    try {
      Files.createDirectories(work);
      Path log = Files.createTempFile(work, "millrace-", ".log");
      var builder =
          new ProcessBuilder(command)
              .directory(work.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return new JarProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the jar and waits until it is ready. */
  public static JarProcess start(Path work, Path data, String... arguments) {
    JarProcess started = launch(work, data, List.of(arguments), Map.of());
    started.awaitReady();
    return started;
  }

  /** Waits until its health says ready; fails with its log when it ends or takes too long. */
  public void awaitReady() {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new AssertionError("Millrace ended with " + process.exitValue() + ":\n" + log());
      }
      if (readyNow()) {
        return;
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    process.destroy();
    awaitEnd(STOP_WITHIN);
    throw new AssertionError("Millrace was not ready in time:\n" + log());
  }

  private boolean readyNow() {
    if (said(MANAGEMENT).isEmpty()) {
      return false;
    }
    try {
      var request =
          HttpRequest.newBuilder(managementUri("/health/ready"))
              .timeout(Duration.ofSeconds(5))
              .build();
      return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false; // Not listening yet, or going away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** A place on its public server. */
  public URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + port() + pathAndQuery);
  }

  /** A place on its management server. */
  public URI managementUri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + port(MANAGEMENT) + pathAndQuery);
  }

  /** Its public port. */
  public int port() {
    return port(PAGES);
  }

  private int port(Pattern where) {
    return said(where)
        .orElseThrow(
            () -> new IllegalStateException("it has not said where it listens:\n" + log()));
  }

  private Optional<Integer> said(Pattern where) {
    Matcher found = where.matcher(log());
    return found.find() ? Optional.of(Integer.valueOf(found.group(1))) : Optional.empty();
  }

  /** The process itself. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Everything it printed so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resident memory in bytes, from {@code /proc}. */
  public long residentBytes() {
    try (var lines = Files.lines(Path.of("/proc", process.pid() + "", "status"))) {
      String line = lines.filter(text -> text.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it with SIGKILL and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(STOP_WITHIN);
  }

  /** Asks it to stop with SIGTERM; the exit code. */
  public int stop() {
    process.destroy();
    return exitCode(STOP_WITHIN);
  }

  /** Waits for its end; the exit code. */
  public int exitCode(Duration within) {
    awaitEnd(within);
    return process.exitValue();
  }

  private void awaitEnd(Duration within) {
    awaited = true;
    try {
      if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("Millrace did not end in time:\n" + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Stops it when it still runs; fails unless it then ends in order. */
  @Override
  public void close() {
    if (awaited) {
      return;
    }
    boolean ran = process.isAlive();
    int code = stop();
    if (!ran || code != 0) {
      String how = ran ? "did not stop in order" : "had ended by itself";
      throw new AssertionError("Millrace " + how + ", with " + code + ":\n" + log());
    }
  }
}
