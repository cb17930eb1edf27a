package io.millrace.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  private final Vertx vertx = Vertx.vertx();
  private Database database;

  @BeforeEach
  void open() throws Exception {
    database = POSTGRES.database(vertx);
    var _ = await(database.query("DROP TABLE IF EXISTS notes"));
    var _ = await(database.query("CREATE TABLE notes (id int PRIMARY KEY, text text)"));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void aBatchIsWrittenAndReadBack() throws Exception {
    var _ =
        await(
            database.batch(
                "INSERT INTO notes VALUES ($1, $2)",
                List.of(Tuple.of(1, "one"), Tuple.of(2, "zwei"))));

    var rows = await(database.query("SELECT text FROM notes WHERE id = $1", Tuple.of(2)));

    assertThat(rows.iterator().next().getString("text")).isEqualTo("zwei");
  }

  @Test
  void aFailedTransactionLeavesNothing() throws Exception {
    Future<Void> failing =
        database.transaction(connection ->
            connection
                .query("INSERT INTO notes VALUES (7, 'half')")
                .execute()
                .compose(_ -> Future.failedFuture(new IllegalStateException("no"))));

    assertThatThrownBy(() -> await(failing)).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(await(database.query("SELECT * FROM notes")).size()).isZero();
  }

  @Test
  void aWrongStatementKeepsItsSqlState() {
    Future<?> wrong = database.query("SELECT * FROM nowhere");

    assertThatThrownBy(() -> await(wrong))
        .cause()
        .isInstanceOfSatisfying(
            PgException.class, failure -> assertThat(failure.getSqlState()).isEqualTo("42P01"));
  }

  @Test
  void aDatabaseThatIsAwayIsUnavailable(@TempDir Path nowhere) {
    Database away = Database.open(vertx, "postgresql:///x?host=" + nowhere + "&user=x", 1);

    assertUnavailable(away.query("SELECT 1"));
    assertUnavailable(away.ping());
    assertUnavailable(away.transaction(_ -> Future.succeededFuture()));
    assertUnavailable(away.migrate());
  }

  @Test
  void aClosedDatabaseIsUnavailable() throws Exception {
    await(database.close());

    assertUnavailable(database.query("SELECT 1"));
    await(database.close());
  }

  @Test
  void aLostConnectionIsUnavailableAndQueriesSoonSucceedAgain() {
    assertUnavailable(database.query("SELECT pg_terminate_backend(pg_backend_pid())"));

    // The pool learns of the loss a moment later than the query that met it.
    Await.until("a query to succeed", this::answers);
  }

  private boolean answers() {
    try {
      return await(database.query("SELECT 1")).size() == 1;
    } catch (Exception _) {
      return false; // Still the lost connection; Await says when this takes too long.
    }
  }

  @Test
  void aListenerHearsNewsAlsoAfterItsConnectionBroke() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Listener listener = database.listen("changes", heard::add);
    await(listener.ready());
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEmpty();
    await(database.tell("changes", "first"));
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("first");

    var _ =
        await(
            database.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"));

    assertThat(heard.poll(20, TimeUnit.SECONDS)).as("a hint that news may have passed").isEmpty();
    await(database.tell("changes", "second"));
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("second");
    await(listener.close());
  }

  @Test
  void migratingTwiceDoesNothingTheSecondTime() throws Exception {
    var before = await(database.query("SELECT count(*) FROM flyway_schema_history"));

    await(database.migrate());

    var after = await(database.query("SELECT count(*) FROM flyway_schema_history"));
    assertThat(after.iterator().next().getLong(0)).isEqualTo(before.iterator().next().getLong(0));
  }

  private static void assertUnavailable(Future<?> future) {
    assertThatThrownBy(() -> await(future))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ProblemException.class,
            failure ->
                assertThat(failure.problem())
                    .isInstanceOfSatisfying(
                        Problem.Unavailable.class,
                        problem -> assertThat(problem.dependency()).isEqualTo("postgres")));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
