package io.millrace.task;

import java.util.Collection;
import java.util.Collections;
import java.util.Locale;

/**
 * The children of a task, counted: what is not yet among the ended is open.
 *
 * @param total all it ever submitted
 */
public record Children(int total, int succeeded, int failed, int dead, int cancelled) {
  /** Counts tasks that stand as {@code statuses} say. */
  public static Children of(Collection<TaskStatus> statuses) {
    return new Children(
        statuses.size(),
        Collections.frequency(statuses, TaskStatus.SUCCEEDED),
        Collections.frequency(statuses, TaskStatus.FAILED),
        Collections.frequency(statuses, TaskStatus.DEAD),
        Collections.frequency(statuses, TaskStatus.CANCELLED));
  }

  /** How many have not ended. */
  public int open() {
    return total - succeeded - failed - dead - cancelled;
  }

  /** What a child is counted as. */
  public enum Standing {
    /** Not ended. */
    OPEN,
    /** Ended well. */
    SUCCEEDED,
    /** Ended badly for good. */
    FAILED,
    /** Used up its attempts. */
    DEAD,
    /** Stopped. */
    CANCELLED;

    /** What a task of this status is counted as. */
    public static Standing of(TaskStatus status) {
      return switch (status) {
        case QUEUED, SCHEDULED, RUNNING, WAITING -> OPEN;
        case SUCCEEDED -> SUCCEEDED;
        case FAILED -> FAILED;
        case DEAD -> DEAD;
        case CANCELLED -> CANCELLED;
      };
    }

    /** The standing of this name; it must be one. */
    public static Standing ofLabel(String label) {
      return valueOf(label.toUpperCase(Locale.ROOT));
    }
  }
}
