package io.millrace.encoder;

import io.millrace.encoder.Request.Text;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what waits, on threads of its own: as many as the policy has lanes, and one more that makes
 * the next batch ready when it prepares ahead. A free lane takes the next run at once; nothing ever
 * waits for a batch to fill. While interactive texts keep coming, one lane of several takes no
 * bulk, so that they need not wait for a run of it to end.
 */
final class Batcher {
  /** How long after an interactive text a lane is kept for the next one. */
  private static final long LANE_KEPT_NANOS = Duration.ofSeconds(1).toNanos();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TextQueue queue;
  private final Rate rate;
  private final long tokensMax;
  private final Semaphore lanes;
  private final boolean preparesAhead;

  /** Lanes that take bulk also while one is kept. */
  private final int bulkLanes;

  private final RunMeter meter;
  private final AtomicInteger working;
  private final CompletableFuture<Void> idle = new CompletableFuture<>();

  // Guarded by the lock.
  private long tokens;
  private int open;
  private boolean closed;
  private int bulkRuns;
  private long laneKeptUntil = System.nanoTime();

  /**
   * Starts its threads.
   *
   * @param tokensMax tokens that may wait
   * @param runners makes the memory of a thread
   */
  Batcher(
      String name, BatchPolicy policy, long tokensMax, Supplier<Runner> runners, RunMeter meter) {
    this.queue = new TextQueue(policy);
    this.rate = new Rate(policy.lanes());
    this.tokensMax = tokensMax;
    this.lanes = new Semaphore(policy.lanes(), true);
    this.preparesAhead = policy.preparesAhead();
    this.bulkLanes = Math.max(1, policy.lanes() - 1);
    this.meter = meter;
    int threads = policy.lanes() + (preparesAhead ? 1 : 0);
    this.working = new AtomicInteger(threads);
    for (int i = 0; i < threads; i++) {
      Runner own = runners.get();
      Runner overtaking = preparesAhead ? runners.get() : own;
      Thread _ =
          Thread.ofPlatform()
              .daemon()
              .name("millrace-encoder-%s-%d".formatted(name, i))
              .start(() -> work(own, overtaking));
    }
  }

  /** Requests that were admitted and are not answered. */
  int open() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Admits a request of about {@code estimate} tokens, or fails it: one rule for one text and for
   * many. Whatever its size, a request fits where nothing waits.
   */
  boolean admit(Request request, long estimate) {
    Problem refusal = refusal(request, estimate);
    if (refusal != null) {
      meter.failed(refusal.type());
      request.fail(new ProblemException(refusal));
      return false;
    }
    var _ = request.answer().whenComplete((answer, failure) -> ended(request, answer, failure));
    return true;
  }

