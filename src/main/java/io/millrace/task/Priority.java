package io.millrace.task;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How urgent a task is; weights are shares of claims while all three have work. */
public enum Priority {
  /** Somebody waits for the answer. */
  HIGH(16),
  /** The default. */
  NORMAL(4),
  /** Bulk work. */
  LOW(1);

  private final int weight;

  Priority(int weight) {
    this.weight = weight;
  }

  /** The share of claims relative to the other priorities. */
  public int weight() {
    return weight;
  }

  /** The name used in every key and body: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The priority with this {@link #label()}. */
  public static Optional<Priority> ofLabel(String label) {
    return Arrays.stream(values()).filter(p -> p.label().equals(label)).findFirst();
  }
}
