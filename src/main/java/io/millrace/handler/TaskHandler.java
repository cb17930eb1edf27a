package io.millrace.handler;

import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import java.time.Duration;

/** Runs tasks of one declared handler; made once per declaration and used by many threads. */
public interface TaskHandler {
  /**
   * Runs on a virtual thread of its own and may block or {@code await()}.
   *
   * @return how the run ended; throwing is a defect, shown as {@code Problem.Internal}
   */
  Outcome run(Task task, Context context);

  /** What a running handler may do besides ending. */
  interface Context {
    /** Appends {@code task.progress}: how much of how much, and in which stage. */
    void progress(long done, long total, String stage);

    /** Appends {@code text} to the output; pieces close together travel as one event. */
    void output(String text);

    /** Appends an event of the handler's own. */
    void emit(String type, Payload data);

    /** Whether the run is to stop: cancelled, timed out, lost its lease, or the process stops. */
    boolean stopping();

    /** Runs {@code action} once when {@link #stopping()} turns true, at once when it already is. */
    void onStop(Runnable action);

    /** Sleeps, but no longer than until {@link #stopping()}. */
    void sleep(Duration duration);
  }
}
