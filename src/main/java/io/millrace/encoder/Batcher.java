package io.millrace.encoder;

import io.millrace.encoder.Request.Text;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.process.Background;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what waits, on threads of its own. A free lane takes the next run at once; nothing ever
 * waits for a batch to fill.
 *
 * <p>On a processor both turns have all lanes, and threads of their own: those of the bulk run in
 * the background, so that the operating system lets an interactive text overtake them within a run.
 * A GPU has one lane for both. There a further thread makes the next bulk ready meanwhile, and an
 * interactive text waits for at most one run.
 */
final class Batcher {
  /** Interactive runs that may overtake a bulk that waits for the same lane. */
  static final int INTERACTIVE_IN_A_ROW_MAX = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final TextQueue queue;
  private final Rate rate;
  private final long tokensMax;
  private final Condition interactiveAdded = lock.newCondition();
  private final Condition bulkAdded;
  private final Semaphore lanes;
  private final RunMeter meter;
  private final AtomicInteger working;
  private final CompletableFuture<Void> idle = new CompletableFuture<>();

  // Guarded by the lock.
  private long tokens;
  private int open;
  private boolean closed;

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
    this.bulkAdded = policy.preparesAhead() ? interactiveAdded : lock.newCondition();
    this.meter = meter;
    this.working = new AtomicInteger(2 * policy.lanes());
    for (int lane = 0; lane < policy.lanes(); lane++) {
      Runner one = runners.get();
      Runner other = runners.get();
      if (policy.preparesAhead()) {
        Runner overtaking = runners.get();
        Runner otherOvertaking = runners.get();
        start(name, lane, () -> sharing(one, overtaking));
        start(name, policy.lanes() + lane, () -> sharing(other, otherOvertaking));
      } else {
        start(name, lane, () -> running(Turn.INTERACTIVE, one));
        start(name + "-bulk", lane, () -> inBackground(other));
      }
    }
  }

  private void start(String name, int number, Runnable work) {
    Thread _ =
        Thread.ofPlatform()
            .daemon()
            .name("millrace-encoder-%s-%d".formatted(name, number))
            .start(() -> untilClosed(work));
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
        added(request.turn()).signalAll();
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
      added(Turn.INTERACTIVE).signalAll();
      added(Turn.BULK).signalAll();
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

  private void untilClosed(Runnable work) {
    try {
      work.run();
    } finally {
      if (working.decrementAndGet() == 0) {
        boolean _ = idle.complete(null);
      }
    }
  }

  private void inBackground(Runner own) {
    Background.join();
    running(Turn.BULK, own);
  }

  /** A lane of one turn. */
  private void running(Turn turn, Runner own) {
    while (await(turn, () -> queue.has(turn))) {
      boolean _ = run(turn, own);
    }
  }

  /**
   * Makes bulk ready while another thread has the lane. Interactive texts are taken by whoever has
   * the lane, so that they never wait behind what was made ready before they came.
   */
  private void sharing(Runner own, Runner overtaking) {
    while (await(Turn.BULK, () -> !queue.isEmpty())) {
      Attempt attempt = taken(Turn.BULK, own);
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
  }

  private void runInteractive(Runner overtaking) {
    int runs = 0;
    while (runs < INTERACTIVE_IN_A_ROW_MAX && run(Turn.INTERACTIVE, overtaking)) {
      runs++;
    }
  }

  /** Waits until what this thread takes waits; false once closed. */
  private boolean await(Turn turn, BooleanSupplier waiting) {
    lock.lock();
    try {
      while (!closed && !waiting.getAsBoolean()) {
        added(turn).awaitUninterruptibly();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private Condition added(Turn turn) {
    return switch (turn) {
      case INTERACTIVE -> interactiveAdded;
      case BULK -> bulkAdded;
    };
  }

  /** Runs the next batch of this turn; false when there is none. */
  private boolean run(Turn turn, Runner runner) {
    Attempt attempt = taken(turn, runner);
    if (attempt == null) {
      return false;
    }
    attempt.run();
    end(attempt);
    return true;
  }

  /** The next batch of this turn, filled into {@code runner}; null when there is none. */
  private @Nullable Attempt taken(Turn turn, Runner runner) {
    Batch batch;
    lock.lock();
    try {
      batch = queue.poll(turn);
      if (batch == null) {
        return null;
      }
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

  private void end(Attempt attempt) {
    lock.lock();
    try {
      rate.add(attempt.tokens(), attempt.nanos());
    } finally {
      lock.unlock();
    }
    attempt.answer(meter);
  }
}
