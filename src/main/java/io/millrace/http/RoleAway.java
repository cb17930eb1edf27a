package io.millrace.http;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.Role;
import io.vertx.core.Future;

/** Names the part that is away as an operator knows it, not by its address. */
final class RoleAway {
  private static final String ADDRESSES = "millrace.";

  private RoleAway() {}

  /** {@code answer}; when nobody gives one, that says that processes with {@code role} do. */
  static <T> Future<T> told(Role role, Future<T> answer) {
    return answer.recover(failure ->
        failure instanceof ProblemException expected
                && expected.problem() instanceof Problem.Unavailable away
                && away.dependency().startsWith(ADDRESSES)
            ? Future.failedFuture(
                new ProblemException(
                    new Problem.Unavailable(
                        role.label(),
                        "No running process with the role %s answers.".formatted(role.label()),
                        away.retryAfter())))
            : Future.failedFuture(failure));
  }
}
