package io.millrace.inference;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * How a model stands on this process; asking does not wake it.
 *
 * @param name the declared name
 * @param version what is written beside its vectors
 * @param task what it does: {@code embed}, {@code rerank}, {@code classify} or {@code generate}
 * @param provider where its files come from: {@code bundled} or {@code directory}
 * @param status whether it is in memory
 * @param device where it runs
 * @param memoryBytes about what it takes while it is in memory; 0 when it is not, or not known
 * @param loadMillis how long the last load took; 0 before the first
 * @param lastUsed when the last question came
 * @param textsWaiting texts admitted and not yet answered
 * @param trouble why it could not be loaded, or why it does not run on its GPU; empty when all is
 *     well
 */
public record ModelState(
    String name,
    String version,
    String task,
    String provider,
    Status status,
    String device,
    long memoryBytes,
    long loadMillis,
    Optional<Instant> lastUsed,
    int textsWaiting,
    String trouble) {
  /** One line for operators, such as {@code bge-small-en on cpu: ready, 3 texts waiting}. */
  public String describe() {
    String line =
        "%s on %s: %s, %d texts waiting"
            .formatted(name, device, status.name().toLowerCase(Locale.ROOT), textsWaiting);
    return trouble.isEmpty() ? line : line + " (" + trouble + ")";
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
