package io.millrace.queue;

import io.millrace.access.Scope;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A task that used up its attempts or its crash budget, with everything needed to judge it and to
 * run it again.
 *
 * @param error why its last run failed, or {@code worker_lost}
 * @param attempts runs of this round that ended by themselves
 * @param deliveries claims of this round
 * @param worker who ran it last
 * @param round which life of the task this was, from 1
 * @param diedAt when it ended
 */
public record DeadLetter(
    TaskId task,
    Scope owner,
    String handler,
    Priority priority,
    Payload input,
    TaskError error,
    int attempts,
    int deliveries,
    Optional<String> worker,
    int round,
    Instant createdAt,
    Instant diedAt) {
  /** Adds to a line of the log all that an operator asks about a dead letter. */
  public LoggingEventBuilder story(LoggingEventBuilder line) {
    return line.addKeyValue("task", task)
        .addKeyValue("handler", handler)
        .addKeyValue("tenant", owner.tenant())
        .addKeyValue("user", owner.user())
        .addKeyValue("errorType", error.type())
        .addKeyValue("errorMessage", error.message())
        .addKeyValue("attempts", attempts)
        .addKeyValue("deliveries", deliveries)
        .addKeyValue("worker", worker.orElse(""))
        .addKeyValue("round", round);
  }
}
