package io.millrace.archive;

import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.events.ArchivedEvents;
import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.sql.Database;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The archive's tables: finished tasks, one row each, and their events. */
public final class PostgresArchive implements ArchivedTasks, ArchivedEvents {
  private static final int EVENTS_PER_STATEMENT = 4_000;
  private static final String BY_IDS =
      "SELECT " + ArchiveRows.TASK_COLUMNS + " FROM archived_task WHERE id = ANY($1)";
  private static final String AFTER =
      "SELECT "
          + ArchiveRows.TASK_COLUMNS
          + " FROM archived_task WHERE id > $1 ORDER BY id LIMIT $2";
  private static final String EVENTS =
      """
      SELECT task_id, at_ms, seq, type, data, last FROM archived_event
      WHERE task_id = $1 AND (at_ms, seq) > ($2, $3) ORDER BY at_ms, seq LIMIT $4
      """;

  private static final String LOG =
      "SELECT log FROM archived_task WHERE id = $1 AND log IS NOT NULL";

  private static final String EXPIRE =
      """
      DELETE FROM archived_task WHERE id IN (
        SELECT id FROM archived_task WHERE finished_at < $1
        ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)
      RETURNING id, tenant
      """;

  /** Transactions; a reader that is further behind rebuilds. */
  private static final long CHANGES_KEPT = 1_000_000;

  private final Database database;

  /** Keeps the archive in {@code database}. */
  public PostgresArchive(Database database) {
    this.database = database;
  }

  @Override
  public Future<List<Task>> byIds(List<TaskId> ids) {
    return tasks(BY_IDS, Tuple.of(ids.stream().map(TaskId::value).toArray(String[]::new)));
  }

  @Override
  public Future<List<Task>> after(Optional<TaskId> after, int limit) {
    return tasks(AFTER, Tuple.of(after.map(TaskId::value).orElse(""), limit));
  }

  @Override
  public Future<List<TaskEvent>> read(TaskId task, Optional<String> after, int limit) {
    long milliseconds = after.map(ArchiveRows::milliseconds).orElse(-1L);
    long sequence = after.map(ArchiveRows::sequence).orElse(-1L);
    Future<RowSet<Row>> rows =
        database.query(EVENTS, Tuple.of(task.value(), milliseconds, sequence, limit));
    return database
        .query(LOG, Tuple.of(task.value()))
        .compose(packed -> rows.map(found -> merged(task, packed, found)))
        .map(all ->
            all.values().stream()
                .filter(
                    event -> after.isEmpty() || TaskEvent.compareIds(event.id(), after.get()) > 0)
                .limit(limit)
                .toList());
  }

  /** By id: what was stored both ways, by a store that was done again, is there once. */
  private static SortedMap<String, TaskEvent> merged(
      TaskId task, RowSet<Row> packed, RowSet<Row> rows) {
    var all = new TreeMap<String, TaskEvent>(TaskEvent::compareIds);
    packed.forEach(row ->
        PackedLog.events(task, row.getString("log")).forEach(event -> all.put(event.id(), event)));
    rows.forEach(row -> {
      TaskEvent event = ArchiveRows.event(row);
      all.put(event.id(), event);
    });
    return all;
  }

  Future<List<Task>> tasks(String sql, Tuple parameters) {
    return database
        .query(sql, parameters)
        .map(rows -> rows.stream().map(ArchiveRows::task).toList());
  }

  /**
   * Stores ended rounds with their events in one transaction, whose last statement names them in
   * the change log. Storing the same again changes nothing that a reader could tell.
   */
  Future<Void> store(List<FinishedRound> rounds) {
    List<Task> tasks = newest(rounds);
    Map<TaskId, String> logs = packed(rounds);
    List<TaskEvent> events =
        rounds.stream()
            .filter(round -> !logs.containsKey(round.task().id()))
            .flatMap(round -> round.events().stream())
            .sorted(
                Comparator.comparing((TaskEvent event) -> event.task().value())
                    .thenComparing(TaskEvent::id, TaskEvent::compareIds))
            .toList();
    List<Entity> entities =
        tasks.stream().map(task -> new Entity(task.id().value(), task.owner().tenant())).toList();
    return database
        .transaction(transaction ->
            transaction
                .preparedQuery(ArchiveRows.INSERT_TASKS)
                .execute(ArchiveRows.columns(tasks, logs))
                .compose(_ -> storeEvents(transaction, events))
                .compose(_ -> PostgresChangeLog.append(transaction, ChangeLog.Kind.TASK, entities)))
        .mapEmpty();
  }

  /** Bounds the change log, to which the archive adds the most by far. */
  Future<Void> trimChanges() {
    return new PostgresChangeLog(database).trim(CHANGES_KEPT);
  }

  /**
   * Deletes up to {@code limit} tasks that ended before {@code before}, with their events; answers
   * how many. Dead ones with a dead letter can be run again all the same.
   */
  Future<Integer> expire(Instant before, int limit) {
    return database.transaction(transaction ->
        transaction
            .preparedQuery(EXPIRE)
            .execute(Tuple.of(before.atOffset(ZoneOffset.UTC), limit))
            .compose(rows -> {
              List<Entity> gone =
                  rows.stream()
                      .map(row -> new Entity(row.getString("id"), row.getString("tenant")))
                      .sorted(Comparator.comparing(Entity::id))
                      .toList();
              if (gone.isEmpty()) {
                return Future.succeededFuture(0);
              }
              String[] ids = gone.stream().map(Entity::id).toArray(String[]::new);
              return transaction
                  .preparedQuery("DELETE FROM archived_event WHERE task_id = ANY($1)")
                  .execute(Tuple.of(ids))
                  .compose(_ -> PostgresChangeLog.append(transaction, ChangeLog.Kind.TASK, gone))
                  .map(_ -> gone.size());
            }));
  }

  /** The short logs of tasks that have had one round; later rounds add to what is there. */
  private static Map<TaskId, String> packed(List<FinishedRound> rounds) {
    var first = new HashMap<TaskId, String>();
    for (FinishedRound round : rounds) {
      if (round.task().round() == 1) {
        PackedLog.of(round.events()).ifPresent(log -> first.put(round.task().id(), log));
      }
    }
    rounds.stream()
        .filter(round -> round.task().round() > 1)
        .forEach(round -> first.remove(round.task().id()));
    return first;
  }

  /** By rising id, so that two archives that store the same tasks cannot block each other. */
  private static List<Task> newest(List<FinishedRound> rounds) {
    var newest = new TreeMap<String, Task>();
    for (FinishedRound round : rounds) {
      newest.merge(
          round.task().id().value(),
          round.task(),
          (one, other) -> other.epoch() >= one.epoch() ? other : one);
    }
    return new ArrayList<>(newest.values());
  }

  private static Future<Void> storeEvents(SqlConnection transaction, List<TaskEvent> events) {
    Future<Void> stored = Future.succeededFuture();
    for (int from = 0; from < events.size(); from += EVENTS_PER_STATEMENT) {
      List<TaskEvent> some =
          events.subList(from, Math.min(events.size(), from + EVENTS_PER_STATEMENT));
      stored = stored.compose(_ -> insertEvents(transaction, some));
    }
    return stored;
  }

  private static Future<Void> insertEvents(SqlConnection transaction, List<TaskEvent> events) {
    Future<RowSet<Row>> inserted =
        transaction
            .preparedQuery(ArchiveRows.INSERT_EVENTS)
            .execute(ArchiveRows.eventColumns(events));
    return inserted.mapEmpty();
  }
}
