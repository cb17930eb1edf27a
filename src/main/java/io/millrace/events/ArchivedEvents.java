package io.millrace.events;

import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Event logs that were released from Redis, wherever they are kept for good. */
public interface ArchivedEvents {
  /** Stored events of a task after {@code after} (all when empty), oldest first, same ids. */
  Future<List<TaskEvent>> read(TaskId task, Optional<String> after, int limit);
}
