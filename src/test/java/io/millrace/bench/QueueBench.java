package io.millrace.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.millrace.process.DataDirectory;
import io.millrace.process.FileTree;
import io.millrace.queue.RedisReconciler;
import io.millrace.settings.Settings;
import io.millrace.sql.Database;
import io.millrace.sql.PostgresEngine;
import io.millrace.testing.JarProcess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The queue beside two yardsticks on the same Redis in the same run: its own scripts with nothing
 * around them, and BullMQ. Sides take turns, each from an empty Redis; the medians of the rounds
 * are printed as Markdown.
 *
 * <p>{@code java ... io.millrace.bench.QueueBench [tasks [rounds [waiting]]]}
 */
public final class QueueBench {
  static final String HANDLER = "none";
  static final int BATCH = 100;

  /** 100 bytes. */
  static final String INPUT = "{\"text\":\"" + "a".repeat(89) + "\"}";

  static final String RESULT = "{}";

  private static final int DATABASE_CONNECTIONS = 4;

  /** How many tasks a second leave everything idle. */
  static final int PER_SECOND = 200;

  private final Vertx vertx = Vertx.vertx();
  private final int tasks;
  private final int rounds;
  private final int waiting;
  private final Map<String, List<Life>> lives = new LinkedHashMap<>();
  private final List<BullMq.Round> bullMq = new ArrayList<>();
  private final List<double[]> submitToStart = new ArrayList<>();

  private QueueBench(int tasks, int rounds, int waiting) {
    this.tasks = tasks;
    this.rounds = rounds;
    this.waiting = waiting;
  }

  /** Measures and prints. */
  public static void main(String[] args) throws IOException {
    int tasks = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    int waiting = args.length > 2 ? Integer.parseInt(args[2]) : 100_000;
    Path directory = Files.createTempDirectory("millrace-bench");
    try (DataDirectory data = DataDirectory.open(directory)) {
      new QueueBench(tasks, rounds, waiting).run(data);
    } finally {
      FileTree.delete(directory);
    }
  }

  private void run(DataDirectory data) {
    var postgres = new PostgresEngine(data);
    postgres.start();
    try (var redis = new RedisUnderTest(vertx, data)) {
      Database database = Database.open(vertx, postgres.uri(), DATABASE_CONNECTIONS);
      var _ = database.migrate().await();
      var queue = new WholeQueue(vertx, redis, data.path());
      System.out.printf("Redis %s; %,d tasks, %d rounds%n%n", redis.version(), tasks, rounds);
      round(redis, queue, database); // to warm up
      lives.clear();
      bullMq.clear();
      submitToStart.clear();
      for (int i = 0; i < rounds; i++) {
        round(redis, queue, database);
      }
      print();
      memory(redis, queue);
      redis.flush();
      if (Files.exists(JarProcess.jar())) {
        double[] took = HttpSubmitToStart.run(data.path().resolve("http"), PER_SECOND);
        latency("Millrace, submit through HTTP to start", took);
      }
    } finally {
      vertx.close().await();
      postgres.stop();
    }
  }

  private void round(RedisUnderTest redis, WholeQueue queue, Database database) {
    var bare = new BareScripts(redis, tasks);
    side(redis, "bare scripts", () -> bare.run(false));
    side(redis, "Millrace", () -> queue.run(tasks, Optional.empty()));
    side(redis, "bare scripts, archived", () -> bare.run(true));
    side(redis, "Millrace, archived", () -> queue.run(tasks, Optional.of(database)));
    if (BullMq.installed()) {
      side(
          redis,
          "BullMQ",
          () -> {
            BullMq.Round round = BullMq.run(redis, tasks);
            bullMq.add(round);
            return round.life();
          });
    }
    redis.flush();
    submitToStart.add(queue.submitToStart());
  }

  /** One side's turn. */
  private interface Side {
    Life run();
  }

  private void side(RedisUnderTest redis, String name, Side side) {
    redis.flush();
    lives.computeIfAbsent(name, _ -> new ArrayList<>()).add(side.run());
    if (Boolean.getBoolean("bench.commands")) {
      System.out.println(name + "\n  " + String.join("\n  ", redis.commandStats()));
    }
  }

  private void print() {
    System.out.println("| side | submit/s | drain/s | lives/s | Redis, us per life |");
    System.out.println("|---|---|---|---|---|");
    lives.forEach((name, all) -> {
      Life life = Life.median(all);
      line(
          "| %s | %,.0f | %,.0f | %,.0f | %.0f + %.0f |",
          name,
          life.submitted(),
          life.drained(),
          life.lives(),
          life.submitMicros(),
          life.drainMicros());
    });
    System.out.println(
        "\n| ratio, in the same round | submit | drain | lives |\n|---|---|---|---|");
    ratio("Millrace", "bare scripts");
    ratio("Millrace, archived", "bare scripts, archived");
    ratio("Millrace", "BullMQ");
    System.out.println();
    if (!bullMq.isEmpty()) {
      line("BullMQ, added one by one: %,.0f/s", Life.median(bullMq, BullMq.Round::addSingle));
      line(
          "BullMQ, add to completed at 200/s: p50 %.2f ms, p99 %.2f ms",
          Life.median(bullMq, BullMq.Round::p50Ms), Life.median(bullMq, BullMq.Round::p99Ms));
    }
    latency("Millrace, submit to start", median(submitToStart));
  }

  /** Of each rank, the median over the rounds. */
  private static double[] median(List<double[]> rounds) {
    return IntStream.range(0, rounds.getFirst().length)
        .mapToDouble(rank -> Life.median(rounds, took -> took[rank]))
        .toArray();
  }

  private static void latency(String what, double[] sortedMs) {
    line(
        "%s at %d/s: p50 %.2f ms, p99 %.2f ms",
        what, PER_SECOND, sortedMs[sortedMs.length / 2], sortedMs[sortedMs.length * 99 / 100]);
  }

  private void ratio(String one, String other) {
    List<Life> these = lives.getOrDefault(one, List.of());
    List<Life> those = lives.getOrDefault(other, List.of());
    if (!these.isEmpty() && !those.isEmpty()) {
      line(
          "| %s / %s | %.2f | %.2f | %.2f |",
          one,
          other,
          medianOf(these, those, Life::submitted),
          medianOf(these, those, Life::drained),
          medianOf(these, those, Life::lives));
    }
  }

  private double medianOf(List<Life> these, List<Life> those, ToDoubleFunction<Life> figure) {
    double[] sorted =
        DoubleStream.iterate(0, i -> i < these.size(), i -> i + 1)
            .map(i ->
                figure.applyAsDouble(these.get((int) i)) / figure.applyAsDouble(those.get((int) i)))
            .sorted()
            .toArray();
    return sorted[sorted.length / 2];
  }

  private void memory(RedisUnderTest redis, WholeQueue queue) {
    redis.flush();
    long before = redis.memoryBytes();
    queue.submit(waiting);
    line(
        "Memory of a waiting task: %,d bytes of Redis (%,d tasks)",
        (redis.memoryBytes() - before) / waiting, waiting);
    var settings = Settings.defaults().queue();
    var reconciler =
        new RedisReconciler(vertx, redis.gateway(), settings, "bench", Duration.ofSeconds(1));
    long start = System.nanoTime();
    int repairs = reconciler.pass().await().size();
    line(
        "A pass of the reconciler over them: %.1f s, %d repairs",
        (System.nanoTime() - start) / 1e9, repairs);
  }

  @FormatMethod
  private static void line(@FormatString String form, Object... values) {
    System.out.println(form.formatted(values));
  }
}
