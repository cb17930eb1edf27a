package io.millrace.inference;

import java.util.Locale;

/**
 * How a model stands on this process; asking does not wake it.
 *
 * @param name the declared name
 * @param version what is written beside its vectors
 * @param status whether it is in memory
 * @param device where it runs
 * @param textsWaiting texts admitted and not yet answered
 */
public record ModelState(
    String name, String version, Status status, String device, int textsWaiting) {
  /** One line for operators, such as {@code bge-small-en on cpu: ready, 3 texts waiting}. */
  public String describe() {
    return "%s on %s: %s, %d texts waiting"
        .formatted(name, device, status.name().toLowerCase(Locale.ROOT), textsWaiting);
  }

  /** Whether a model is in memory. */
  public enum Status {
    /** Not in memory; the next question loads it. */
    UNLOADED,
    /** Being read. */
    LOADING,
    /** In memory. */
    READY,
    /** The last attempt to read it failed; the next question tries again. */
    FAILED,
    /** Shutting down; it takes no questions. */
    STOPPED
  }
}
