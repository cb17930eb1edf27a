package io.millrace.index;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.document.Documents.Change;
import io.millrace.document.Documents.Document;
import io.millrace.document.Library;
import io.millrace.problem.ProblemException;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several indexes follow many writers whose transactions are long, end late and in any order, or
 * are given up. The seed decides what each does; a failure names it.
 */
final class ConcurrentWritersIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final int WRITERS = 6;
  private static final int WRITES_EACH = Integer.getInteger("millrace.writes", 60);
  private static final int WRITES_BETWEEN_STOPS = 12;
  private static final int NAMES = 40;

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, Document> known = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

  /** One for each write that was made. */
  private final Semaphore written = new Semaphore(0);

  private final List<Replica> replicas = new ArrayList<>();
  private Library library;

  @BeforeEach
  void open() throws Exception {
    library = new Library(vertx, POSTGRES.database(vertx), directory.resolve("artifacts"));
    for (int i = 0; i < 3; i++) {
      replicas.add(new Replica(vertx, library, directory.resolve("replica-" + i)));
    }
  }

  @AfterEach
  void close() throws Exception {
    replicas.forEach(replica -> replica.stop(true));
    done(vertx.close());
  }

  @Test
  void everyIndexIsCompleteHoweverTransactionsEndAndWheneverItStops() throws Exception {
    replicas.getFirst().start(); // The others come when there is something already.
    try (var threads = Executors.newFixedThreadPool(WRITERS + 1)) {
      var work = new ArrayList<java.util.concurrent.Future<?>>();
      for (int writer = 0; writer < WRITERS; writer++) {
        RandomGenerator random = random(writer);
        work.add(
            threads.submit(() -> {
              for (int i = 0; i < WRITES_EACH; i++) {
                write(random);
                written.release();
              }
              return null;
            }));
      }
      work.add(
          threads.submit(() -> {
            disturb(random(WRITERS));
            return null;
          }));
      try {
        for (var each : work) {
          var _ = each.get(2, TimeUnit.MINUTES);
        }
      } finally {
        var _ = threads.shutdownNow();
      }
    }

    for (Replica replica : replicas) {
      replica.stop(false);
      replica.start();
      replica.awaitCaughtUp();
      replica.stop(false);
    }
    List<ChangeLog.Change> log =
        await(new PostgresChangeLog(library.database).after(0, Integer.MAX_VALUE));
    System.out.printf(
        "seed %d: %s, %d changes, passes %s%n",
        SEED, counts, log.size(), replicas.stream().map(Replica::passes).toList());
    assertThat(log).as("seed %d", SEED).isNotEmpty();
    for (Replica replica : replicas) {
      assertThat(replica.passedUnseen(log)).as("seed %d", SEED).isEmpty();
      assertThat(replica.check()).as("seed %d", SEED).matches(IndexReport::good);
    }
  }

  /** After every few writes one index stops, or dies, and another or the same comes back. */
  private void disturb(RandomGenerator random) throws InterruptedException {
    for (int i = 0; i < WRITERS * WRITES_EACH / WRITES_BETWEEN_STOPS; i++) {
      written.acquire(WRITES_BETWEEN_STOPS);
      Replica one = replicas.get(random.nextInt(replicas.size()));
      boolean killed = random.nextBoolean();
      one.stop(killed);
      count(killed ? "killed" : "stopped");
      if (random.nextInt(4) > 0) {
        one.start();
      }
    }
  }

  private void write(RandomGenerator random) throws Exception {
    String name = "d" + random.nextInt(NAMES) + ".txt";
    Document before = known.get(name);
    int what = before == null ? 0 : random.nextInt(10);
    try {
      switch (what) {
        case 0, 1, 2 -> {
          Document registered = library.register(name, text(random));
          known.put(name, registered);
          var ended = library.ingest(registered);
          count(ended.getClass().getSimpleName());
        }
        case 3, 4 -> {
          done(library.documents.delete(ALICE, before.id()));
          known.remove(name, before);
          count("deleted");
        }
        case 5 -> change(before, Optional.of(random.nextBoolean()), Optional.empty());
        case 6 -> change(before, Optional.empty(), Optional.of(List.of("t" + random.nextInt(9))));
        default -> {
          boolean commits = random.nextInt(3) > 0;
          slowly(before, "slow" + random.nextInt(99), random.nextDouble() / 20, commits);
        }
      }
    } catch (ProblemException overtaken) {
      count("overtaken"); // Somebody else deleted or replaced it meanwhile.
    }
  }

  private void change(Document document, Optional<Boolean> enabled, Optional<List<String>> tags)
      throws Exception {
    done(library.documents.change(ALICE, document.id(), new Change(enabled, tags)));
    count("changed");
  }

  /** A transaction that lasts: it waits before it takes its number, and again before it ends. */
  private void slowly(Document document, String tag, double seconds, boolean commits)
      throws Exception {
    Future<Long> ended =
        library.database.transaction(transaction ->
            transaction
                .preparedQuery("UPDATE document SET tags = ARRAY[$2] WHERE id = $1")
                .execute(Tuple.of(document.id(), tag))
                .compose(_ -> sleep(transaction, seconds))
                .compose(_ ->
                    PostgresChangeLog.append(
                        transaction,
                        Kind.DOCUMENT,
                        List.of(new Entity(document.id(), ALICE.tenant()))))
                .compose(n -> sleep(transaction, seconds / 3).map(n))
                .compose(
                    n -> commits ? Future.succeededFuture(n) : Future.failedFuture("given up")));
    Library.done(ended.otherwise(0L));
    count(commits ? "slow" : "given up");
  }

  private static Future<?> sleep(SqlConnection transaction, double seconds) {
    return transaction.preparedQuery("SELECT pg_sleep($1)::text").execute(Tuple.of(seconds));
  }

  private static String text(RandomGenerator random) {
    var text = new StringBuilder();
    IntStream.range(0, 1 + random.nextInt(30))
        .forEach(i -> text.append("Wheel ").append(random.nextInt(1_000)).append(" turns. "));
    return text.toString();
  }

  private void count(String what) {
    counts.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
  }

  private static RandomGenerator random(int who) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + who);
  }
}
