package io.millrace.task;

import io.millrace.problem.Problem;

/**
 * Why an attempt failed, as it is stored and shown.
 *
 * @param type stable, lower-case name, such as {@code invalid} or {@code worker_lost}
 * @param message one sentence for people
 * @param retryable whether the same input may succeed later
 */
public record TaskError(String type, String message, boolean retryable) {
  /** The stored form of {@code problem}. */
  public static TaskError of(Problem problem) {
    return new TaskError(problem.type(), problem.detail(), problem.retryable());
  }
}
