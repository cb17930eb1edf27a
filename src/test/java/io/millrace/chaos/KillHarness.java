package io.millrace.chaos;

import io.millrace.chaos.Verdict.Event;
import io.millrace.chaos.Verdict.Row;
import io.millrace.process.Endpoints;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Depth;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.settings.Settings;
import io.millrace.sql.Database;
import io.millrace.testing.Await;
import io.millrace.testing.JarProcess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Kills the real jar with SIGKILL, again and again, at seeded moments while at least a hundred
 * tasks run and a hundred wait, starts it anew on the same data directory, and compares what
 * clients were promised with what PostgreSQL holds in the end.
 *
 * <p>{@code java ... io.millrace.chaos.KillHarness [--seed N] [--kills 10]}; exits with 1 when
 * anything was lost or doubled.
 */
public final class KillHarness {
  /** How many tasks must run, and wait, at the moment of a kill. */
  static final int BUSY_MIN = 100;

  private static final int MOMENT_MS_MAX = 1_500;
  private static final Duration LOADED_WITHIN = Duration.ofMinutes(2);
  private static final Duration DRAINED_WITHIN = Duration.ofMinutes(10);
  private static final String HANDLERS =
      """
      handlers:
        echo:
          type: echo
          concurrency: 128
          lease: 3s
          timeout: 1m
          retry: { attempts: 3, first: 200ms, factor: 2, cap: 2s }
      """;

  private final long seed;
  private final int kills;
  private final Path work;
  private final PrintStream out;
  private final RandomGenerator random;
  private final Clients clients;
  private final List<Long> readyAfterMs = new ArrayList<>();

  KillHarness(long seed, int kills, Path work, PrintStream out) {
    this.seed = seed;
    this.kills = kills;
    this.work = work;
    this.out = out;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.clients = new Clients(seed);
  }

  /** Runs with the options of the command line. */
  public static void main(String[] args) throws IOException {
    long seed = System.nanoTime();
    int kills = 10;
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--seed" -> seed = Long.parseLong(args[i + 1]);
        case "--kills" -> kills = Integer.parseInt(args[i + 1]);
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    Path work = Files.createTempDirectory("millrace-kill");
    Verdict verdict = new KillHarness(seed, kills, work, System.out).run();
    System.exit(verdict.wrongs().isEmpty() ? 0 : 1);
  }

  /** Kills as often as asked, lets everything end, and compares. */
  Verdict run() throws IOException {
    Files.writeString(work.resolve("handlers.yaml"), HANDLERS);
    out.printf("seed %d, %d kills, in %s%n", seed, kills, work);
    for (int kill = 1; kill <= kills; kill++) {
      killOnce(kill);
    }
    Verdict verdict = settle();
    out.printf(
        "accepted %d, submits repeated %d, ended %s, ready again after ms %s%n",
        clients.accepted().size(), clients.repeats(), verdict.statuses(), readyAfterMs);
    clients.refusals().forEach(refusal -> out.println("refused: " + refusal));
    verdict.wrongs().forEach(wrong -> out.println("WRONG: " + wrong));
    out.println(verdict.wrongs().isEmpty() ? "0 lost, 0 doubled" : "FAILED, seed " + seed);
    return verdict;
  }

  private JarProcess start() {
    long from = System.nanoTime();
    JarProcess jar =
        JarProcess.start(
            work, work.resolve("data"), "--set", "handlers.file=" + work.resolve("handlers.yaml"));
    readyAfterMs.add((System.nanoTime() - from) / 1_000_000);
    return jar;
  }

  private void killOnce(int kill) {
    Vertx vertx = Vertx.vertx();
    try (JarProcess jar = start();
        Clients.Working _ = clients.work(jar)) {
      TaskQueue queue = queue(vertx);
      Await.until("enough load", LOADED_WITHIN, () -> isBusy(depth(queue)));
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(MOMENT_MS_MAX)).toNanos());
      Await.until("enough load still", LOADED_WITHIN, () -> isBusy(depth(queue)));
      Depth depth = depth(queue);
      jar.kill();
      out.printf(
          "kill %d: %d running, %d queued, %d scheduled, %d accepted so far%n",
          kill, depth.running(), depth.queued(), depth.scheduled(), clients.accepted().size());
    } finally {
      vertx.close().await();
    }
  }

  private static boolean isBusy(Depth depth) {
    return depth.running() >= BUSY_MIN && depth.queued() >= BUSY_MIN;
  }

  private Verdict settle() {
    Vertx vertx = Vertx.vertx();
    try (JarProcess jar = start()) {
      clients.settle(jar);
      TaskQueue queue = queue(vertx);
      Database database = database(vertx);
      Await.until(
          "all tasks to end",
          DRAINED_WITHIN,
          () -> {
            Depth depth = depth(queue);
            return depth.running() + depth.queued() + depth.scheduled() == 0;
          });
      Await.until(
          "all tasks to be archived",
          DRAINED_WITHIN,
          () -> rows(database).size() >= clients.accepted().size());
      Verdict verdict = Verdict.of(clients.accepted(), rows(database), events(database), kills);
      int code = jar.stop();
      if (code != 0) {
        verdict.wrongs().add("the last stop ended with " + code);
      }
      return verdict;
    } finally {
      vertx.close().await();
    }
  }

  private static Depth depth(TaskQueue queue) {
    return queue
        .depths()
        .map(depths -> depths.getOrDefault("echo", Depth.NONE))
        .otherwise(Depth.NONE)
        .await();
  }

  private TaskQueue queue(Vertx vertx) {
    RedisGateway gateway = RedisGateway.connect(vertx, uri("redis"), RedisLimits.DEFAULT).await();
    return new RedisTaskQueue(
        gateway,
        Settings.defaults().queue(),
        1_000_000,
        InstantSource.system(),
        new SecureRandom());
  }

  private Database database(Vertx vertx) {
    return Database.open(vertx, uri("postgres"), 2);
  }

  private String uri(String engine) {
    return Endpoints.read(work.resolve("data")).uri(engine).orElseThrow();
  }

  private static List<Row> rows(Database database) {
    List<Row> rows = new ArrayList<>();
    database
        .query(
            """
            SELECT id, status, input, round, deliveries, coalesce(error_type, '') AS error_type
            FROM archived_task WHERE handler = 'echo'
            """)
        .await()
        .forEach(row ->
            rows.add(
                new Row(
                    row.getString("id"),
                    row.getString("status"),
                    row.getString("input"),
                    row.getInteger("round"),
                    row.getInteger("deliveries"),
                    row.getString("error_type"))));
    return rows;
  }

  private static List<Event> events(Database database) {
    List<Event> events = new ArrayList<>();
    database
        .query(
            """
            SELECT e.task_id, e.last FROM archived_event e JOIN archived_task t ON t.id = e.task_id
            WHERE t.handler = 'echo' ORDER BY e.task_id, e.at_ms, e.seq
            """)
        .await()
        .forEach(row -> events.add(new Event(row.getString("task_id"), row.getBoolean("last"))));
    return events;
  }
}
