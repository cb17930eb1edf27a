package io.millrace.task;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a task stands. The last four end a round; {@code dead} alone may be left again, by a
 * redrive that starts the next round.
 */
public enum TaskStatus {
  /** In a ready list, waiting for a free slot. */
  QUEUED,
  /** Waiting for a moment: its own {@code runAt}, or the delay before a retry. */
  SCHEDULED,
  /** Held by one worker under a lease. */
  RUNNING,
  /** Ended its run and waits for its children. */
  WAITING,
  /** Ended well; it has a result. */
  SUCCEEDED,
  /** Ended badly in a way that repeating cannot mend. */
  FAILED,
  /** Used up its attempts or its crash budget; kept as a dead letter. */
  DEAD,
  /** Ended because somebody asked for it. */
  CANCELLED;

  /** Whether this status ends a round. */
  public boolean isFinal() {
    return switch (this) {
      case SUCCEEDED, FAILED, DEAD, CANCELLED -> true;
      case QUEUED, SCHEDULED, RUNNING, WAITING -> false;
    };
  }

  /** The statuses that may directly follow this one. */
  public Set<TaskStatus> next() {
    return switch (this) {
      case QUEUED -> EnumSet.of(RUNNING, CANCELLED);
      case SCHEDULED -> EnumSet.of(QUEUED, CANCELLED);
      case RUNNING -> EnumSet.of(QUEUED, SCHEDULED, WAITING, SUCCEEDED, FAILED, DEAD, CANCELLED);
      case WAITING -> EnumSet.of(QUEUED, CANCELLED);
      case DEAD -> EnumSet.of(QUEUED);
      case SUCCEEDED, FAILED, CANCELLED -> EnumSet.noneOf(TaskStatus.class);
    };
  }

  /** The name used in every key, body and metric: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status with this {@link #label()}. */
  public static Optional<TaskStatus> ofLabel(String label) {
    return Arrays.stream(values()).filter(status -> status.label().equals(label)).findFirst();
  }
}
