package io.millrace.index;

/** Pauses that double after each failure. */
final class BackOff {
  private static final long FIRST_MS = 250;
  private static final long LONGEST_MS = 15_000;

  private long nextMs = FIRST_MS;

  /** The pause after one more failure. */
  Pause next() {
    var pause = new Pause(nextMs, false);
    nextMs = Math.min(LONGEST_MS, nextMs * 2);
    return pause;
  }

  /** It worked again. */
  void reset() {
    nextMs = FIRST_MS;
  }
}
