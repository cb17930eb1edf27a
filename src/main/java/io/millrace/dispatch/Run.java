package io.millrace.dispatch;

import io.millrace.handler.ActiveHandler;
import io.millrace.handler.TaskHandler;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Hold;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One run of one claimed task: its stop signal, its deadlines and its single ending. Whoever first
 * wins {@link #settle()} decides how it ends: the handler by returning, or the dispatcher by giving
 * it up.
 */
final class Run implements TaskHandler.Context {
  private final Claimed claimed;
  private final ActiveHandler active;
  private final Emitter emitter;
  private final long startedNanos;
  private final AtomicBoolean settled = new AtomicBoolean();
  private final AtomicBoolean gaveOutput = new AtomicBoolean();
  private final CountDownLatch stopSignal = new CountDownLatch(1);
  private final List<Runnable> stopActions = new ArrayList<>();
  private final Outbox outbox = new Outbox();
  private @Nullable StopReason stop;
  private volatile long stoppedNanos;
  private volatile long renewedNanos;
  private volatile @Nullable Thread thread;

  Run(Claimed claimed, ActiveHandler active, Emitter emitter, long nowNanos) {
    this.claimed = claimed;
    this.active = active;
    this.emitter = emitter;
    this.startedNanos = nowNanos;
    this.renewedNanos = nowNanos;
  }

  /** Runs the handler on the calling thread. */
  Outcome call() {
    thread = Thread.currentThread();
    try {
      return active.handler().run(task(), this);
    } catch (Throwable thrown) {
      // Also errors, and the checked exceptions that an await throws: no task is left hanging.
      return stopping() ? new Outcome.Cancelled() : Endings.thrown(task(), thrown);
    } finally {
      thread = null;
    }
  }

  /** Whether the caller is the one that decides how this run ends. */
  boolean settle() {
    return settled.compareAndSet(false, true);
  }

  boolean isSettled() {
    return settled.get();
  }

  /** Tells the handler to stop; the first reason stands, but for a lost lease. */
  void stop(StopReason reason, long nowNanos) {
    List<Runnable> actions;
    synchronized (stopActions) {
      if (stop != null) {
        stop = reason == StopReason.LOST ? reason : stop;
        return;
      }
      stop = reason;
      stoppedNanos = nowNanos;
      actions = List.copyOf(stopActions);
      stopActions.clear();
    }
    stopSignal.countDown();
    actions.forEach(Runnable::run);
  }

  Optional<StopReason> stopReason() {
    synchronized (stopActions) {
      return Optional.ofNullable(stop);
    }
  }

  /** Whether another worker holds the task: nothing may be written. */
  boolean isLost() {
    return stopReason().filter(StopReason.LOST::equals).isPresent();
  }

  /** Wakes a handler that ignores its stop signal from whatever it blocks on. */
  void interrupt() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  @Override
  public boolean stopping() {
    return stopSignal.getCount() == 0;
  }

  @Override
  public void onStop(Runnable action) {
    synchronized (stopActions) {
      if (stop == null) {
        stopActions.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public void sleep(Duration duration) {
    try {
      boolean _ = stopSignal.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException given) {
      // Only a run that was given up is interrupted: its outcome is not read any more.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void progress(long done, long total, String stage) {
    emitter.add(this, Outbox.progress(done, total, stage));
  }

  @Override
  public void output(String text) {
    emitter.add(this, new Outbox.Output(new StringBuilder(text)));
  }

  @Override
  public void emit(String type, Payload data) {
    emitter.add(this, new Outbox.Own(type, data));
  }

  /** Whether nobody has asked this before. */
  boolean isFirstOutput() {
    return gaveOutput.compareAndSet(false, true);
  }

  /** How many of its handler's slots it takes. */
  int slots() {
    return Math.min(claimed.cost(), active.declaration().concurrency());
  }

  /** How often in a row the worker of its task was lost. */
  int losses() {
    return claimed.losses();
  }

  Task task() {
    return claimed.task();
  }

  Hold hold() {
    return claimed.hold();
  }

  ActiveHandler active() {
    return active;
  }

  Outbox outbox() {
    return outbox;
  }

  long startedNanos() {
    return startedNanos;
  }

  /** When it was told to stop; meaningful only once {@link #stopping()}. */
  long stoppedNanos() {
    return stoppedNanos;
  }

  /** When its lease was last known to be extended, or the task was claimed. */
  long renewedNanos() {
    return renewedNanos;
  }

  void renewed(long nowNanos) {
    renewedNanos = nowNanos;
  }
}
