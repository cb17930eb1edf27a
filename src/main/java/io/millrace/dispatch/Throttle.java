package io.millrace.dispatch;

import io.millrace.handler.ActiveHandler;
import io.millrace.queue.RateLimits;
import io.millrace.queue.RateLimits.Grant;
import io.millrace.queue.RateLimits.Rate;
import io.millrace.queue.RateLimits.Wanted;
import io.millrace.queue.TaskQueue.Demand;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts demand down to what the rate limits of handlers let start. A handler that may start nothing
 * is left out until it may, and then {@code wake} is called.
 */
final class Throttle {
  private static final Logger LOG = LoggerFactory.getLogger(Throttle.class);

  private final Vertx vertx;
  private final RateLimits limits;
  private final Runnable wake;
  private final Set<String> held = ConcurrentHashMap.newKeySet();

  Throttle(Vertx vertx, RateLimits limits, Runnable wake) {
    this.vertx = vertx;
    this.limits = limits;
    this.wake = wake;
  }

  /** Whether this handler's next start has to wait. */
  boolean holds(String handler) {
    return held.contains(handler);
  }

  /** What of {@code demand} may be claimed now; blocks. */
  List<Demand> allowed(List<Demand> demand, Map<String, ActiveHandler> handlers) {
    List<Demand> allowed = new ArrayList<>();
    List<Demand> limited = new ArrayList<>();
    List<Wanted> wanted = new ArrayList<>();
    for (Demand one : demand) {
      Optional<Rate> rate = rate(one, handlers);
      if (rate.isPresent()) {
        limited.add(one);
        wanted.add(new Wanted(one.handler(), rate.get(), one.starts()));
      } else {
        allowed.add(one);
      }
    }
    if (!limited.isEmpty()) {
      List<Grant> grants = limits.take(wanted).await();
      for (int i = 0; i < grants.size(); i++) {
        Grant grant = grants.get(i);
        if (grant.starts() > 0) {
          allowed.add(limited.get(i).starting(grant.starts()));
        } else {
          hold(limited.get(i).handler(), grant.again());
        }
      }
    }
    return allowed;
  }

  private void hold(String handler, Duration time) {
    held.add(handler);
    vertx.setTimer(
        Math.max(1, time.plusNanos(999_999).toMillis()),
        _ -> {
          held.remove(handler);
          wake.run();
        });
  }

  /** Gives back the starts that were allowed and found no task. */
  void unused(
      List<Demand> allowed, Map<String, Integer> started, Map<String, ActiveHandler> handlers) {
    List<Wanted> back = new ArrayList<>();
    for (Demand one : allowed) {
      int rest = one.starts() - started.getOrDefault(one.handler(), 0);
      rate(one, handlers)
          .filter(_ -> rest > 0)
          .ifPresent(rate -> back.add(new Wanted(one.handler(), rate, -rest)));
    }
    if (!back.isEmpty()) {
      limits
          .take(back)
          .onFailure(e -> LOG.debug("Starts could not be given back; they come again", e));
    }
  }

  private static Optional<Rate> rate(Demand demand, Map<String, ActiveHandler> handlers) {
    return Optional.ofNullable(handlers.get(demand.handler()))
        .flatMap(active -> active.declaration().rate());
  }
}
