package io.millrace.task;

/**
 * The children of a task, counted: what is not yet among the ended is open.
 *
 * @param total all it ever submitted
 */
public record Children(int total, int succeeded, int failed, int dead, int cancelled) {
  /** How many have not ended. */
  public int open() {
    return total - succeeded - failed - dead - cancelled;
  }
}
