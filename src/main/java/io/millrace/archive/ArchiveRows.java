package io.millrace.archive;

import io.millrace.access.Scope;
import io.millrace.task.Children;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tasks and events as rows, and rows as tasks and events. */
final class ArchiveRows {
  static final String TASK_COLUMNS =
      "id, tenant, project, user_name, handler, status, priority, input, epoch, round, attempts,"
          + " deliveries, cancel_requested, worker, created_at, run_at, started_at, finished_at,"
          + " result, error_type, error_message, error_retryable, parent, children";

  /**
   * One row per task. A replay writes the same again; an older round never replaces a newer one.
   */
  static final String INSERT_TASKS =
      "INSERT INTO archived_task ("
          + TASK_COLUMNS
          + """
          , log) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
            $6::text[], $7::text[], $8::text[], $9::bigint[], $10::int[], $11::int[], $12::int[],
            $13::boolean[], $14::text[], $15::timestamptz[], $16::timestamptz[],
            $17::timestamptz[], $18::timestamptz[], $19::text[], $20::text[], $21::text[],
            $22::boolean[], $23::text[], $24::text[], $25::text[])
          ON CONFLICT (id) DO UPDATE SET
            status = excluded.status, epoch = excluded.epoch, round = excluded.round,
            attempts = excluded.attempts, deliveries = excluded.deliveries,
            cancel_requested = excluded.cancel_requested, worker = excluded.worker,
            run_at = excluded.run_at, started_at = excluded.started_at,
            finished_at = excluded.finished_at, result = excluded.result,
            error_type = excluded.error_type, error_message = excluded.error_message,
            error_retryable = excluded.error_retryable, children = excluded.children,
            log = coalesce(archived_task.log, excluded.log),
            archived_at = now()
          WHERE (archived_task.round, archived_task.epoch) <= (excluded.round, excluded.epoch)
          """;

  static final String INSERT_EVENTS =
      """
      INSERT INTO archived_event (task_id, at_ms, seq, type, data, last)
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[],
        $6::boolean[])
      ON CONFLICT DO NOTHING
      """;

  private ArchiveRows() {}

  /**
   * Parameters of {@link #INSERT_TASKS}.
   *
   * @param logs a {@link PackedLog} of those tasks that have one
   */
  static Tuple columns(List<Task> tasks, Map<TaskId, String> logs) {
    var columns = Tuple.tuple();
    addTexts(columns, tasks, task -> task.id().value());
    addTexts(columns, tasks, task -> task.owner().tenant());
    addTexts(columns, tasks, task -> task.owner().project());
    addTexts(columns, tasks, task -> task.owner().user());
    addTexts(columns, tasks, Task::handler);
    addTexts(columns, tasks, task -> task.status().label());
    addTexts(columns, tasks, task -> task.priority().label());
    addTexts(columns, tasks, task -> task.input().json());
    add(columns, tasks, Long[]::new, Task::epoch);
    add(columns, tasks, Integer[]::new, Task::round);
    add(columns, tasks, Integer[]::new, Task::attempts);
    add(columns, tasks, Integer[]::new, Task::deliveries);
    add(columns, tasks, Boolean[]::new, Task::cancelRequested);
    addTexts(columns, tasks, task -> task.worker().orElse(null));
    addMoments(columns, tasks, task -> Optional.of(task.createdAt()));
    addMoments(columns, tasks, Task::runAt);
    addMoments(columns, tasks, Task::startedAt);
    addMoments(columns, tasks, Task::finishedAt);
    addTexts(columns, tasks, task -> task.result().map(Payload::json).orElse(null));
    addTexts(columns, tasks, task -> task.error().map(TaskError::type).orElse(null));
    addTexts(columns, tasks, task -> task.error().map(TaskError::message).orElse(null));
    add(
        columns,
        tasks,
        Boolean[]::new,
        task -> task.error().map(TaskError::retryable).orElse(null));
    addTexts(columns, tasks, task -> task.parent().map(TaskId::value).orElse(null));
    addTexts(columns, tasks, task -> task.children().map(ArchiveRows::counts).orElse(null));
    addTexts(columns, tasks, task -> logs.get(task.id()));
    return columns;
  }

