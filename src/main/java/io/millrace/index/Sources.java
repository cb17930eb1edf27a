package io.millrace.index;

import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits, on a writer thread, for what the index is made from. */
final class Sources {
  /** How long one answer may take. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private Sources() {}

  /** The value of {@code future}; throws {@link NotNow} when it fails or takes too long. */
  static <T> T await(Future<T> future) throws NotNow {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new NotNow(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new NotNow(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotNow(e);
    }
  }

  /** It cannot go on now: a source failed, or there is no room. The index itself is as it was. */
  static final class NotNow extends IOException {
    private static final long serialVersionUID = 1L;

    NotNow(Throwable cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }

    NotNow(String message) {
      super(message);
    }
  }
}
