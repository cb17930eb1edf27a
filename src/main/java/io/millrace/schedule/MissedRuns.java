package io.millrace.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What becomes of the moments that passed while no scheduler could fire.
 *
 * @param max how many of them run at most, when all do
 */
public record MissedRuns(Policy policy, int max) {
  /** The most that may be made up for at once. */
  public static final int MAX = 100;

  /** The ways to deal with them. */
  public enum Policy {
    /** They are left out. */
    SKIP,
    /** One task stands for them all. */
    ONCE,
    /** The last ones run, each with a task of its own. */
    ALL;

    /** The name used in bodies and rows: lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The policy with this {@link #label()}. */
    public static Optional<Policy> ofLabel(String label) {
      return Arrays.stream(values()).filter(policy -> policy.label().equals(label)).findFirst();
    }
  }

  /** Refuses a number out of bounds. */
  public MissedRuns {
    if (max < 1 || max > MAX) {
      throw new IllegalArgumentException("max is " + max);
    }
  }

  /** Those of {@code late}, in their order, that still run. */
  <T> List<T> choose(List<T> late) {
    int count =
        switch (policy) {
          case SKIP -> 0;
          case ONCE -> 1;
          case ALL -> max;
        };
    return late.subList(Math.max(0, late.size() - count), late.size());
  }
}