  /** Parameters of {@link #INSERT_EVENTS}. */
  static Tuple eventColumns(List<TaskEvent> events) {
    var columns = Tuple.tuple();
    addTexts(columns, events, event -> event.task().value());
    add(columns, events, Long[]::new, event -> milliseconds(event.id()));
    add(columns, events, Long[]::new, event -> sequence(event.id()));
    addTexts(columns, events, TaskEvent::type);
    addTexts(columns, events, event -> event.data().json());
    add(columns, events, Boolean[]::new, TaskEvent::last);
    return columns;
  }

  static Task task(Row row) {
    return new Task(
        new TaskId(row.getString("id")),
        new Scope(row.getString("tenant"), row.getString("project"), row.getString("user_name")),
        row.getString("handler"),
        TaskStatus.ofLabel(row.getString("status")).orElseThrow(),
        Priority.ofLabel(row.getString("priority")).orElseThrow(),
        new Payload(row.getString("input")),
        row.getLong("epoch"),
        row.getInteger("round"),
        row.getInteger("attempts"),
        row.getInteger("deliveries"),
        row.getBoolean("cancel_requested"),
        Optional.ofNullable(row.getString("worker")),
        row.getOffsetDateTime("created_at").toInstant(),
        moment(row, "run_at"),
        moment(row, "started_at"),
        moment(row, "finished_at"),
        Optional.ofNullable(row.getString("result")).map(Payload::new),
        error(row),
        Optional.ofNullable(row.getString("parent")).map(TaskId::new),
        Optional.ofNullable(row.getString("children")).map(ArchiveRows::children));
  }

  /** How many ended how: total, succeeded, failed, dead, cancelled. */
  private static String counts(Children children) {
    return IntStream.of(
            children.total(),
            children.succeeded(),
            children.failed(),
            children.dead(),
            children.cancelled())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" "));
  }

  private static Children children(String counts) {
    int[] of = Pattern.compile(" ").splitAsStream(counts).mapToInt(Integer::parseInt).toArray();
    return new Children(of[0], of[1], of[2], of[3], of[4]);
  }

  static TaskEvent event(Row row) {
    return new TaskEvent(
        row.getLong("at_ms") + "-" + row.getLong("seq"),
        new TaskId(row.getString("task_id")),
        row.getString("type"),
        new Payload(row.getString("data")),
        row.getBoolean("last"));
  }

  static long milliseconds(String eventId) {
    return Long.parseLong(eventId.substring(0, eventId.indexOf('-')));
  }

  static long sequence(String eventId) {
    return Long.parseLong(eventId.substring(eventId.indexOf('-') + 1));
  }

  private static Optional<TaskError> error(Row row) {
    return Optional.ofNullable(row.getString("error_type"))
        .map(type ->
            new TaskError(
                type,
                row.getString("error_message"),
                Boolean.TRUE.equals(row.getBoolean("error_retryable"))));
  }

  private static Optional<Instant> moment(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }

  /** PostgreSQL keeps no U+0000 in text; one in an error message must not stop the archive. */
  private static <E> void addTexts(
      Tuple columns, List<E> rows, Function<E, @Nullable String> column) {
    add(
        columns,
        rows,
        String[]::new,
        row -> {
          String text = column.apply(row);
          return text == null ? null : text.replace('\0', '\ufffd');
        });
  }

  private static void addMoments(
      Tuple columns, List<Task> tasks, Function<Task, Optional<Instant>> column) {
    add(
        columns,
        tasks,
        OffsetDateTime[]::new,
        task -> column.apply(task).map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null));
  }

  private static <E, V> void add(
      Tuple columns, List<E> rows, IntFunction<V[]> array, Function<E, @Nullable V> column) {
    Tuple _ = columns.addValue(rows.stream().map(column).toArray(array));
  }
}
