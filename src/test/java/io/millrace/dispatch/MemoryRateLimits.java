package io.millrace.dispatch;

import io.millrace.queue.RateLimits;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Lets as many runs start as a test has said, all handlers together. */
final class MemoryRateLimits implements RateLimits {
  private int left;
  private int asked;

  synchronized void add(int starts) {
    left += starts;
  }

  synchronized int asked() {
    return asked;
  }

  synchronized int left() {
    return left;
  }

  @Override
  public synchronized Future<List<Grant>> take(List<Wanted> wanted) {
    return Future.succeededFuture(wanted.stream().map(this::grant).toList());
  }

  private Grant grant(Wanted one) {
    int granted = Math.min(one.starts(), left);
    left -= granted;
    asked++;
    return new Grant(granted, Duration.ofMillis(1));
  }
}
