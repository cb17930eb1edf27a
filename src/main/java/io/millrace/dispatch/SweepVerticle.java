package io.millrace.dispatch;

import io.millrace.observe.Meters;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Swept;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves lapsed leases and due tasks on, every so often. Any number of processes may do it; each
 * with the role worker or scheduler does.
 */
public final class SweepVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(SweepVerticle.class);

  private final TaskQueue queue;
  private final Duration every;
  private final Meters meters;
  private Future<Void> sweeping = Future.succeededFuture();
  private boolean failing;

  /** Sweeps {@code queue} again and again, {@code every} apart. */
  public SweepVerticle(TaskQueue queue, Duration every, Meters meters) {
    this.queue = queue;
    this.every = every;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(every.toMillis(), _ -> sweep());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    return sweeping;
  }

  private void sweep() {
    if (sweeping.isComplete()) {
      sweeping =
          queue
              .sweep()
              .onSuccess(this::report)
              .onFailure(this::warn)
              .<Void>mapEmpty()
              .otherwiseEmpty();
    }
  }

  private void report(Swept swept) {
    failing = false;
    if (swept.lapsed() + swept.buried() > 0) {
      LOG.info(
          "{} tasks of silent workers were queued again, {} are dead",
          swept.lapsed(),
          swept.buried());
      meters.count("millrace_queue_swept", swept.lapsed(), "kind", "lapsed");
      meters.count("millrace_queue_swept", swept.buried(), "kind", "buried");
    }
    if (swept.promoted() > 0) {
      meters.count("millrace_queue_swept", swept.promoted(), "kind", "promoted");
    }
  }

  private void warn(Throwable cause) {
    if (!failing) {
      failing = true;
      LOG.warn("could not sweep; will go on trying", cause);
    }
  }
}
