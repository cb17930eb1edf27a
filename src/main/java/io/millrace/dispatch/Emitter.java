package io.millrace.dispatch;

import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Emission;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Carries the events of all runs to their logs, those of about 40 ms together. The first of a run
 * goes at once; a run that tells more than can be carried waits.
 */
final class Emitter {
  private final Batch<Emission, Boolean> batch;
  private final LongSupplier nanoTime;
  private final RunLog log;
  private final long intervalNanos;
  private final Set<Run> waiting = ConcurrentHashMap.newKeySet();

  Emitter(Vertx vertx, TaskQueue queue, Duration interval, LongSupplier nanoTime, RunLog log) {
    this.batch = new Batch<>(vertx, queue::emit);
    this.nanoTime = nanoTime;
    this.log = log;
    this.intervalNanos = interval.toNanos();
  }

  /** Takes an event of a run; blocks while too many of that run wait. */
  void add(Run run, Outbox.Event event) {
    if (run.isSettled()) {
      return;
    }
    if (event instanceof Outbox.Output && run.isFirstOutput()) {
      log.firstOutput(run, Duration.ofNanos(nanoTime.getAsLong() - run.startedNanos()));
    }
    Outbox outbox = run.outbox();
    outbox.add(event);
    waiting.add(run);
    if (isDue(run)) {
      flush(run);
    } else if (outbox.isFull()) {
      outbox.sent().await();
      flush(run);
    }
  }

  /** Sends what is due; called from a timer. */
  void tick() {
    for (Run run : List.copyOf(waiting)) {
      if (isDue(run)) {
        flush(run);
      } else if (run.outbox().isEmpty()) {
        waiting.remove(run);
        if (!run.outbox().isEmpty()) {
          waiting.add(run);
        }
      }
    }
  }

  /** Sends all that a run told; completes when it was answered. */
  Future<Void> drain(Run run) {
    Outbox outbox = run.outbox();
    if (!outbox.wasUsed()) {
      return Future.succeededFuture();
    }
    return outbox
        .sent()
        .compose(_ -> {
          flush(run);
          return outbox.sent();
        });
  }

  /** Forgets what a run still had to tell. */
  void forget(Run run) {
    waiting.remove(run);
  }

  private boolean isDue(Run run) {
    return run.outbox().isDue(nanoTime.getAsLong(), intervalNanos);
  }

  private void flush(Run run) {
    waiting.remove(run);
    Outbox outbox = run.outbox();
    synchronized (outbox) {
      List<Future<Boolean>> answers =
          outbox.take(nanoTime.getAsLong()).stream().map(entry -> send(run, entry)).toList();
      if (!answers.isEmpty()) {
        outbox.sending(Future.join(answers).<Void>mapEmpty().otherwiseEmpty());
      }
    }
  }

  private Future<Boolean> send(Run run, Outbox.Entry entry) {
    return batch
        .add(new Emission(run.hold(), entry.type(), entry.data()))
        .onSuccess(held -> {
          if (!held) {
            run.stop(StopReason.LOST, nanoTime.getAsLong());
          }
        });
  }
}
