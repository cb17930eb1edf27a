package io.millrace.chaos;

import io.millrace.process.RunningProcess;
import io.millrace.testing.HeldProcess;
import io.millrace.testing.JarProcess;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One place of the fleet: a process of the jar, and the next one when it was killed. Its data
 * directory stays.
 */
final class Member {
  /** A process does not start while Redis or PostgreSQL is away: it is started again. */
  private static final int STARTS_MAX = 20;

  private static final Duration START_AGAIN_AFTER = Duration.ofMillis(500);

  /** A simple collector and compiler: what counts is a quick start beside many others. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("JDK_JAVA_OPTIONS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");

  private final String name;
  private final boolean serves;
  private final List<String> arguments;
  private final Path work;
  private final PrintStream out;
  private @Nullable JarProcess jar;
  private @Nullable URI base;
  private boolean ready;

  /** A member that is not started yet; {@code serves} when it has the role {@code http}. */
  Member(String name, boolean serves, List<String> arguments, Path work, PrintStream out) {
    this.name = name;
    this.serves = serves;
    this.arguments = List.copyOf(arguments);
    this.work = work;
    this.out = out;
  }

  String name() {
    return name;
  }

  /** Starts it, as often as it takes, and waits until it is ready. */
  void start() {
    for (int i = 1; ; i++) {
      JarProcess started =
          JarProcess.launch(
              work.resolve(name), work.resolve("data-" + name), arguments, ENVIRONMENT);
      synchronized (this) {
        jar = started;
      }
      try {
        started.awaitReady();
        synchronized (this) {
          base = serves ? started.uri("") : null;
          ready = true;
        }
        return;
      } catch (AssertionError e) {
        if (i == STARTS_MAX) {
          throw e;
        }
        out.printf("  %s did not start, once more%n", name);
        LockSupport.parkNanos(START_AGAIN_AFTER.toNanos());
      }
    }
  }

  /** Whether it serves, and no fault is at work on it. */
  synchronized boolean isReady() {
    return ready;
  }

  /** Takes it for a fault, when it is ready: nobody else does meanwhile. */
  synchronized boolean take() {
    boolean taken = ready;
    ready = false;
    return taken;
  }

  /** Gives it back after a fault that it has survived. */
  synchronized void giveBack() {
    ready = true;
  }

  /** Where it serves; empty while it does not. */
  synchronized Optional<URI> uri(String pathAndQuery) {
    return ready && base != null ? Optional.of(base.resolve(pathAndQuery)) : Optional.empty();
  }

  /** What the names of its workers begin with. */
  String workerPrefix() {
    return process().handle().pid() + "-";
  }

  /** Holds it still: it sends nothing more until {@link #release}. */
  void hold() {
    HeldProcess.hold(running());
  }

  void release() {
    HeldProcess.release(running());
  }

  /** Asks it to stop, and lets it: it hears of the stop before it does anything else. */
  void releaseIntoStop() {
    running().terminate();
    release();
  }

  private RunningProcess running() {
    return RunningProcess.find(process().handle().pid())
        .orElseThrow(() -> new IllegalStateException(name + " is gone"));
  }

  void kill() {
    process().kill();
  }

  /** Stops it in order; its exit code. */
  int stop() {
    return process().stop();
  }

  /** Whether the log of the process holds {@code words}. */
  boolean said(String words) {
    return process().log().contains(words);
  }

  /** Ends it in any state. */
  void end() {
    JarProcess last;
    synchronized (this) {
      last = jar;
      ready = false;
    }
    if (last != null) {
      boolean _ = last.handle().destroyForcibly();
    }
  }

  private synchronized JarProcess process() {
    if (jar == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return jar;
  }
}
