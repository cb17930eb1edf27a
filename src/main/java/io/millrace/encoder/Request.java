package io.millrace.encoder;

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
  private final AtomicLong begun = new AtomicLong();
  private final CompletableFuture<Encoded> answer = new CompletableFuture<>();
  private final long asked;
  private volatile long tokenized;
  private long reserved;

  /** A question of {@code texts} texts, asked at {@code now}, a reading of {@link System#nanoTime}. */
  Request(Turn turn, int texts, long now) {
    this.turn = turn;
    this.rows = new float[texts][];
    this.missing = new AtomicInteger(texts);
    this.asked = now;
    this.tokenized = now;
  }

  /** One of its texts, which waits. */
  record Text(Request request, int row, Tokens tokens) {
    int count() {
      return tokens.count();
    }

    void answer(float[] made, long now) {
      request.row(row, made, now);
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

  void tokenized(long now) {
    tokenized = now;
  }

  /** Returns whether {@code now} is the moment of its first run. */
  boolean begin(long now) {
    return begun.compareAndSet(0, now);
  }

  /** How long it waited for its first run. */
  Duration queued() {
    return Duration.ofNanos(Math.max(0, begun.get() - tokenized));
  }

  void fail(Throwable failure) {
    boolean _ = answer.completeExceptionally(failure);
  }

  private void row(int row, float[] made, long now) {
    rows[row] = made;
    if (missing.decrementAndGet() == 0) {
      var timings =
          new Encoded.Timings(
              Duration.ofNanos(tokenized - asked),
              queued(),
              Duration.ofNanos(now - Math.max(begun.get(), tokenized)));
      boolean _ = answer.complete(new Encoded(Arrays.asList(rows), tokens.get(), timings));
    }
  }
}
