package io.millrace.inference;

/**
 * Where the time of one question went.
 *
 * @param queueMicros from its admission until the last of its texts began to run, less tokenising;
 *     loading the model is part of it
 * @param tokenizeMicros turning its texts into tokens
 * @param inferenceMicros in the model, all its runs together; a run that was shared counts whole
 */
public record Timing(long queueMicros, long tokenizeMicros, long inferenceMicros) {
  /** Nothing was measured. */
  public static final Timing NONE = new Timing(0, 0, 0);

  /** Of two parts of one request: they waited side by side, and worked one beside the other. */
  public Timing and(Timing other) {
    return new Timing(
        Math.max(queueMicros, other.queueMicros),
        tokenizeMicros + other.tokenizeMicros,
        inferenceMicros + other.inferenceMicros);
  }
}
