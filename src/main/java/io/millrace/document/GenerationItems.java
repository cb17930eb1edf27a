package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.sql.Database;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The documents that a generation lacks, and the tasks that bring them into it. A row is claimed
 * before its task is submitted, so any number of processes may do it; a row whose process died in
 * between is claimed again.
 */
final class GenerationItems {
  /** How many tasks of one generation wait or run at once: enough for all workers. */
  static final int AT_ONCE = 200;

  private static final String HANDLER = "ingest";
  private static final String CLAIM =
      """
      WITH claimed AS (
        INSERT INTO generation_item AS item (generation, document_id, version, task_id)
        SELECT $1, d.id, d.searchable, '' FROM document d
        WHERE d.edition IS NOT NULL AND d.id > $2
          AND NOT EXISTS (
            SELECT FROM edition e
            WHERE e.document_id = d.id AND e.generation = $1 AND e.published
              AND e.version = d.searchable)
          AND NOT EXISTS (
            SELECT FROM generation_item i
            WHERE i.generation = $1 AND i.document_id = d.id AND i.version = d.searchable)
        ORDER BY d.id LIMIT $3
        ON CONFLICT (generation, document_id) DO UPDATE
          SET version = excluded.version, task_id = '', error = NULL, updated_at = now()
          WHERE item.version < excluded.version
        RETURNING document_id, version)
      SELECT c.document_id, c.version, d.name, d.tenant, d.project, d.user_name
      FROM claimed c JOIN document d ON d.id = c.document_id ORDER BY c.document_id
      """;
  private static final String SUBMITTED =
      """
      UPDATE generation_item SET task_id = $3
      WHERE generation = $1 AND document_id = $2 AND task_id = ''
      """;
  private static final String UNCLAIM =
      "DELETE FROM generation_item WHERE generation = $1 AND document_id = $2 AND task_id = ''";
  private static final String TIDY =
      """
      DELETE FROM generation_item i
      WHERE i.generation = $1 AND (EXISTS (
          SELECT FROM edition e
          WHERE e.document_id = i.document_id AND e.generation = i.generation AND e.published
            AND e.version = i.version)
        OR (i.task_id = '' AND i.error IS NULL
          AND i.updated_at < now() - $2::bigint * interval '1 ms'))
      """;
  private static final String UNDER_WAY =
      """
      SELECT i.document_id, i.version, i.task_id, d.tenant, d.project, d.user_name,
        i.updated_at < now() - $2::bigint * interval '1 ms' AS old
      FROM generation_item i JOIN document d ON d.id = i.document_id
      WHERE i.generation = $1 AND i.error IS NULL AND i.version = d.searchable
      """;
  private static final String FAIL =
      """
      UPDATE generation_item SET error = $4
      WHERE generation = $1 AND document_id = $2 AND version = $3 AND error IS NULL
      """;

  private final Database database;
  private final TaskQueue queue;
  private final long untouchedMs;

  /**
   * Submits to {@code queue}.
   *
   * @param untouched how old a row is before its task is asked for
   */
  GenerationItems(Database database, TaskQueue queue, Duration untouched) {
    this.database = database;
    this.queue = queue;
    this.untouchedMs = untouched.toMillis();
  }

  /** Writes down that a document cannot be brought into a generation. */
  static Future<Void> fail(
      Database database, long generation, String document, int version, String why) {
    return database
        .query(FAIL, Tuple.of(generation, document, version, why.replace('\0', '\ufffd')))
        .mapEmpty();
  }

  /** Looks at tasks that have ended without their document; answers how many are under way. */
  int look(Generation generation) {
    Tuple key = Tuple.of(generation.id(), untouchedMs);
    var _ = database.query(TIDY, key).await();
    List<Row> all = database.query(UNDER_WAY, key).await().stream().toList();
    List<Row> old = all.stream().filter(row -> row.getBoolean("old")).toList();
    var looks = new ArrayList<Future<Boolean>>();
    old.forEach(row -> looks.add(ended(generation, row)));
    var _ = Future.all(looks).await();
    return all.size() - (int) looks.stream().filter(Future::result).count();
  }

  private Future<Boolean> ended(Generation generation, Row row) {
    String id = row.getString("task_id");
    if (!TaskId.isTaskId(id)) {
      return Future.succeededFuture(false); // claimed this moment
    }
    return queue
        .get(owner(row), new TaskId(id))
        .compose(task ->
            task.map(found -> !found.status().isFinal()).orElse(false)
                ? Future.succeededFuture(false)
                : fail(
                        database,
                        generation.id(),
                        row.getString("document_id"),
                        row.getInteger("version"),
                        reason(task))
                    .map(true));
  }

  private static String reason(Optional<Task> ended) {
    return ended
        .flatMap(Task::error)
        .map(TaskError::message)
        .orElse("Its task ended before the document was brought in.");
  }

  /**
   * Claims and submits documents that the generation lacks.
   *
   * @param after only documents with ids after this one
   * @return the last one; empty when there was none
   */
  Optional<String> submit(Generation generation, String after, int limit) {
    List<Row> rows =
        database.query(CLAIM, Tuple.of(generation.id(), after, limit)).await().stream().toList();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<Submitted> answers =
        queue.submit(rows.stream().map(row -> request(generation, row)).toList()).await();
    var accepted = new ArrayList<Tuple>();
    var refused = new ArrayList<Tuple>();
    for (int i = 0; i < rows.size(); i++) {
      String document = rows.get(i).getString("document_id");
      switch (answers.get(i)) {
        case Submitted.Accepted(Task task, boolean _) ->
            accepted.add(Tuple.of(generation.id(), document, task.id().value()));
        case Submitted.Archived(TaskId id) ->
            accepted.add(Tuple.of(generation.id(), document, id.value()));
        case Submitted.Refused _ -> refused.add(Tuple.of(generation.id(), document));
      }
    }
    write(SUBMITTED, accepted);
    write(UNCLAIM, refused); // there is no room now
    return Optional.of(rows.getLast().getString("document_id"));
  }

  private void write(String sql, List<Tuple> rows) {
    if (!rows.isEmpty()) {
      var _ = database.batch(sql, rows).await();
    }
  }

  private static TaskRequest request(Generation generation, Row row) {
    var input =
        new JsonObject()
            .put("name", row.getString("name"))
            .put("documentId", row.getString("document_id"))
            .put("generation", generation.id());
    return TaskRequest.now(owner(row), HANDLER, new Payload(input.encode()), Priority.LOW);
  }

  /** Asks the tasks of a generation that nobody wants any more to stop. */
  void cancel(Generation generation) {
    for (Row row : database.query(UNDER_WAY, Tuple.of(generation.id(), 0)).await()) {
      if (TaskId.isTaskId(row.getString("task_id"))) {
        var _ = queue.cancel(owner(row), new TaskId(row.getString("task_id"))).await();
      }
    }
  }

  private static Scope owner(Row row) {
    return new Scope(row.getString("tenant"), row.getString("project"), row.getString("user_name"));
  }
}
