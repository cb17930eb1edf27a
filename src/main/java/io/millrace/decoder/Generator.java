package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import io.millrace.decoder.Ending.FinishReason;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes answers with one decoder, as many at the same time as it has slots, on one thread of its
 * own. What finds no slot waits, up to a bound. A sequence joins at the next step and leaves at the
 * next step; the text it gets does not depend on its neighbours, but for the rounding of sums whose
 * order depends on the number of rows.
 */
public final class Generator implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Generator.class);
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);

  private final String model;
  private final DecoderSession session;
  private final TokenBytes tokens;
  private final int queuedMax;
  private final DecoderMeters meters;
  private final Slots slots;
  private final CountDownLatch closed = new CountDownLatch(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Deque<Sequence> waiting = new ArrayDeque<>();
  private boolean stopping;
  private volatile boolean hurrying;
  private volatile int busy;

  /** Owns {@code session} from here on, and closes it. */
  public Generator(
      String model,
      DecoderSession session,
      TokenBytes tokens,
      DecoderLimits limits,
      Meters meters) {
    this.model = model;
    this.session = session;
    this.tokens = tokens;
    this.queuedMax = limits.queuedMax();
    this.meters = new DecoderMeters(meters, model);
    slots = new Slots(session, limits.promptChunk(), this.meters);
    this.meters.slots(session.slots(), () -> busy, this::waiting);
    Thread _ = Thread.ofPlatform().name("millrace-decoder-" + model).start(this::loop);
  }

  /**
   * Asks for an answer to {@code prompt}; {@code listener} hears it on another thread.
   *
   * @param prompt token ids, at least one, fewer than the model holds
   * @throws ProblemException when the prompt is too long, as much waits as may, or the model stops
   */
  public Generation submit(int[] prompt, GenerationOptions options, GenerationListener listener) {
    check(prompt);
    lock.lock();
    try {
      if (stopping) {
        throw new ProblemException(stopped());
      }
      int room = session.slots() - busy;
      if (waiting.size() >= queuedMax + Math.max(room, 0)) {
        meters.refused();
        throw new ProblemException(tooMany());
      }
      Sequence sequence = new Sequence(prompt, options, listener, tokens, session);
      waiting.add(sequence);
      work.signal();
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  /** Longest prompt and answer together, in tokens. */
  public int lengthMax() {
    return session.lengthMax();
  }

  /** Sequences being written right now. */
  public int busy() {
    return busy;
  }

  private int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void check(int[] prompt) {
    if (prompt.length == 0) {
      throw new ProblemException(new Problem.Invalid("/prompt", "The prompt has no tokens."));
    }
    if (prompt.length >= session.lengthMax()) {
      throw new ProblemException(
          new Problem.Invalid(
              "/prompt",
              "The prompt has %d tokens; with at least one to answer, %s holds %d."
                  .formatted(prompt.length, model, session.lengthMax())));
    }
    for (int token : prompt) {
      if (token < 0 || token >= session.vocabulary()) {
        throw new IllegalArgumentException("token id " + token + " is outside the vocabulary");
      }
    }
  }

  private Problem tooMany() {
    Duration retryAfter = RETRY_MIN.multipliedBy(1 + waiting.size() / session.slots());
    return new Problem.TooMany("As many requests wait for %s as may.".formatted(model), retryAfter);
  }

  private static Problem stopped() {
    return new Problem.Unavailable("inference", "The model is being unloaded.", RETRY_MIN);
  }

  private void loop() {
    try {
      while (admit()) {
        slots.step();
        slots.leave(this::unwanted);
        busy = slots.busy();
      }
    } finally {
      closeSession();
      closed.countDown();
    }
  }

  /** Lets in whom there is room for; waits while there is nothing to do. False: it is over. */
  private boolean admit() {
    List<Sequence> cancelled;
    boolean over;
    lock.lock();
    try {
      while (slots.busy() == 0 && waiting.isEmpty() && !stopping) {
        work.awaitUninterruptibly();
      }
      cancelled = waiting.stream().filter(Sequence::cancelled).toList();
      boolean _ = waiting.removeAll(cancelled);
      while (!waiting.isEmpty() && slots.hasRoom()) {
        slots.join(waiting.remove());
      }
      busy = slots.busy();
      over = stopping && busy == 0;
    } finally {
      lock.unlock();
    }
    cancelled.forEach(sequence -> sequence.end(FinishReason.CANCELLED, meters));
    return !over;
  }

  private boolean unwanted(Sequence sequence) {
    return hurrying || sequence.cancelled();
  }

  private void closeSession() {
    try {
      session.close();
    } catch (OrtException e) {
      LOGGER.atError().setCause(e).addKeyValue("model", model).log("cannot close the session");
    }
  }

  /** Refuses what waits, lets what runs end for as long as {@code grace}, then cuts it short. */
  public void close(Duration grace) {
    List<Sequence> refused;
    lock.lock();
    try {
      stopping = true;
      refused = List.copyOf(waiting);
      waiting.clear();
      work.signal();
    } finally {
      lock.unlock();
    }
    refused.forEach(sequence -> sequence.fail(new ProblemException(stopped()), meters));
    if (!ended(grace)) {
      hurrying = true;
      boolean _ = ended(Duration.ofDays(1));
    }
  }

  private boolean ended(Duration patience) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (true) {
        try {
          return closed.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
          interrupted = true; // the session must not outlive its owner: wait on
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Cuts short what runs. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
