package io.millrace.sql;

import io.millrace.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door to PostgreSQL: a pool of connections. Every future fails with a {@link
 * Problem.Unavailable} when the database does not answer and with a {@link Problem.TimedOut} when a
 * statement takes too long; what a statement itself does wrong stays a {@link PgException}, whose
 * SQL state the caller may know. Any thread may call it.
 */
public final class Database {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final Duration STATEMENT_MAX = Duration.ofSeconds(30);
  private static final Duration TRANSACTION_MAX = Duration.ofSeconds(60);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration PING_MAX = Duration.ofSeconds(2);
  private static final int WAITING_MAX = 4096;
  private static final int STATEMENTS_CACHED_MAX = 256;

  private final Vertx vertx;
  private final String uri;
  private final PgConnectOptions options;
  private final Pool pool;

  private Database(Vertx vertx, String uri, PgConnectOptions options, Pool pool) {
    this.vertx = vertx;
    this.uri = uri;
    this.options = options;
    this.pool = pool;
  }

  /**
   * Opens a pool; connections are made when they are needed.
   *
   * @param uri {@code postgresql://user:password@host:port/name} or, for a socket directory, {@code
   *     postgresql:///name?host=/directory&user=name}
   */
  public static Database open(Vertx vertx, String uri, int connectionsMax) {
    PgConnectOptions options =
        PgConnectOptions.fromUri(uri)
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheMaxSize(STATEMENTS_CACHED_MAX)
            .setReconnectAttempts(0);
    options.setProperties(
        properties(
            options.getProperties(),
            Map.of(
                "application_name", "millrace",
                "statement_timeout", Long.toString(STATEMENT_MAX.toMillis()),
                "idle_in_transaction_session_timeout", Long.toString(TRANSACTION_MAX.toMillis()))));
    PoolOptions poolOptions =
        new PoolOptions()
            .setMaxSize(connectionsMax)
            .setMaxWaitQueueSize(WAITING_MAX)
            .setConnectionTimeout((int) CONNECT_MAX.toSeconds())
            .setConnectionTimeoutUnit(TimeUnit.SECONDS);
    Pool pool = PgBuilder.pool().with(poolOptions).connectingTo(options).using(vertx).build();
    return new Database(vertx, uri, options, pool);
  }

  /** Runs one prepared statement with {@code parameters} for its {@code $1...}. */
  public Future<RowSet<Row>> query(String sql, Tuple parameters) {
    return guarded(pool.preparedQuery(sql).execute(parameters), STATEMENT_MAX);
  }

  /** Runs one prepared statement without parameters. */
  public Future<RowSet<Row>> query(String sql) {
    return query(sql, Tuple.tuple());
  }

  /** Runs one prepared statement once for each row of parameters, in one round trip. */
  public Future<RowSet<Row>> batch(String sql, List<Tuple> rows) {
    return guarded(pool.preparedQuery(sql).executeBatch(rows), STATEMENT_MAX);
  }

  /**
   * Runs {@code work} in one transaction: commits when its future succeeds, rolls back when it
   * fails or throws.
   */
  public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
    return guarded(pool.withTransaction(work), TRANSACTION_MAX);
  }

  /** Tells everyone who listens to {@code channel}; inside a transaction use {@code pg_notify}. */
  public Future<Void> tell(String channel, String news) {
    return query("SELECT pg_notify($1, $2)", Tuple.of(channel, news)).mapEmpty();
  }

  /**
   * Listens to {@code channel} on a connection of its own that is made again whenever it breaks.
   * {@code onNews} gets each payload, and an empty one each time the listening begins or begins
   * again, because news may have passed unheard: news is a hint to read, never the data.
   */
  public Listener listen(String channel, Consumer<String> onNews) {
    return Listener.start(vertx, options, channel, onNews);
  }

  /** Succeeds when the database answers now. */
  public Future<Void> ping() {
    return guarded(pool.query("SELECT 1").execute(), PING_MAX).mapEmpty();
  }

  /**
   * Brings the schema up to what this version needs; processes that do it at the same time wait for
   * each other.
   */
  public Future<Void> migrate() {
    return vertx
        .executeBlocking(() -> Migrations.run(uri), false)
        .onSuccess(count -> {
          if (count > 0) {
            LOG.info("Ran {} database migrations", count);
          }
        })
        .mapEmpty();
  }

  /** Closes every connection; twice is fine. */
  public Future<Void> close() {
    return pool.close();
  }

  private static Map<String, String> properties(
      Map<String, String> given, Map<String, String> ours) {
    var all = new HashMap<>(ours);
    all.putAll(given); // what the operator wrote into the URI wins
    return all;
  }

  private static <T> Future<T> guarded(Future<T> answer, Duration limit) {
    return answer
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(Failures.asProblem(failure, limit)));
  }
}
