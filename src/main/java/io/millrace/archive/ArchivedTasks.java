package io.millrace.archive;

import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Archived tasks of all tenants, for derived stores; nothing here is shown to anybody as it is. */
public interface ArchivedTasks {
  /** The archived tasks among these, in no particular order. */
  Future<List<Task>> byIds(List<TaskId> ids);

  /** All archived tasks by rising id, after {@code after}: what a rebuild walks. */
  Future<List<Task>> after(Optional<TaskId> after, int limit);
}
