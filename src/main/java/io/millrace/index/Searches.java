package io.millrace.index;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.AlreadyClosedException;

/** Runs searches of one index on the pool for searches, so that no event loop waits for a disk. */
final class Searches {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final Follower follower;
  private final WorkerExecutor pool;

  Searches(Follower follower, WorkerExecutor pool) {
    this.follower = follower;
    this.pool = pool;
  }

  /** The answer of {@code search}; fails with {@code Unavailable} while no index is open. */
  <T> Future<T> run(Readers.Search<T> search) {
    return once(search)
        .recover(failure -> {
          if (failure instanceof AlreadyClosedException) {
            return once(search); // The index was opened anew in between.
          }
          if (failure instanceof CorruptIndexException) {
            follower.suspect();
          }
          return Future.failedFuture(failure);
        });
  }

  private <T> Future<T> once(Readers.Search<T> search) {
    Optional<IndexStore> open = follower.store();
    return open.isEmpty()
        ? Future.failedFuture(notOpen())
        : pool.<T>executeBlocking(() -> open.get().search(search), /* ordered= */ false)
            .map(answer -> Objects.requireNonNull(answer));
  }

  /** Whether searches see everything but the newest changes. */
  boolean complete() {
    return follower.complete();
  }

  private ProblemException notOpen() {
    String why = follower.status().trouble().map(trouble -> " Last trouble: " + trouble).orElse("");
    return new ProblemException(
        new Problem.Unavailable("index", "The index is not open yet." + why, RETRY_AFTER));
  }
}
