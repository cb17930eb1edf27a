package io.millrace.index;

import io.millrace.process.Background;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps one after the other on a background thread of its own, pausing as each step asks and
 * woken early by news. Its own state is touched on the context it was made on, and there alone.
 */
final class Pump {
  private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
  private static final Pause AFTER_A_DEFECT = new Pause(5_000, false);

  private final Vertx vertx;
  private final Context context;
  private final WorkerExecutor thread;
  private final Supplier<Pause> step;
  private final Runnable close;
  private final Promise<Void> firstStep = Promise.promise();
  private final Promise<Void> stopped = Promise.promise();

  private boolean running;
  private boolean news;
  private boolean stopping;
  private long timer = -1;
  private boolean timerWakeable;

  Pump(Vertx vertx, String threadName, Supplier<Pause> step, Runnable close) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.thread =
        vertx.createSharedWorkerExecutor(threadName, 1, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    this.step = step;
    this.close = close;
  }

  /** Begins; completes when the first step was made, well or not. */
  Future<Void> start() {
    context.runOnContext(go -> run());
    return firstStep.future();
  }

  /** Says that there may be work; for any thread, and cheap. */
  void wake() {
    context.runOnContext(go -> {
      news = true;
      if (timer >= 0 && timerWakeable) {
        vertx.cancelTimer(timer);
        run();
      }
    });
  }

  /** Lets the step in progress end, then closes; twice, or before the start, is fine. */
  Future<Void> stop(Duration patience) {
    context.runOnContext(go -> {
      if (!stopping) {
        stopping = true;
        vertx.cancelTimer(timer);
        if (!running) {
          finish();
        }
      }
    });
    return stopped
        .future()
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> LOG.warn("A writer of the index did not end in {}", patience));
  }

  private void run() {
    if (running || stopping) {
      return;
    }
    running = true;
    news = false;
    timer = -1;
    thread
        .executeBlocking(() -> {
          Background.join(); // and what merges, which this thread starts
          return step.get();
        })
        .onFailure(defect -> LOG.error("A step of the index failed", defect))
        .otherwise(AFTER_A_DEFECT)
        .onSuccess(this::afterStep);
  }

  private void afterStep(Pause pause) {
    running = false;
    firstStep.tryComplete();
    if (stopping) {
      finish();
    } else if (pause.millis() == 0 || (news && pause.wakeable())) {
      run();
    } else {
      timerWakeable = pause.wakeable();
      timer = vertx.setTimer(pause.millis(), due -> run());
    }
  }

  private void finish() {
    thread
        .executeBlocking(() -> {
          close.run();
          return true;
        })
        .onFailure(defect -> LOG.error("The index did not close", defect))
        .eventually(thread::close)
        .onComplete(ended -> stopped.tryComplete());
  }
}
