package io.millrace.dispatch;

import io.millrace.handler.HandlerDeclaration;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.task.Outcome;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what an outcome means for a task: whether it ends, and how, or is tried again. */
final class Endings {
  /** The largest result that is kept, in bytes of UTF-8. */
  static final int RESULT_BYTES_MAX = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  private final RandomGenerator random;

  Endings(RandomGenerator random) {
    this.random = random;
  }

  /** The ending of a run that ended by itself, perhaps after it was told to stop. */
  Ending of(Task task, HandlerDeclaration handler, Outcome outcome, Optional<StopReason> stop) {
    return switch (outcome) {
      case Outcome.Succeeded(var result) when result.bytes() > RESULT_BYTES_MAX ->
          failed(
              task,
              handler,
              new Problem.TooLarge("the result is too large to be kept", RESULT_BYTES_MAX));
      case Outcome.Succeeded(var result) -> new Ending.Succeed(result);
      case Outcome.Failed(var problem) ->
          stop.map(reason -> stopped(task, handler, reason))
              .orElseGet(() -> failed(task, handler, problem));
      case Outcome.RetryAfter(var delay, var problem) ->
          stop.map(reason -> stopped(task, handler, reason))
              .orElseGet(() -> retried(task, handler, delay, TaskError.of(problem)));
      case Outcome.Wait _ when task.parent().isPresent() ->
          new Ending.Fail(
              TaskError.of(new Problem.Invalid("", "A child may have no children itself.")));
      case Outcome.Wait(var children) ->
          stop.map(reason -> stopped(task, handler, reason))
              .orElseGet(() -> new Ending.Wait(children));
      case Outcome.Cancelled() ->
          stop.map(reason -> stopped(task, handler, reason)).orElseGet(Ending.Cancel::new);
    };
  }

  /** The ending of a run that was told to stop and did, or was given up. */
  Ending stopped(Task task, HandlerDeclaration handler, StopReason reason) {
    return switch (reason) {
      case CANCELLED -> new Ending.Cancel();
      case SHUTDOWN, LOST -> new Ending.HandBack();
      case TIMED_OUT ->
          failed(
              task,
              handler,
              new Problem.TimedOut(
                  "one run may take %d s".formatted(handler.timeout().toSeconds()),
                  handler.timeout()));
    };
  }

  /** The outcome of a handler that threw. */
  static Outcome thrown(Task task, Throwable thrown) {
    if (thrown instanceof ProblemException expected) {
      return new Outcome.Failed(expected.problem());
    }
    String incident = UUID.randomUUID().toString();
    LOG.error(
        "handler {} failed on task {}, incident {}", task.handler(), task.id(), incident, thrown);
    return new Outcome.Failed(
        new Problem.Internal("the handler failed; incident " + incident, incident));
  }

  private Ending failed(Task task, HandlerDeclaration handler, Problem problem) {
    TaskError error = TaskError.of(problem);
    if (!problem.retryable()) {
      return new Ending.Fail(error);
    }
    Duration asked =
        switch (problem) {
          case Problem.TooMany(_, Duration after) -> after;
          case Problem.Unavailable(_, _, Duration after) -> after;
          case Problem.Invalid _, Problem.NotFound _, Problem.Conflict _ -> Duration.ZERO;
          case Problem.TooLarge _, Problem.Incomplete _ -> Duration.ZERO;
          case Problem.TimedOut _, Problem.Unreadable _, Problem.Internal _ -> Duration.ZERO;
        };
    Duration own = handler.retry().delayAfter(task.attempts() + 1, random);
    return retried(task, handler, own.compareTo(asked) > 0 ? own : asked, error);
  }

  private static Ending retried(
      Task task, HandlerDeclaration handler, Duration delay, TaskError error) {
    return handler.retry().allowsAfter(task.attempts() + 1)
        ? new Ending.Retry(delay, error)
        : new Ending.Bury(error);
  }
}
