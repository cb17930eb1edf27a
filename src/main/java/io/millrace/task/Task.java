package io.millrace.task;

import io.millrace.access.Scope;
import java.time.Instant;
import java.util.Optional;

/**
 * One task as it stands at one moment, live or archived.
 *
 * @param owner tenant, project and user it belongs to
 * @param epoch the fence: raised whenever the right to run the task changes hands
 * @param round the current life from queued to final, from 1; a redrive starts the next
 * @param attempts runs of the handler that ended by themselves, in this round
 * @param deliveries claims in this round, runs that died included
 * @param cancelRequested whether somebody asked to stop it
 * @param parent the task that submitted it
 * @param children what it submitted itself
 */
public record Task(
    TaskId id,
    Scope owner,
    String handler,
    TaskStatus status,
    Priority priority,
    Payload input,
    long epoch,
    int round,
    int attempts,
    int deliveries,
    boolean cancelRequested,
    Optional<String> worker,
    Instant createdAt,
    Optional<Instant> runAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Payload> result,
    Optional<TaskError> error,
    Optional<TaskId> parent,
    Optional<Children> children) {
  /** A task without parent and children. */
  public Task(
      TaskId id,
      Scope owner,
      String handler,
      TaskStatus status,
      Priority priority,
      Payload input,
      long epoch,
      int round,
      int attempts,
      int deliveries,
      boolean cancelRequested,
      Optional<String> worker,
      Instant createdAt,
      Optional<Instant> runAt,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt,
      Optional<Payload> result,
      Optional<TaskError> error) {
    this(
        id,
        owner,
        handler,
        status,
        priority,
        input,
        epoch,
        round,
        attempts,
        deliveries,
        cancelRequested,
        worker,
        createdAt,
        runAt,
        startedAt,
        finishedAt,
        result,
        error,
        Optional.empty(),
        Optional.empty());
  }
}
