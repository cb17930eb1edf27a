package io.millrace.encoder;

/**
 * How waiting texts become runs.
 *
 * @param lanes runs at the same time
 * @param preparesAhead whether a batch is made ready while every lane runs
 * @param tokensMax tokens that one run computes, padding included
 * @param rowsMax texts in one run
 * @param aloneAbove a text of more tokens runs alone
 * @param paddingMax the share of a run that may be padding
 * @param window how many texts behind the oldest one may join its run
 */
public record BatchPolicy(
    int lanes,
    boolean preparesAhead,
    int tokensMax,
    int rowsMax,
    int aloneAbove,
    double paddingMax,
    int window) {
  /** Refuses what makes no sense. */
  public BatchPolicy {
    if (lanes < 1 || tokensMax < 1 || rowsMax < 1 || aloneAbove < 0 || window < 0) {
      throw new IllegalArgumentException("a limit of batches is too small");
    }
    if (!(paddingMax >= 0 && paddingMax < 1)) {
      throw new IllegalArgumentException("paddingMax is a share below 1");
    }
  }

  /**
   * For processors: one thread a lane. Above about 64 tokens a run uses a core fully, and padding
   * costs more than a batch gains; only short texts run together.
   */
  public static BatchPolicy cpu(int lanes) {
    return new BatchPolicy(lanes, false, 512, 16, 64, 0.1, 256);
  }

  /** For a GPU: one run at a time, as large as it pays, and the next one ready behind it. */
  public static BatchPolicy gpu() {
    return new BatchPolicy(1, true, 16_384, 256, Integer.MAX_VALUE, 0.2, 2_048);
  }

  /** The same, but each text runs alone, so that no answer depends on who else asked. */
  public BatchPolicy alone() {
    return new BatchPolicy(lanes, preparesAhead, tokensMax, 1, aloneAbove, paddingMax, window);
  }

  /** Whether one text with {@code tokens} tokens may run together with others. */
  boolean joins(int tokens) {
    return rowsMax > 1 && tokens <= aloneAbove;
  }

  /** Whether {@code rows} texts of together {@code tokens}, at most {@code longest}, fit a run. */
  boolean fits(int rows, int tokens, int longest) {
    long padded = (long) rows * longest;
    return rows <= rowsMax && padded <= tokensMax && padded - tokens <= paddingMax * padded;
  }
}
