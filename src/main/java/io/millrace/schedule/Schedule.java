package io.millrace.schedule;

import io.millrace.access.Scope;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import java.time.Instant;
import java.util.Optional;

/**
 * One recurring schedule as it stands at one moment.
 *
 * @param owner tenant, project and user its tasks belong to
 * @param nextFire the first moment that was not dealt with yet; empty while it is paused
 * @param lastFire the moment it fired for last
 * @param lastTask the task of it that was submitted last
 * @param error why the last try to submit its task failed; empty when it did not
 */
public record Schedule(
    String id,
    Scope owner,
    Plan plan,
    boolean paused,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> nextFire,
    Optional<Instant> lastFire,
    Optional<TaskId> lastTask,
    Optional<TaskError> error) {

  /**
   * What is to be done again and again, and when.
   *
   * @param name unique within a project
   * @param cron as {@link CronTimes} reads it, in {@code timeZone}
   * @param input the handler's input, already checked against its schema
   */
  public record Plan(
      String name,
      String cron,
      String timeZone,
      String handler,
      Payload input,
      Priority priority,
      MissedRuns missed) {
    /** When it fires. */
    public CronTimes times() {
      return CronTimes.of(cron, timeZone);
    }
  }

  /**
   * A task that was submitted for a schedule.
   *
   * @param fireAt the moment it is for; empty when somebody asked for it
   */
  public record Run(TaskId task, Optional<Instant> fireAt, Instant submittedAt) {}
}
