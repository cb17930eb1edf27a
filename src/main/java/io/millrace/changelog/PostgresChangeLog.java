package io.millrace.changelog;

import io.millrace.sql.Database;
import io.millrace.sql.Listener;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The change log as two tables: one row that counts, and the entries. A writer locks the counting
 * row with the last statement of its transaction and keeps it until the commit; so no number is
 * visible before all smaller ones are, and none is ever skipped.
 */
public final class PostgresChangeLog implements ChangeLog {
  private static final Logger LOGGER = LoggerFactory.getLogger(PostgresChangeLog.class);
  private static final String CHANNEL = "millrace_change";

  private static final String APPEND =
      """
      WITH next AS (UPDATE change_head SET n = n + 1 RETURNING n),
      entries AS (
        INSERT INTO change_log (n, ordinal, kind, entity_id, tenant)
        SELECT next.n, e.ordinal, $1, e.entity_id, e.tenant
        FROM next, unnest($2::text[], $3::text[]) WITH ORDINALITY AS e(entity_id, tenant, ordinal))
      SELECT n, pg_notify('millrace_change', n::text) FROM next
      """;
  private static final String AFTER =
      """
      SELECT n, kind, entity_id, tenant FROM change_log
      WHERE n > $1
        AND n <= (SELECT max(n) FROM
                   (SELECT n FROM change_log WHERE n > $1 ORDER BY n, ordinal LIMIT $2) AS page)
      ORDER BY n, ordinal
      """;
  private static final String OLDEST =
      "SELECT coalesce((SELECT min(n) FROM change_log), (SELECT n + 1 FROM change_head)) AS n";
  private static final String TRIM =
      "DELETE FROM change_log WHERE n <= (SELECT n FROM change_head) - $1";

  private final Database database;

  /** Reads the log of {@code database}. */
  public PostgresChangeLog(Database database) {
    this.database = database;
  }

  /** What changed: a document's or a task's id, and whose it is. */
  public record Entity(String id, String tenant) {}

  /**
   * Writes down what {@code transaction} changed, under the next number. It must be the last
   * statement of the transaction: until the commit every other writer waits for it.
   *
   * @return the number; it holds once the transaction has committed
   */
  public static Future<Long> append(SqlConnection transaction, Kind kind, List<Entity> entities) {
    String[] ids = entities.stream().map(Entity::id).toArray(String[]::new);
    String[] tenants = entities.stream().map(Entity::tenant).toArray(String[]::new);
    return transaction
        .preparedQuery(APPEND)
        .execute(Tuple.of(label(kind), ids, tenants))
        .map(rows -> only(rows).getLong("n"));
  }

  @Override
  public Future<Position> head() {
    return database
        .query("SELECT epoch, n FROM change_head")
        .map(rows -> new Position(only(rows).getUUID("epoch").toString(), only(rows).getLong("n")));
  }

  @Override
  public Future<Long> oldest() {
    return database.query(OLDEST).map(rows -> only(rows).getLong("n"));
  }

  @Override
  public Future<List<Change>> after(long n, int limit) {
    return database
        .query(AFTER, Tuple.of(n, limit))
        .map(rows -> rows.stream().map(PostgresChangeLog::change).toList());
  }

  @Override
  public Watch watch(Runnable onNews) {
    Listener listener = database.listen(CHANNEL, news -> onNews.run());
    var open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        Future<Void> _ =
            listener.close().onFailure(e -> LOGGER.warn("A listener did not close in order", e));
      }
    };
  }

  /** Forgets all but the newest {@code kept} numbers; readers further behind rebuild. */
  public Future<Void> trim(long kept) {
    return database.query(TRIM, Tuple.of(kept)).mapEmpty();
  }

  private static Change change(Row row) {
    return new Change(
        row.getLong("n"),
        Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getString("entity_id"),
        row.getString("tenant"));
  }

  private static String label(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static Row only(RowSet<Row> rows) {
    return rows.iterator().next();
  }
}
