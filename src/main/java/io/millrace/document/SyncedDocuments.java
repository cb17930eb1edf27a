package io.millrace.document;

import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** The documents that a sync has registered and that wait to be brought in. */
public final class SyncedDocuments {
  private static final String ADOPT =
      """
      UPDATE document SET status = 'pending', error = NULL, task_id = $2, updated_at = now()
      WHERE task_id = $1 AND status IN ('pending', 'failed')
      """;
  private static final String WAITING =
      """
      SELECT d.id, d.name, c.name AS collection FROM document d
      JOIN collection c ON c.id = d.collection_id
      WHERE d.task_id = $1 AND d.status = 'pending' ORDER BY d.id LIMIT $2
      """;

  private final Database database;

  /** Looks into {@code database}. */
  public SyncedDocuments(Database database) {
    this.database = database;
  }

  /** A registered document that nobody brings in yet. */
  public record Waiting(String id, String name, String collection) {}

  /** Lets {@code task} bring in what the stopped sync {@code before} had registered. */
  public Future<Void> adopt(String before, String task) {
    return database.query(ADOPT, Tuple.of(before, task)).mapEmpty();
  }

  /** Some of the documents that {@code task} registered and no task of their own has begun. */
  public Future<List<Waiting>> waiting(String task, int limit) {
    return database
        .query(WAITING, Tuple.of(task, limit))
        .map(rows ->
            rows.stream()
                .map(row ->
                    new Waiting(
                        row.getString("id"), row.getString("name"), row.getString("collection")))
                .toList());
  }
}
