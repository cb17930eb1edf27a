package io.millrace.task;

import io.millrace.problem.Problem;
import java.time.Duration;

/** How a handler ended its run; throwing instead is a defect. */
public sealed interface Outcome {
  /** It did what was asked; {@code result} is one JSON value. */
  record Succeeded(Payload result) implements Outcome {}

  /** It could not; whether it is tried again depends on {@link Problem#retryable()}. */
  record Failed(Problem problem) implements Outcome {}

  /** It could not yet; it wants to be tried again no sooner than {@code delay} from now. */
  record RetryAfter(Duration delay, Problem problem) implements Outcome {}

  /** It saw the cancel signal and stopped. */
  record Cancelled() implements Outcome {}
}
