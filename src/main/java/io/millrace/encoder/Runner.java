package io.millrace.encoder;

/**
 * What runs batches, with memory of its own for one batch at a time. One thread's; several runners
 * of one model may run at the same time.
 */
interface Runner {
  /** Puts {@code batch} where {@link #run} finds it. */
  void fill(Batch batch) throws Exception;

  /** Runs what was filled in: {@code float[row][]}. */
  float[][] run() throws Exception;
}
