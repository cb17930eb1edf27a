package io.millrace.dispatch;

import io.millrace.observe.Meters;
import io.millrace.queue.DeadLetters;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Depth;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how many tasks of each handler wait and run, as {@code millrace_queue_tasks}, for how long
 * the first of them has waited, as {@code millrace_queue_oldest_seconds}, and how many dead letters
 * there are, as {@code millrace_dlq_messages}. To be deployed on an event loop. While Redis is away
 * the last numbers stay.
 */
public final class DepthVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(DepthVerticle.class);

  private final TaskQueue queue;
  private final DeadLetters letters;
  private final Duration every;
  private final Meters meters;
  private final Set<String> shown = new HashSet<>();
  private volatile Map<String, Depth> depths = Map.of();
  private volatile Map<String, Duration> oldest = Map.of();
  private volatile long dead;

  /** Looks at {@code queue} and {@code letters} again and again, {@code every} apart. */
  public DepthVerticle(TaskQueue queue, DeadLetters letters, Duration every, Meters meters) {
    this.queue = queue;
    this.letters = letters;
    this.every = every;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    meters.gauge("millrace_dlq_messages", () -> dead);
    look();
    return Future.succeededFuture();
  }

  private void look() {
    Future<?> tasks =
        queue
            .depths()
            .onSuccess(found -> {
              depths = Map.copyOf(found);
              found.keySet().stream().filter(shown::add).forEach(this::show);
            });
    Future<?> ages = queue.oldest().onSuccess(found -> oldest = Map.copyOf(found));
    Future<?> messages = letters.count().onSuccess(found -> dead = found);
    Future.join(tasks, ages, messages)
        .onFailure(failure -> LOG.debug("the queue could not be counted", failure))
        .onComplete(_ -> vertx.setTimer(every.toMillis(), _ -> look()));
  }

  private void show(String handler) {
    show(handler, "queued", Depth::queued);
    show(handler, "running", Depth::running);
    show(handler, "scheduled", Depth::scheduled);
    show(handler, "waiting", Depth::waiting);
    meters.gauge(
        "millrace_queue_oldest_seconds",
        () -> oldest.getOrDefault(handler, Duration.ZERO).toMillis() / 1e3,
        "handler",
        handler);
  }

  private void show(String handler, String status, ToLongFunction<Depth> count) {
    meters.gauge(
        "millrace_queue_tasks",
        () -> count.applyAsLong(depths.getOrDefault(handler, Depth.NONE)),
        "handler",
        handler,
        "status",
        status);
  }
}
