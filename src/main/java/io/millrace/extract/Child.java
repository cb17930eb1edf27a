package io.millrace.extract;

import io.millrace.extract.Wire.Answer.SoFar;
import io.millrace.process.FileTree;
import io.millrace.process.PipedProcess;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One child JVM that reads files, one at a time, in a private directory that goes with it. */
final class Child {
  private static final Logger LOG = LoggerFactory.getLogger(Child.class);
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration END_MAX = Duration.ofSeconds(10);
  private static final int EXIT_OUT_OF_MEMORY = 3;
  // By name: nothing of the formats is loaded here.
  private static final String MAIN = "io.millrace.extract.format.ExtractMain";

  private final PipedProcess process;
  private final InputStream output;
  private final Path directory;
  private int served;
  private volatile boolean overdue;

  private Child(PipedProcess process, Path directory) {
    this.process = process;
    this.output = new BufferedInputStream(process.output(), 1 << 16);
    this.directory = directory;
  }

  /** Why a child gave no answer. */
  enum Loss {
    TOO_SLOW,
    OUT_OF_MEMORY,
    NONSENSE,
    ENDED
  }

  /**
   * What a child has read of an e-mail.
   *
   * @param extraction ends with the heading of an attachment
   * @param after how many attachments come after that one
   * @param attachment the place of the one that is being read, from 0; it may come later
   */
  record Part(Extraction extraction, int after, int attachment) {
    static Part of(SoFar told, Optional<Part> before) throws IOException {
      if (told.extraction().isPresent()) {
        return new Part(told.extraction().get(), told.after(), told.attachment());
      }
      Part last = before.orElseThrow(() -> new IOException("it goes on with what was never sent"));
      return new Part(last.extraction(), last.after(), told.attachment());
    }
  }

  /** A child is gone, or of no more use. */
  static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Loss loss;
    private final transient Optional<Part> soFar;

    LostException(Loss loss, Optional<Part> soFar, IOException cause) {
      super(loss.toString(), cause);
      this.loss = loss;
      this.soFar = soFar;
    }

    /** What it had read of an e-mail. */
    Optional<Part> soFar() {
      return soFar;
    }

    Loss loss() {
      return loss;
    }
  }

  /** Starts one and waits until it is ready; an {@code IOException} is no file's fault. */
  static Child start(String memory, Limits limits) throws IOException {
    Path directory = Files.createTempDirectory("millrace-extract-");
    try {
      var child =
          new Child(PipedProcess.start(command(memory, limits, directory), directory), directory);
      Future<?> overdue = child.killAfter(START_MAX);
      try {
        Wire.awaitReady(child.output);
        return child;
      } catch (IOException e) {
        child.end();
        throw e;
      } finally {
        overdue.cancel(false);
      }
    } catch (IOException e) {
      FileTree.delete(directory);
      throw e;
    }
  }

  private static List<String> command(String memory, Limits limits, Path directory) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + memory,
            "-Xss2m",
            "-XX:MaxMetaspaceSize=128m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=" + directory,
            "-Duser.home=" + directory,
            "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
            "-Dslf4j.internal.verbosity=ERROR"));
    command.addAll(List.of("-cp", classPath(), MAIN));
    command.addAll(limits.toArguments());
    return command;
  }

  /** Ours, with absolute paths, as the child works elsewhere. */
  private static String classPath() {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(System.getProperty("java.class.path"))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(java.util.stream.Collectors.joining(File.pathSeparator));
  }

  /** Reads one file. */
  Wire.Answer ask(Wire.Request request, Limits limits, Duration limit) throws LostException {
    served++;
    Future<?> end = killAfter(limit);
    Optional<Part> soFar = Optional.empty();
    try {
      Wire.write(process.input(), request);
      while (true) {
        Wire.Answer answer = Wire.readAnswer(output, limits);
        if (!(answer instanceof SoFar told)) {
          return answer;
        }
        soFar = Optional.of(Part.of(told, soFar));
      }
    } catch (IOException e) {
      throw new LostException(loss(), soFar, e);
    } finally {
      // What comes at the last moment is an answer, but its end is on the way.
      if (!end.cancel(false)) {
        overdue = true;
      }
    }
  }

  private Loss loss() {
    if (overdue) {
      return Loss.TOO_SLOW;
    }
    // A pipe closes a moment before its process has ended.
    var exit = process.awaitEnd(Duration.ofSeconds(1));
    if (exit.isEmpty()) {
      return Loss.NONSENSE;
    }
    return exit.getAsInt() == EXIT_OUT_OF_MEMORY ? Loss.OUT_OF_MEMORY : Loss.ENDED;
  }

  /** How many files it was asked for. */
  int served() {
    return served;
  }

  /** Whether it may be asked again. */
  boolean usable() {
    return !overdue && process.alive();
  }

  long pid() {
    return process.pid();
  }

  /** Ends it and deletes its directory; twice is fine. */
  void end() {
    process.kill();
    if (process.awaitEnd(END_MAX).isEmpty()) {
      LOG.warn("The process {} that read files does not end although it was killed", pid());
    }
    try {
      FileTree.delete(directory);
    } catch (IOException e) {
      LOG.warn("The directory {} of an ended process stays behind: {}", directory, e.getMessage());
    }
  }

  private Future<?> killAfter(Duration limit) {
    return ForkJoinPool.commonPool()
        .schedule(
            () -> {
              overdue = true;
              process.kill();
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
  }
}
