package io.millrace.task;

import io.millrace.access.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What somebody asks to be done, before it is accepted.
 *
 * @param owner who asks; the task belongs to this tenant, project and user
 * @param handler the name of a registered handler
 * @param input the handler's input, already checked against its schema
 * @param priority how urgent it is
 * @param cost how many of its handler's slots it takes while it runs
 * @param start the earliest moment of the first run
 * @param idempotencyKey the same key and body of one tenant give the same task
 */
public record TaskRequest(
    Scope owner,
    String handler,
    Payload input,
    Priority priority,
    int cost,
    Start start,
    Optional<String> idempotencyKey) {
  /** The most slots one task may take. */
  public static final int COST_MAX = 64;

  /** Refuses a cost outside of 1 to {@link #COST_MAX}. */
  public TaskRequest {
    if (cost < 1 || cost > COST_MAX) {
      throw new IllegalArgumentException("a task costs 1 to " + COST_MAX + " slots, not " + cost);
    }
  }

  /** A request that takes one slot. */
  public TaskRequest(
      Scope owner,
      String handler,
      Payload input,
      Priority priority,
      Start start,
      Optional<String> idempotencyKey) {
    this(owner, handler, input, priority, 1, start, idempotencyKey);
  }

  /** The earliest moment a task may run. */
  public sealed interface Start {
    /** As soon as a worker has a free slot. */
    record Now() implements Start {}

    /** Not before {@code moment}. */
    record At(Instant moment) implements Start {}

    /** Not before {@code delay} after it was accepted, by Redis's clock. */
    record After(Duration delay) implements Start {}
  }

  /** A request that may run at once, without an idempotency key. */
  public static TaskRequest now(Scope owner, String handler, Payload input, Priority priority) {
    return new TaskRequest(owner, handler, input, priority, new Start.Now(), Optional.empty());
  }
}
