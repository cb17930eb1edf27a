package io.millrace.http;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All event streams of one event loop: their number is bounded, and all end when it stops. */
final class OpenStreams {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final int max;
  private final Set<EventStream> open = new LinkedHashSet<>();
  private final long timer;
  private boolean stopping;

  /** Pings every stream after each {@code ping} without news. */
  OpenStreams(Vertx vertx, int max, Duration ping) {
    this.vertx = vertx;
    this.max = max;
    this.timer =
        vertx.setPeriodic(ping.toMillis(), tick -> List.copyOf(open).forEach(EventStream::tick));
  }

  /** A new stream, or a refusal; {@code onClose} runs once when it ends. */
  EventStream open(RoutingContext routing, Runnable onClose) {
    if (stopping) {
      throw new ProblemException(
          new Problem.Unavailable("http", "This process is stopping.", RETRY_AFTER));
    }
    if (open.size() >= max) {
      throw new ProblemException(
          new Problem.TooMany("No more event streams may be open at once.", RETRY_AFTER));
    }
    var stream = new EventStream[1];
    stream[0] =
        new EventStream(
            routing,
            () -> {
              open.remove(stream[0]);
              onClose.run();
            });
    open.add(stream[0]);
    return stream[0];
  }

  /** How many are open. */
  int count() {
    return open.size();
  }

  /** Ends all of them and refuses new ones; a second time does nothing. */
  void stop() {
    stopping = true;
    vertx.cancelTimer(timer);
    List.copyOf(open).forEach(EventStream::end);
  }
}
