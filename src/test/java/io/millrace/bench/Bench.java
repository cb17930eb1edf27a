package io.millrace.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.millrace.bench.HttpLoad.Result;
import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures the jar on this machine and prints Markdown: start, echo tasks, search, memory. Needs a
 * built jar; takes a few minutes; sends traffic to the loopback address only.
 */
public final class Bench {
  private static final int STARTS = 5;
  private static final int ECHO_TASKS = 20_000;
  private static final int BATCHES = 400;
  private static final int BATCH = 100;
  private static final int CALLERS = 64;
  private static final int DOCUMENTS = 200;
  private static final int SEARCHES = 1_000;
  private static final long SEED = 42;

  static final List<String> WORDS =
      List.of(
          ("river mill wheel stone water grain flour sluice gate channel weir dam heron otter trout"
                  + " miller sack scale rope pulley shaft gear tooth iron oak beam loft ladder"
                  + " lantern night winter flood drought harvest market bread oven salt yeast")
              .split(" "));

  private final Path work;

  private Bench(Path work) {
    this.work = work;
  }

  /** Runs everything. */
  public static void main(String[] args) throws IOException {
    Path work = Files.createTempDirectory("millrace-bench");
    try {
      new Bench(work).run();
    } finally {
      try (var files = Files.walk(work)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void run() {
    System.out.println("| what | measured |\n|---|---|");
    starts();
    memoryOfHttpAlone();
    try (JarProcess jar = start(work.resolve("data"))) {
      row("resident memory, all roles, idle", "%d MB", jar.residentBytes() >> 20);
      echo(jar);
      search(jar);
      row("resident memory, all roles, after all of this", "%d MB", jar.residentBytes() >> 20);
    }
  }

  private void starts() {
    Path data = work.resolve("starts");
    double first = secondsToReady(data);
    double[] later =
        IntStream.range(0, STARTS).mapToDouble(_ -> secondsToReady(data)).sorted().toArray();
    row("start to ready, first time (unpacks, initialises, migrates)", "%.1f s", first);
    row(
        "start to ready, later (min, median, max of %d)".formatted(STARTS),
        "%.2f, %.2f, %.2f s",
        later[0],
        later[STARTS / 2],
        later[STARTS - 1]);
  }

  private double secondsToReady(Path data) {
    long start = System.nanoTime();
    try (JarProcess _ = start(data)) {
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private void memoryOfHttpAlone() {
    Path data = work.resolve("owner");
    try (JarProcess owner = start(data);
        JarProcess http =
            JarProcess.start(
                work, work.resolve("http"), "--roles", "http", "--join", data.toString())) {
      row("resident memory, `--roles http`, idle", "%d MB", http.residentBytes() >> 20);
      try (var load = new HttpLoad(http.port(), CALLERS)) {
        latencies(
            "`echo` submitted to a process with `--roles http`",
            echoes(load, "/api/v1/tasks", ECHO_TASKS / 2, 202, Bench::echoBody));
      }
      row(
          "resident memory, `--roles http`, after %,d submits".formatted(ECHO_TASKS / 2),
          "%d MB",
          http.residentBytes() >> 20);
      awaitArchived(owner, 0, ECHO_TASKS / 2);
    }
  }

  private void echo(JarProcess jar) {
    try (var load = new HttpLoad(jar.port(), CALLERS)) {
      Result _ = echoes(load, "/api/v1/tasks?wait=30s", ECHO_TASKS / 4, 200, Bench::echoBody);
      latencies(
          "`echo` submitted and waited for (`?wait=`), %d callers".formatted(CALLERS),
          echoes(load, "/api/v1/tasks?wait=30s", ECHO_TASKS, 200, Bench::echoBody));
      latencies(
          "`echo` submitted, answer 202, %d callers".formatted(CALLERS),
          echoes(load, "/api/v1/tasks", ECHO_TASKS, 202, Bench::echoBody));
      awaitArchived(jar, 0, ECHO_TASKS / 4 + 2 * ECHO_TASKS);
      double before = archived(jar);
      long start = System.nanoTime();
      double submitted =
          echoes(load, "/api/v1/tasks/batch", BATCHES, 202, Bench::echoBatch).seconds();
      awaitArchived(jar, before, BATCHES * BATCH);
      double archived = (System.nanoTime() - start) / 1e9;
      int tasks = BATCHES * BATCH;
      row(
          "`echo` in batches of %d: accepted; run and archived".formatted(BATCH),
          "%,.0f tasks/s; %,.0f tasks/s",
          tasks / submitted,
          tasks / archived);
      latencies(
          "`echo` submitted and waited for, one caller",
          echoes(load, "/api/v1/tasks?wait=30s", 500, 1, 200, Bench::echoBody));
    }
  }

  private static Result echoes(
      HttpLoad load, String path, int count, int status, IntFunction<Buffer> bodies) {
    return echoes(load, path, count, CALLERS, status, bodies);
  }

  private static Result echoes(
      HttpLoad load, String path, int count, int callers, int status, IntFunction<Buffer> bodies) {
    return load.post(path, count, callers, status, bodies);
  }

  private static Buffer echoBody(int number) {
    return echoTask(number).toBuffer();
  }

  private static JsonObject echoTask(int number) {
    return new JsonObject()
        .put("handler", "echo")
        .put("input", new JsonObject().put("text", "hello " + number));
  }

  private static Buffer echoBatch(int number) {
    var tasks = new JsonArray();
    for (int i = 0; i < BATCH; i++) {
      tasks.add(echoTask(number * BATCH + i));
    }
    return new JsonObject().put("tasks", tasks).toBuffer();
  }

  private void search(JarProcess jar) {
    var probe = new HttpProbe(jar);
    var random = new Random(SEED);
    long start = System.nanoTime();
    List<String> tasks =
        IntStream.range(0, DOCUMENTS)
            .mapToObj(i ->
                probe
                    .upload("bench", "document-" + i + ".txt", text(random, 600))
                    .json()
                    .getString("taskId"))
            .toList();
    for (String task : tasks) {
      String status = probe.awaitEnd(task);
      if (!status.equals("succeeded")) {
        throw new AssertionError("ingest ended " + status + ": " + probe.task(task));
      }
    }
    row(
        "ingest of %d text files of 600 words".formatted(DOCUMENTS),
        "%.1f files/s",
        DOCUMENTS / ((System.nanoTime() - start) / 1e9));
    try (var load = new HttpLoad(jar.port(), CALLERS)) {
      for (String mode : List.of("keyword", "vector", "hybrid")) {
        IntFunction<Buffer> bodies = number -> query(number, mode);
        Result _ = load.post("/api/v1/search", SEARCHES / 5, 1, 200, bodies);
        for (int callers : List.of(1, 4)) {
          latencies(
              "%s search, %d caller(s)".formatted(mode, callers),
              load.post("/api/v1/search", SEARCHES, callers, 200, bodies));
        }
      }
    }
  }

  private static Buffer query(int number, String mode) {
    return JsonObject.of("query", text(new Random(SEED + number), 6), "mode", mode).toBuffer();
  }

  private static String text(Random random, int words) {
    return IntStream.range(0, words)
        .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())) + (i % 12 == 11 ? "." : ""))
        .collect(Collectors.joining(" "));
  }

  private JarProcess start(Path data) {
    JarProcess jar =
        JarProcess.launch(work, data, List.of("--set", "documents.sample=false"), Map.of());
    jar.awaitReady();
    return jar;
  }

  /** Waits until {@code count} tasks more than {@code before} are in PostgreSQL. */
  private static void awaitArchived(JarProcess jar, double before, int count) {
    new HttpProbe(jar).await("the archive", () -> archived(jar) >= before + count);
  }

  private static double archived(JarProcess jar) {
    return new HttpProbe(jar)
        .management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("millrace_archive_tasks_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void latencies(String what, Result result) {
    row(
        what,
        "%,.0f/s, p50 %.1f ms, p99 %.1f ms",
        result.perSecond(),
        result.quantileMs(0.5),
        result.quantileMs(0.99));
  }

  @FormatMethod
  private static void row(String what, @FormatString String form, Object... values) {
    System.out.println("| " + what + " | " + form.formatted(values) + " |");
  }
}
