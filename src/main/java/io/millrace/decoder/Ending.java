package io.millrace.decoder;

import java.time.Duration;

/**
 * How an answer ended and what it took.
 *
 * @param reason why nothing follows
 * @param promptTokens tokens of the prompt that were read
 * @param completionTokens tokens chosen, the ending one included
 * @param queued from asking until a slot was free
 * @param untilFirstToken from asking until the first token was chosen; all the time when none was
 * @param total from asking until the end
 */
public record Ending(
    FinishReason reason,
    int promptTokens,
    int completionTokens,
    Duration queued,
    Duration untilFirstToken,
    Duration total) {
  /** Why nothing follows. */
  public enum FinishReason {
    /** The model said that it is done, or a stop string was met. */
    STOP,
    /** As many tokens as were asked for, or as fit into the model. */
    LENGTH,
    /** Nobody wants the rest. */
    CANCELLED
  }
}
