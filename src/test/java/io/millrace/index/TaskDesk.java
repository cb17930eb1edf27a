package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.archive.ArchivedTasks;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.events.EventLogs.FeedEntry;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Live and archived tasks in memory, the latter announced in a change log. */
final class TaskDesk implements ArchivedTasks, LiveTasks.Source {
  final MemoryChangeLog log = new MemoryChangeLog();
  private final TreeMap<String, Task> archived = new TreeMap<>();
  private final TreeMap<String, Task> live = new TreeMap<>(Comparator.reverseOrder());
  private final Random random = new Random(7);
  private long clockMs = 1_000_000;

  /** A task minted a second after the one before. */
  Task task(String handler, TaskStatus status, String inputJson) {
    clockMs += 1_000;
    Instant created = Instant.ofEpochMilli(clockMs);
    return new Task(
        TaskId.mint(0, created, random),
        Scope.DEFAULT,
        handler,
        status,
        Priority.NORMAL,
        new Payload(inputJson),
        1,
        1,
        0,
        1,
        false,
        Optional.empty(),
        created,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static Task ended(Task task, TaskStatus status, Optional<String> json, Optional<String> error) {
    return new Task(
        task.id(),
        task.owner(),
        task.handler(),
        status,
        task.priority(),
        task.input(),
        task.epoch(),
        task.round(),
        task.attempts(),
        task.deliveries(),
        false,
        Optional.empty(),
        task.createdAt(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(task.createdAt()),
        json.map(Payload::new),
        error.map(message -> new TaskError("invalid", message, false)));
  }

  void alive(Task task) {
    live.put(task.id().value(), task);
  }

  /** Moves a task into the archive, as the archive does: rows first, then the release. */
  void archive(Task task) {
    archived.put(task.id().value(), task);
    log.changed(Kind.TASK, task.id().value());
    live.remove(task.id().value());
  }

  void purge(TaskId id) {
    archived.remove(id.value());
    log.changed(Kind.TASK, id.value());
  }

  static FeedEntry news(Task task) {
    boolean last = task.status().isFinal();
    return new FeedEntry(
        "1-1", "default", new TaskEvent("1-1", task.id(), TaskEvent.STATUS, Payload.EMPTY, last));
  }

  @Override
  public Future<List<Task>> byIds(List<TaskId> ids) {
    return Future.succeededFuture(
        ids.stream().map(id -> archived.get(id.value())).filter(task -> task != null).toList());
  }

  @Override
  public Future<List<Task>> after(Optional<TaskId> after, int limit) {
    var rest = after.map(id -> archived.tailMap(id.value(), false)).orElse(archived);
    return Future.succeededFuture(rest.values().stream().limit(limit).toList());
  }

  @Override
  public Future<Optional<Task>> get(Scope asker, TaskId id) {
    return Future.succeededFuture(Optional.ofNullable(live.get(id.value())));
  }

  @Override
  public Future<List<Task>> list(Scope asker, Optional<TaskId> before, int limit) {
    var rest = before.map(id -> live.tailMap(id.value(), false)).orElse(live);
    return Future.succeededFuture(rest.values().stream().limit(limit).toList());
  }
}
