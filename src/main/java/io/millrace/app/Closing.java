package io.millrace.app;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, to be closed in reverse order; one that fails never keeps the next open. */
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final Deque<Step> steps = new ArrayDeque<>();
  private volatile boolean brokenOff;

  private record Step(String name, Duration within, Supplier<Future<?>> close) {}

  /** Lets the next {@link #add} throw {@link CancellationException}: no more is to be opened. */
  void breakOff() {
    brokenOff = true;
  }

  /** Remembers how to close what was just opened, and how long that may take. */
  synchronized void add(String name, Duration within, Supplier<Future<?>> close) {
    steps.push(new Step(name, within, close));
    if (brokenOff) {
      throw new CancellationException("asked to stop before the start was over");
    }
  }

  /** Closes everything, last opened first; twice is fine. Blocks; not for a Vert.x thread. */
  synchronized void closeAll() {
    while (!steps.isEmpty()) {
      close(steps.pop());
    }
  }

  private static void close(Step step) {
    long start = System.nanoTime();
    try {
      step.close().get().timeout(step.within().toMillis(), TimeUnit.MILLISECONDS).await();
      LOG.debug("{} closed in {} ms", step.name(), (System.nanoTime() - start) / 1_000_000);
    } catch (Exception | LinkageError e) {
      // A Vert.x await throws the failure itself, checked ones included.
      warn(step, e);
    }
  }

  /** Classes that were not needed yet are missing when the jar was overwritten meanwhile. */
  private static void warn(Step step, Throwable failure) {
    try {
      LOG.warn("{} did not close in order", step.name(), failure);
    } catch (LinkageError _) {
      System.err.println("millrace: " + step.name() + " did not close in order: " + failure);
    }
  }
}
