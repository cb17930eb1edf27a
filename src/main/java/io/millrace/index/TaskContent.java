package io.millrace.index;

import io.millrace.archive.ArchivedTasks;
import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All tasks: those archived by way of the change log, those still live by way of the feed. */
final class TaskContent implements Content {
  /** How long changes of live tasks are collected before they are read together. */
  static final Duration LIVE_EVERY = Duration.ofMillis(500);

  private static final int TASKS_PER_PORTION = 500;

  private final ArchivedTasks archived;
  private final LiveTasks live;
  private final InstantSource clock;
  private Instant liveDue = Instant.MIN;

  TaskContent(ArchivedTasks archived, LiveTasks live, InstantSource clock) {
    this.archived = archived;
    this.live = live;
    this.clock = clock;
  }

  @Override
  public boolean concerns(Change change) {
    return change.kind() == Kind.TASK && TaskId.isTaskId(change.entityId());
  }

  @Override
  public void apply(IndexStore store, List<Change> changes) throws IOException {
    Map<TaskId, String> tenants = new HashMap<>();
    changes.forEach(change -> tenants.put(new TaskId(change.entityId()), change.tenant()));
    Map<TaskId, Task> rows = new HashMap<>();
    Sources.await(archived.byIds(List.copyOf(tenants.keySet())))
        .forEach(task -> rows.put(task.id(), task));
    for (Map.Entry<TaskId, String> entry : tenants.entrySet()) {
      write(store, entry.getKey(), entry.getValue(), Optional.ofNullable(rows.get(entry.getKey())));
    }
  }

  /** A dead task may be live again, and one without a row may be live still. */
  private void write(IndexStore store, TaskId id, String tenant, Optional<Task> row)
      throws IOException {
    boolean maybeLive = row.map(task -> task.status() == TaskStatus.DEAD).orElse(true);
    Optional<Task> now = maybeLive ? live.get(tenant, id).or(() -> row) : row;
    store.replace(
        TaskShape.key(id), now.map(task -> List.of(TaskShape.document(task))).orElse(List.of()));
  }

  @Override
  public Optional<String> rebuild(IndexStore store, Optional<String> cursor) throws IOException {
    List<Task> portion = Sources.await(archived.after(cursor.map(TaskId::new), TASKS_PER_PORTION));
    for (Task task : portion) {
      store.replace(TaskShape.key(task.id()), List.of(TaskShape.document(task)));
    }
    return portion.isEmpty() ? Optional.empty() : Optional.of(portion.getLast().id().value());
  }

  @Override
  public void tend(IndexStore store) throws IOException {
    Instant now = clock.instant();
    if (!now.isBefore(liveDue)) {
      boolean more = live.flush(store);
      liveDue = more ? now : now.plus(LIVE_EVERY);
    }
  }

  @Override
  public void renewed() {
    live.listAgain();
    liveDue = Instant.MIN;
  }
}
