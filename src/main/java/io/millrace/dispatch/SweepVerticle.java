package io.millrace.dispatch;

import io.millrace.observe.Meters;
import io.millrace.observe.Outage;
import io.millrace.queue.DeadLetter;
import io.millrace.queue.DeadLetters;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Swept;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves lapsed leases and due tasks on, and old dead letters out, every so often. Any number of
 * processes may do it; each with the role worker or scheduler does.
 */
public final class SweepVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(SweepVerticle.class);

  private static final Duration EXPIRE_EVERY = Duration.ofMinutes(1);

  private final TaskQueue queue;
  private final DeadLetters letters;
  private final Duration every;
  private final Meters meters;
  private Future<Void> sweeping = Future.succeededFuture();
  private final Outage outage = new Outage(LOG, "Sweeping the queue");
  private final Outage expiryOutage = new Outage(LOG, "Removing old dead letters");

  /** Sweeps {@code queue} again and again, {@code every} apart, and old letters now and then. */
  public SweepVerticle(TaskQueue queue, DeadLetters letters, Duration every, Meters meters) {
    this.queue = queue;
    this.letters = letters;
    this.every = every;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(every.toMillis(), _ -> sweep());
    vertx.setPeriodic(EXPIRE_EVERY.toMillis(), _ -> expire());
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
              .onFailure(outage::on)
              .<Void>mapEmpty()
              .otherwiseEmpty();
    }
  }

  private void report(Swept swept) {
    outage.over();
    if (swept.lapsed() > 0) {
      LOG.info("{} tasks lost their workers, which were silent past their leases", swept.lapsed());
      meters.count("millrace_queue_swept", swept.lapsed(), "kind", "lapsed");
      meters.count("millrace_queue_swept", swept.buried().size(), "kind", "buried");
    }
    for (DeadLetter letter : swept.buried()) {
      RunReport.countDead(meters, letter.handler(), letter.error());
      letter.story(LOG.atWarn()).log("task is dead");
    }
    if (swept.promoted() > 0) {
      meters.count("millrace_queue_swept", swept.promoted(), "kind", "promoted");
    }
  }

  private void expire() {
    var _ =
        letters
            .expire()
            .onSuccess(expired -> {
              expiryOutage.over();
              if (expired > 0) {
                LOG.info("{} dead letters were too old or too many and are gone", expired);
                meters.count("millrace_dlq_expired", expired);
              }
            })
            .onFailure(expiryOutage::on);
  }
}
