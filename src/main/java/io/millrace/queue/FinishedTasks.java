package io.millrace.queue;

import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.vertx.core.Future;
import java.util.List;

/**
 * Rounds that have ended and wait for their archive. Each is handed out again and again until it is
 * released: at its reader's next take, or to another reader once its own fell silent. So a reader
 * releases what it took before it takes more.
 */
public interface FinishedTasks {
  /** Up to {@code max} ended rounds, oldest first; none when there are none now. */
  Future<List<FinishedRound>> take(int max);

  /**
   * Forgets rounds that are stored elsewhere for good: the task, its events, its place in the list
   * of live tasks. A task that a redrive has brought back to life meanwhile stays.
   */
  Future<Void> release(List<FinishedRound> rounds);

  /** How many ended rounds are not yet released. */
  Future<Long> backlog();

  /**
   * One ended round.
   *
   * @param entry its name among the finished ones
   * @param task the task as it ended
   * @param events the log of the task, oldest first
   */
  record FinishedRound(String entry, Task task, List<TaskEvent> events) {
    /** Copies the list. */
    public FinishedRound {
      events = List.copyOf(events);
    }
  }
}
