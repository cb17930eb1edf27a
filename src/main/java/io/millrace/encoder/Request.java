package io.millrace.encoder;

import io.millrace.model.Tokens;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One question on its way: its answer so far. Threads of several lanes fill in rows. Whoever asked
 * may cancel the answer, which takes what still waits out of the queue.
 */
final class Request {
  private final Turn turn;
  private final float[][] rows;
  private final AtomicInteger missing;
  private final AtomicInteger tokens = new AtomicInteger();
  private final AtomicLong tokenizeNanos = new AtomicLong();
  private final AtomicLong inferenceNanos = new AtomicLong();
  private final AtomicLong lastBegan;
  private final CompletableFuture<Encoded> answer = new CompletableFuture<>();
  private final long asked;
  private long reserved;

  /** A question of {@code texts} texts, asked at {@code now} by {@link System#nanoTime}. */
  Request(Turn turn, int texts, long now) {
    this.turn = turn;
    this.rows = new float[texts][];
    this.missing = new AtomicInteger(texts);
    this.asked = now;
    this.lastBegan = new AtomicLong(now);
  }

  /** One of its texts, which waits. */
  record Text(Request request, int row, Tokens tokens) {
    int count() {
      return tokens.count();
    }

    void answer(float[] made) {
      request.row(row, made);
    }
  }

  Text text(int row, Tokens made) {
    tokens.addAndGet(made.count());
    return new Text(this, row, made);
  }

  Turn turn() {
    return turn;
  }

  CompletableFuture<Encoded> answer() {
    return answer;
  }

  /** Whether further rows are of no use to anybody. */
  boolean ended() {
    return answer.isDone();
  }

  /** Adds to the tokens that wait in its name. Guarded by the batcher's lock. */
  void reserve(long more) {
    reserved += more;
  }

  /** The tokens that wait in its name. Guarded by the batcher's lock. */
  long reserved() {
    return reserved;
  }

  /** Some of its texts became tokens. */
  void tokenized(long nanos) {
    tokenizeNanos.addAndGet(nanos);
  }

  /** Some of its texts begin to run. */
  void begins(long now) {
    lastBegan.accumulateAndGet(now, Math::max);
  }

  /** Some of its texts have run; comes before their rows. */
  void ran(long nanos) {
    inferenceNanos.addAndGet(nanos);
  }

  void fail(Throwable failure) {
    boolean _ = answer.completeExceptionally(failure);
  }

  private void row(int row, float[] made) {
    rows[row] = made;
    if (missing.decrementAndGet() == 0) {
      boolean _ = answer.complete(new Encoded(Arrays.asList(rows), tokens.get(), timings()));
    }
  }

  private Encoded.Timings timings() {
    long queued = lastBegan.get() - asked - tokenizeNanos.get();
    return new Encoded.Timings(
        Duration.ofNanos(tokenizeNanos.get()),
        Duration.ofNanos(Math.max(0, queued)),
        Duration.ofNanos(inferenceNanos.get()));
  }
}
