package io.millrace.app;

import io.millrace.observe.HealthChecks.Health;
import io.millrace.process.Engine;
import io.millrace.process.EngineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one embedded engine running from its start to its stop: one that dies is started again at
 * once, one that keeps dying after growing pauses.
 */
final class EngineGuard {
  private static final Logger LOG = LoggerFactory.getLogger(EngineGuard.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
  private static final Duration STEADY_AFTER = Duration.ofMinutes(1);
  private static final int DOUBLINGS_MAX = 7;

  private final Vertx vertx;
  private final Engine engine;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean stopped;
  private int crashes;
  private long lastStartNanos;
  private volatile String trouble = "";

  EngineGuard(Vertx vertx, Engine engine) {
    this.vertx = vertx;
    this.engine = engine;
  }

  Engine engine() {
    return engine;
  }

  /** Starts the engine and watches it from then on. */
  Future<Void> start() {
    return blocking(
            () -> {
              engine.start();
              lastStartNanos = System.nanoTime();
              return LOOK_EVERY;
            })
        .onSuccess(this::lookAfter)
        .mapEmpty();
  }

  /** Stops watching, then the engine; twice or before the start is fine. */
  Future<Void> stop() {
    return blocking(
            () -> {
              stopped = true;
              engine.stop();
              return Duration.ZERO;
            })
        .mapEmpty();
  }

  /** Whether it runs now, for the operator. */
  Health health() {
    String now = trouble;
    return now.isEmpty() ? Health.up("embedded at " + engine.uri()) : Health.down(now);
  }

  private void lookAfter(Duration pause) {
    vertx.setTimer(
        pause.toMillis(),
        _ -> {
          if (stopped) {
            return; // The threads on which it would look may be gone.
          }
          blocking(this::look)
              .onSuccess(next -> {
                if (!next.isZero()) {
                  lookAfter(next);
                }
              })
              .onFailure(e -> LOG.error("The guard of {} failed", engine.name(), e));
        });
  }

  /** Answers after which pause to look again; zero: never. */
  private Duration look() {
    if (stopped) {
      return Duration.ZERO;
    }
    if (engine.alive()) {
      if (System.nanoTime() - lastStartNanos > STEADY_AFTER.toNanos()) {
        crashes = 0;
      }
      return LOOK_EVERY;
    }
    crashes++;
    trouble =
        engine.name() + (crashes == 1 ? " died" : " died " + crashes + " times in short order");
    LOG.warn("{}; starting it again", trouble);
    try {
      engine.start();
      lastStartNanos = System.nanoTime();
      trouble = "";
    } catch (EngineException e) {
      trouble = String.valueOf(e.getMessage());
      LOG.error("Cannot start {} again: {}", engine.name(), trouble);
    }
    return pause(crashes);
  }

  /** The first restart is watched as closely as ever; only a second crash earns a longer pause. */
  static Duration pause(int crashes) {
    Duration pause = LOOK_EVERY.multipliedBy(1L << Math.min(crashes - 1, DOUBLINGS_MAX));
    return pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
  }

  private Future<Duration> blocking(Callable<Duration> work) {
    return vertx
        .executeBlocking(
            () -> {
              lock.lock();
              try {
                return work.call();
              } finally {
                lock.unlock();
              }
            },
            false)
        .map(pause -> pause == null ? Duration.ZERO : pause);
  }
}
