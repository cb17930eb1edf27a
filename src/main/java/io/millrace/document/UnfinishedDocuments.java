package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.queue.TaskQueue;
import io.millrace.sql.Database;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/**
 * Finds documents that seem to be waiting although the task that should bring them in has ended, or
 * never came, and says so in the document; so none waits silently for ever.
 */
final class UnfinishedDocuments {
  private static final int PAGE = 200;
  private static final String UNFINISHED =
      """
      SELECT id, tenant, project, user_name, version, task_id,
        updated_at < now() - interval '10 minutes' AS old
      FROM document
      WHERE status IN ('pending', 'processing') AND updated_at < now() - $1::bigint * interval '1 ms'
        AND id > $2
      ORDER BY id LIMIT $3
      """;
  private static final String END =
      """
      WITH failed AS (
        UPDATE document SET updated_at = now(),
          status = CASE WHEN $5 AND searchable = version THEN 'ready' ELSE 'failed' END,
          error = CASE WHEN $5 AND searchable = version THEN NULL ELSE $4 END
        WHERE id = $1 AND version = $2 AND task_id IS NOT DISTINCT FROM $3
          AND status IN ('pending', 'processing')
        RETURNING id),
      unfinished AS (
        DELETE FROM edition e USING failed f
        WHERE e.document_id = f.id AND e.version <= $2 AND NOT e.published)
      SELECT id FROM failed
      """;

  private static final String GIVEN_UP =
      "Its task ended before the document was brought in; read it again.";

  private final Database database;
  private final TaskQueue queue;
  private final long untouchedMs;

  /** Looks at documents that nobody wrote to for {@code untouchedMs}. */
  UnfinishedDocuments(Database database, TaskQueue queue, long untouchedMs) {
    this.database = database;
    this.queue = queue;
    this.untouchedMs = untouchedMs;
  }

  /** Answers how many documents were given up. */
  Future<Integer> sweep() {
    return sweep("", 0);
  }

  private Future<Integer> sweep(String after, int ended) {
    return database
        .query(UNFINISHED, Tuple.of(untouchedMs, after, PAGE))
        .compose(rows -> {
          List<Row> page = rows.stream().toList();
          List<Future<Integer>> looks = page.stream().map(this::look).toList();
          return Future.all(looks)
              .compose(_ -> {
                int sum = ended + looks.stream().mapToInt(Future::result).sum();
                return page.size() < PAGE
                    ? Future.succeededFuture(sum)
                    : sweep(page.getLast().getString("id"), sum);
              });
        });
  }

  private Future<Integer> look(Row row) {
    String task = row.getString("task_id");
    if (task == null || !TaskId.isTaskId(task)) {
      return row.getBoolean("old")
          ? end(row, Optional.of("The upload was not completed; upload the file again."))
          : Future.succeededFuture(0);
    }
    var owner =
        new Scope(row.getString("tenant"), row.getString("project"), row.getString("user_name"));
    return queue
        .get(owner, new TaskId(task))
        .compose(found ->
            found.map(t -> !t.status().isFinal()).orElse(false)
                ? Future.succeededFuture(0)
                : end(row, found.flatMap(Task::error).map(TaskError::message)));
  }

  /**
   * Nothing is wrong with a document that was to be brought in anew and whose task was cancelled:
   * it stays as it was.
   */
  private Future<Integer> end(Row row, Optional<String> why) {
    return database
        .query(
            END,
            Tuple.of(
                row.getString("id"),
                row.getInteger("version"),
                row.getString("task_id"),
                why.orElse(GIVEN_UP).replace('\0', '\ufffd'),
                why.isEmpty()))
        .map(changed -> changed.rowCount());
  }
}
