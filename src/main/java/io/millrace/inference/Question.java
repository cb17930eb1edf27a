package io.millrace.inference;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Arrays;
import java.util.List;

/** One asked question on its way: its texts as tokens, and the vectors so far. One thread's. */
final class Question {
  private final String version;
  private final float[][] rows;
  private final Promise<Embed.Vectors> answer = Promise.promise();
  private final long askedNanos = System.nanoTime();
  private List<long[]> ids = List.of();
  private int missing;
  private long tokenizeNanos;
  private long lastBeganNanos = askedNanos;
  private long inferenceNanos;

  Question(String version, int texts) {
    this.version = version;
    this.rows = new float[texts][];
    this.missing = texts;
  }

  /** Its texts as tokens; {@code nanos} is what that took. */
  void tokenized(List<long[]> tokens, long nanos) {
    ids = tokens;
    tokenizeNanos = nanos;
  }

  int texts() {
    return rows.length;
  }

  long[] ids(int row) {
    return ids.get(row);
  }

  /** Completes with the last row, fails with the first failure. */
  Future<Embed.Vectors> answer() {
    return answer.future();
  }

  /** Whether further rows are of no use. */
  boolean ended() {
    return answer.future().isComplete();
  }

  /** One of its texts begins to run. */
  void begins() {
    lastBeganNanos = System.nanoTime();
  }

  /** The vector of one text; {@code nanos} is how long it ran. */
  void row(int row, float[] vector, long nanos) {
    rows[row] = vector;
    inferenceNanos += nanos;
    missing--;
    if (missing == 0) {
      int tokens = ids.stream().mapToInt(text -> text.length).sum();
      boolean _ =
          answer.tryComplete(new Embed.Vectors(version, Arrays.asList(rows), tokens, timing()));
    }
  }

  private Timing timing() {
    return new Timing(
        Math.max(0, lastBeganNanos - askedNanos - tokenizeNanos) / 1000,
        tokenizeNanos / 1000,
        inferenceNanos / 1000);
  }

  void fail(Throwable failure) {
    boolean _ = answer.tryFail(failure);
  }
}
