package io.millrace.app;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An {@link EnginesOwner} in a JVM of its own, under this account or another. */
final class OwnerProcess implements AutoCloseable {
  private static final long END_MAX_SECONDS = 60;

  private final Process process;
  private final String redisUri;
  private final String databaseUri;

  private OwnerProcess(Process process, String[] ready) {
    this.process = process;
    this.redisUri = ready[2];
    this.databaseUri = ready[3];
  }

  static OwnerProcess start(Path data, Path programs) throws IOException {
    return start(List.of(), System.getProperty("java.class.path"), data, programs);
  }

  static OwnerProcess start(List<String> prefix, String classPath, Path data, Path programs)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            classPath,
            EnginesOwner.class.getName(),
            data.toString(),
            programs.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    StringBuilder said = new StringBuilder();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("ready ")) {
        return new OwnerProcess(process, line.split(" ", -1));
      }
      said.append(line).append('\n');
    }
    throw new IllegalStateException("the owner ended before it was ready:\n" + said);
  }

  long pid() {
    return process.pid();
  }

  String redisUri() {
    return redisUri;
  }

  String databaseUri() {
    return databaseUri;
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Lets it stop in order and answers its exit status. */
  int stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(END_MAX_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the owner did not stop");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /**
   * This JVM's class path where another account can read it: jars by hard links, classes by copy.
   */
  static String classPathFor(Path directory) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      Path to = directory.resolve(entries.size() + "-" + from.getFileName());
      if (Files.isDirectory(from)) {
        copy(from, to);
        entries.add(to.toString());
      } else if (Files.exists(from)) {
        Files.createLink(to, from);
        entries.add(to.toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
