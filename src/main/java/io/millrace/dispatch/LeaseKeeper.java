package io.millrace.dispatch;

import io.millrace.observe.Outage;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Hold;
import io.millrace.queue.TaskQueue.Renewal;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the leases of everything this process holds, and the deadlines of what it runs. Its {@link
 * #tick()} belongs on an event loop: a platform thread that no handler runs on, so none can starve
 * it.
 */
final class LeaseKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final int BATCH_MAX = 512;

  /** Leases are extended at least this often, so that a cancel is heard of soon. */
  private static final Duration RENEW_EVERY_MAX = Duration.ofSeconds(1);

  private final TaskQueue queue;
  private final Collection<Run> runs;
  private final Duration stopDeadline;
  private final LongSupplier nanoTime;
  private final Consumer<Run> giveUp;
  private boolean renewing;
  private final Outage outage = new Outage(LOG, "Renewing leases");

  /**
   * Watches over {@code runs}, a live view.
   *
   * @param stopDeadline how long a handler that was told to stop may take
   * @param giveUp ends a run whose handler took longer
   */
  LeaseKeeper(
      TaskQueue queue,
      Collection<Run> runs,
      Duration stopDeadline,
      LongSupplier nanoTime,
      Consumer<Run> giveUp) {
    this.queue = queue;
    this.runs = runs;
    this.stopDeadline = stopDeadline;
    this.nanoTime = nanoTime;
    this.giveUp = giveUp;
  }

  /** Looks at every run once; completes when the renewals it started were answered. */
  Future<Void> tick() {
    long now = nanoTime.getAsLong();
    Map<Duration, List<Run>> due = new HashMap<>();
    for (Run run : runs) {
      keepDeadlines(run, now);
      Duration lease = run.active().declaration().lease();
      if (!run.isLost() && now - run.renewedNanos() >= renewEvery(lease).toNanos()) {
        due.computeIfAbsent(lease, _ -> new ArrayList<>()).add(run);
      }
    }
    if (renewing || due.isEmpty()) {
      return Future.succeededFuture();
    }
    renewing = true;
    List<Future<Void>> calls = new ArrayList<>();
    due.forEach((lease, all) -> {
      for (int from = 0; from < all.size(); from += BATCH_MAX) {
        calls.add(renew(all.subList(from, Math.min(all.size(), from + BATCH_MAX)), lease));
      }
    });
    return Future.join(calls).<Void>mapEmpty().eventually(this::renewed);
  }

  private Future<Void> renewed() {
    renewing = false;
    return Future.succeededFuture();
  }

  private void keepDeadlines(Run run, long now) {
    if (run.isSettled()) {
      return;
    }
    if (run.stopping()) {
      if (now - run.stoppedNanos() >= stopDeadline.toNanos()) {
        giveUp.accept(run);
      }
    } else if (now - run.startedNanos() >= run.active().declaration().timeout().toNanos()) {
      run.stop(StopReason.TIMED_OUT, now);
    }
  }

  private static Duration renewEvery(Duration lease) {
    Duration third = lease.dividedBy(3);
    return third.compareTo(RENEW_EVERY_MAX) < 0 ? third : RENEW_EVERY_MAX;
  }

  private Future<Void> renew(List<Run> held, Duration lease) {
    long asked = nanoTime.getAsLong();
    List<Hold> holds = held.stream().map(Run::hold).toList();
    return queue
        .renew(holds, lease)
        .onSuccess(answers -> {
          outage.over();
          for (int i = 0; i < answers.size(); i++) {
            apply(held.get(i), answers.get(i), asked);
          }
        })
        .onFailure(this::unanswered)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private static void apply(Run run, Renewal renewal, long asked) {
    switch (renewal) {
      case HELD -> run.renewed(asked);
      case CANCEL_REQUESTED -> {
        run.renewed(asked);
        run.stop(StopReason.CANCELLED, asked);
      }
      case STALE -> {
        if (!run.isSettled()) {
          run.stop(StopReason.LOST, asked);
        }
      }
    }
  }

  /** Runs go on meanwhile: after an outage nothing is taken from anybody for one lease. */
  private void unanswered(Throwable cause) {
    outage.on(cause);
  }
}