  private @Nullable Problem refusal(Request request, long estimate) {
    lock.lock();
    try {
      if (closed) {
        return closing();
      }
      if (tokens > 0 && tokens + estimate > tokensMax) {
        return new Problem.TooMany(
            "As many tokens wait for this model as may wait.", rate.retryAfter(tokens));
      }
      open++;
      reserve(request, estimate);
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Lets {@code texts} of an admitted request wait, in place of {@code estimate} of its tokens. */
  void add(Request request, List<Text> texts, long estimate) {
    long exact = texts.stream().mapToLong(Text::count).sum();
    boolean late;
    lock.lock();
    try {
      late = closed;
      if (!late && !request.ended()) {
        reserve(request, exact - estimate);
        queue.add(request, texts);
        if (request.turn() == Turn.INTERACTIVE) {
          laneKeptUntil = System.nanoTime() + LANE_KEPT_NANOS;
        }
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      request.fail(new ProblemException(closing()));
    }
  }

  private void reserve(Request request, long more) {
    tokens += more;
    request.reserve(more);
    meter.queuedTokens(tokens);
  }

  /** Takes what an ended request left behind out of the queue, before it costs a run. */
  private void ended(Request request, @Nullable Encoded answer, @Nullable Throwable failure) {
    if (answer != null) {
      meter.answered(answer.timings(), request.turn());
    } else if (failure instanceof CancellationException) {
      meter.failed("cancelled");
    }
    lock.lock();
    try {
      open--;
      if (failure != null) {
        queue.remove(request);
      }
      reserve(request, -request.reserved());
    } finally {
      lock.unlock();
    }
  }

  /** Fails what waits and lets what runs end; completes when no thread is in a runner any more. */
  CompletableFuture<Void> close() {
    Set<Request> waiting;
    lock.lock();
    try {
      closed = true;
      waiting = queue.drain();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    waiting.forEach(request -> request.fail(new ProblemException(closing())));
    return idle;
  }

  private static Problem closing() {
    return new Problem.Unavailable(
        "inference", "The model is being unloaded.", Duration.ofSeconds(1));
  }

  private void work(Runner own, Runner overtaking) {
    try {
      while (awaitWork()) {
        if (preparesAhead) {
          runBehind(own, overtaking);
        } else {
          run(own);
        }
      }
    } finally {
      if (working.decrementAndGet() == 0) {
        boolean _ = idle.complete(null);
      }
    }
  }

  /** Waits until something waits that may run; false once closed. */
  private boolean awaitWork() {
    lock.lock();
    try {
      while (!closed && !hasWork()) {
        if (queue.isEmpty()) {
          changed.awaitUninterruptibly();
        } else {
          changed.awaitNanos(laneKeptUntil - System.nanoTime());
        }
      }
      return !closed;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts these threads
    } finally {
      lock.unlock();
    }
  }

  private boolean hasWork() {
    return queue.hasInteractive() || (!queue.isEmpty() && (preparesAhead || mayRunBulk()));
  }

  private boolean mayRunBulk() {
    return bulkRuns < bulkLanes || laneKeptUntil - System.nanoTime() <= 0;
  }

  /** Each thread is a lane. */
  private void run(Runner own) {
    Attempt attempt = taken(() -> mayRunBulk() ? queue.poll() : queue.pollInteractive(), own);
    if (attempt != null) {
      attempt.run();
      end(attempt);
    }
  }

  /**
   * Makes bulk ready while another thread has the lane. Interactive texts are taken by whoever has
   * the lane, so that they never wait behind what was made ready before they came.
   */
  private void runBehind(Runner own, Runner overtaking) {
    Attempt attempt = taken(queue::pollBulk, own);
    lanes.acquireUninterruptibly();
    try {
      runInteractive(overtaking);
      if (attempt != null) {
        attempt.run();
      }
    } finally {
      lanes.release();
    }
    if (attempt != null) {
      end(attempt);
    }
  }

  private void runInteractive(Runner overtaking) {
    for (int i = 0; i < TextQueue.INTERACTIVE_IN_A_ROW_MAX; i++) {
      Attempt attempt = taken(queue::pollInteractive, overtaking);
      if (attempt == null) {
        return;
      }
      attempt.run();
      end(attempt);
    }
  }

  /** The next batch of the queue, filled into {@code runner}; null when there is none. */
  private @Nullable Attempt taken(Polling polling, Runner runner) {
    Batch batch;
    lock.lock();
    try {
      batch = polling.poll();
      if (batch == null) {
        return null;
      }
      bulkRuns += batch.interactive() ? 0 : 1;
      for (Text text : batch.texts()) {
        reserve(text.request(), -text.count());
      }
    } finally {
      lock.unlock();
    }
    Attempt attempt = new Attempt(batch, runner);
    attempt.fill();
    return attempt;
  }

  /** One of the queue's ways to answer a batch. */
  private interface Polling {
    @Nullable Batch poll();
  }

  private void end(Attempt attempt) {
    lock.lock();
    try {
      rate.add(attempt.tokens(), attempt.nanos());
      bulkRuns -= attempt.interactive() ? 0 : 1;
      if (!queue.isEmpty()) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    attempt.answer(meter);
  }
}
