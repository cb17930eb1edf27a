package io.millrace.inference;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Arrays;
import java.util.List;

/** One asked question on its way: its texts as tokens, and the vectors so far. One thread's. */
final class Question {
  private final String version;
  private final List<long[]> ids;
  private final float[][] rows;
  private final Promise<Embed.Vectors> answer = Promise.promise();
  private int missing;

  Question(String version, List<long[]> ids) {
    this.version = version;
    this.ids = ids;
    this.rows = new float[ids.size()][];
    this.missing = ids.size();
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

  void row(int row, float[] vector) {
    rows[row] = vector;
    missing--;
    if (missing == 0) {
      int tokens = ids.stream().mapToInt(text -> text.length).sum();
      boolean _ = answer.tryComplete(new Embed.Vectors(version, Arrays.asList(rows), tokens));
    }
  }

  void fail(Throwable failure) {
    boolean _ = answer.tryFail(failure);
  }
}
