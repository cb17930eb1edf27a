package io.millrace.index;

/**
 * How long to wait before the next step.
 *
 * @param wakeable whether news ends it early; a pause after a failure is sat out
 */
record Pause(long millis, boolean wakeable) {
  /** More work waits. */
  static final Pause NONE = new Pause(0, true);

  /** All is done; look again soon even if the hint was lost, and to commit. */
  static final Pause UNTIL_NEWS = new Pause(250, true);
}
