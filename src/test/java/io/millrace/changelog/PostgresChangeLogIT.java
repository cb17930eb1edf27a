package io.millrace.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.sql.Database;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresChangeLogIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  private final Vertx vertx = Vertx.vertx();
  private Database database;
  private PostgresChangeLog log;

  @BeforeEach
  void open() {
    database = POSTGRES.database(vertx);
    log = new PostgresChangeLog(database);
  }

  @AfterEach
  void close() throws Exception {
    done(database.close());
    done(vertx.close());
  }

  @Test
  void aReaderMissesNothingOfConcurrentWriters() throws Exception {
    long from = await(log.head()).n();
    var committed = ConcurrentHashMap.<String>newKeySet();
    var open = new CountDownLatch(200);
    for (int i = 0; i < 200; i++) {
      String id = "doc-" + i;
      boolean fails = i % 7 == 0;
      Future<Long> _ =
          write(id, fails).onSuccess(_ -> committed.add(id)).onComplete(_ -> open.countDown());
    }

    var read = new ArrayList<Change>();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (open.getCount() > 0 || read.size() < committed.size()) {
      long last = read.isEmpty() ? from : read.getLast().n();
      read.addAll(await(log.after(last, 5)));
      assertThat(System.nanoTime()).as("%d read", read.size()).isLessThan(deadline);
    }

    assertThat(read.stream().map(Change::entityId)).doesNotHaveDuplicates();
    assertThat(Set.copyOf(read.stream().map(Change::entityId).toList())).isEqualTo(committed);
    assertThat(read.stream().map(Change::n))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, committed.size()).mapToObj(i -> from + i).toList());
    assertThat(await(log.head()).n()).isEqualTo(from + committed.size());
  }

  @Test
  void changesOfOneTransactionAreNeverSplit() throws Exception {
    long from = await(log.head()).n();
    done(append("a", "b", "c"));
    done(append("d", "e"));

    List<Change> first = await(log.after(from, 1));
    List<Change> second = await(log.after(first.getLast().n(), 1));

    assertThat(first.stream().map(Change::entityId)).containsExactly("a", "b", "c");
    assertThat(second.stream().map(Change::entityId)).containsExactly("d", "e");
    assertThat(first.getFirst()).isEqualTo(new Change(from + 1, Kind.TASK, "a", "acme"));
    assertThat(await(log.after(from + 2, 10))).isEmpty();
  }

  @Test
  void aWatcherHearsOfACommitUntilItCloses() throws Exception {
    var heard = new AtomicInteger();
    ChangeLog.Watch watch = log.watch(heard::incrementAndGet);
    Await.until("news once after subscribing", () -> heard.get() > 0);
    int before = heard.get();

    done(append("a"));

    Await.until("news of the commit", () -> heard.get() > before);
    watch.close();
    watch.close();
  }

  @Test
  void trimmingKeepsTheNewestAndSaysWhatIsTheOldest() throws Exception {
    done(append("a"));
    done(append("b"));
    done(append("c"));
    long head = await(log.head()).n();

    done(log.trim(2));

    assertThat(await(log.oldest())).isEqualTo(head - 1);
    done(log.trim(0));
    assertThat(await(log.oldest())).isEqualTo(head + 1);
  }

  @Test
  void theDatabaseHasAnIdentity() throws Exception {
    String epoch = await(log.head()).epoch();

    done(append("a"));

    assertThat(await(log.head()).epoch()).isEqualTo(epoch).hasSize(36);
  }

  /** A transaction that does some work of its own, writes the log last, and maybe fails then. */
  private Future<Long> write(String id, boolean fails) {
    double pause = new Random(id.hashCode()).nextDouble() / 100;
    return database.transaction(transaction ->
        transaction
            .preparedQuery("SELECT pg_sleep($1)::text")
            .execute(io.vertx.sqlclient.Tuple.of(pause))
            .compose(_ ->
                PostgresChangeLog.append(
                    transaction, Kind.DOCUMENT, List.of(new Entity(id, "acme"))))
            .compose(n ->
                fails
                    ? Future.failedFuture(new IllegalStateException("planted"))
                    : Future.succeededFuture(n)));
  }

  private Future<Long> append(String... ids) {
    List<Entity> entities = List.of(ids).stream().map(id -> new Entity(id, "acme")).toList();
    return database.transaction(
        transaction -> PostgresChangeLog.append(transaction, Kind.TASK, entities));
  }

  private static void done(Future<?> future) throws TimeoutException {
    var _ = future.await(20, TimeUnit.SECONDS);
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(20, TimeUnit.SECONDS);
  }
}
