package io.millrace.inference;

import io.millrace.encoder.EncoderLimits;
import io.millrace.model.Placement;

/**
 * How much a process computes and keeps waiting.
 *
 * @param lanes texts that run at the same time, each on one core
 * @param queuedTokensMax tokens that may wait for a run of one model; more get {@code TooMany}
 * @param textsMax texts in one question
 * @param charactersMax UTF-16 units of one text
 */
public record InferenceLimits(int lanes, long queuedTokensMax, int textsMax, int charactersMax) {
  /** Refuses what makes no sense. */
  public InferenceLimits {
    if (lanes < 1 || queuedTokensMax < 1 || textsMax < 1 || charactersMax < 1) {
      throw new IllegalArgumentException("every limit of inference is at least 1");
    }
  }

  /**
   * The usual sizes of a question.
   *
   * @param threads texts that run at the same time; 0 means one per core
   */
  public static InferenceLimits of(int threads, long queuedTokensMax) {
    int lanes = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return new InferenceLimits(lanes, queuedTokensMax, 1024, 200_000);
  }

  /** What of this is an encoder's which runs there. */
  EncoderLimits encoder(Placement placement) {
    return placement.gpu()
        ? EncoderLimits.gpu(lanes, queuedTokensMax)
        : EncoderLimits.cpu(lanes, queuedTokensMax);
  }
}
