package io.millrace.archive;

import io.millrace.access.Scope;
import io.millrace.task.Children;
import io.millrace.task.Children.Standing;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The one place to look up tasks, whether they are still live or archived already. */
public interface Tasks {
  /** One task; fails with {@code NotFound} when there is none, or it is not the asker's. */
  Future<Task> get(Scope asker, TaskId id);

  /** The tasks of these ids that exist and are the asker's, in the order of {@code ids}. */
  Future<List<Task>> byIds(Scope asker, List<TaskId> ids);

  /**
   * The children of a task in the order they were submitted; fails with {@code NotFound} when there
   * is no such task, or it is not the asker's.
   *
   * @param only those that stand so
   * @param after the {@link Page#next()} of the page before; empty for the first page
   */
  Future<ChildPage> children(
      Scope asker, TaskId parent, Optional<Standing> only, Optional<TaskId> after, int limit);

  /**
   * The asker's tasks, newest first; each at most once over all pages.
   *
   * @param before the {@link Page#next()} of the page before; empty for the first page
   */
  Future<Page> list(Scope asker, Filter filter, Optional<TaskId> before, int limit);

  /**
   * Which tasks to list; an empty member does not restrict.
   *
   * @param from created at or after this moment
   * @param to created before this moment
   */
  record Filter(
      Optional<TaskStatus> status,
      Optional<String> handler,
      Optional<Instant> from,
      Optional<Instant> to) {
    /** All tasks. */
    public static final Filter ALL =
        new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether {@code task} is wanted. */
    public boolean matches(Task task) {
      return status.map(wanted -> wanted == task.status()).orElse(true)
          && handler.map(wanted -> wanted.equals(task.handler())).orElse(true)
          && from.map(moment -> !task.createdAt().isBefore(moment)).orElse(true)
          && to.map(moment -> task.createdAt().isBefore(moment)).orElse(true);
    }
  }

  /**
   * Some children of a task, and how all of them stand.
   *
   * @param counts as they stand now, also those that ended after their parent; empty for a task
   *     that submitted none
   */
  record ChildPage(Optional<Children> counts, Page page) {}

  /** A piece of the list, and where the next begins; the last page has no next. */
  record Page(List<Task> tasks, Optional<TaskId> next) {
    /** Nothing, and nothing after it. */
    static final Page NONE = new Page(List.of(), Optional.empty());

    /** Copies the list. */
    public Page {
      tasks = List.copyOf(tasks);
    }
  }
}
