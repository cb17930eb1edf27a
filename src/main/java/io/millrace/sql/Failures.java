package io.millrace.sql;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Tells a database that is away from a statement that is wrong. */
final class Failures {
  private static final String DEPENDENCY = "postgres";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final String QUERY_CANCELED = "57014";
  private static final String TOO_MANY_CONNECTIONS = "53300";

  private Failures() {}

  static Throwable asProblem(Throwable failure, Duration limit) {
    return switch (failure) {
      case ProblemException problem -> problem;
      case PgException refused -> ofStatement(refused, limit);
      case TimeoutException _ -> unavailable("the database did not answer within " + limit);
      case IOException _ -> unavailable("the database cannot be reached");
      // The client's own: closed connection, closed pool, full wait queue.
      case VertxException _ -> unavailable("the database cannot be reached");
      default -> failure;
    };
  }

  private static Throwable ofStatement(PgException refused, Duration limit) {
    String state = refused.getSqlState() == null ? "" : refused.getSqlState();
    if (state.equals(QUERY_CANCELED)) {
      return new ProblemException(
          new Problem.TimedOut("a statement took longer than " + limit, limit));
    }
    // 57P: shut down, crashed, starting; 08: connection broken.
    if (state.startsWith("57P") || state.startsWith("08") || state.equals(TOO_MANY_CONNECTIONS)) {
      return unavailable("the database refuses connections: " + refused.getErrorMessage());
    }
    return refused;
  }

  private static ProblemException unavailable(String detail) {
    return new ProblemException(new Problem.Unavailable(DEPENDENCY, detail, RETRY_AFTER));
  }
}
