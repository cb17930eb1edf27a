package io.millrace.encoder;

/**
 * How much an encoder computes at once and keeps waiting.
 *
 * @param policy how texts become runs
 * @param tokensWaitingMax tokens that may wait for a run; more are refused
 * @param tokenizers threads that make tokens for each of the two turns
 */
public record EncoderLimits(BatchPolicy policy, long tokensWaitingMax, int tokenizers) {
  /** Refuses what makes no sense. */
  public EncoderLimits {
    if (tokensWaitingMax < 1 || tokenizers < 1) {
      throw new IllegalArgumentException("every limit of an encoder is at least 1");
    }
  }

  /** For a processor: a lane on each of {@code cores}. */
  public static EncoderLimits cpu(int cores, long tokensWaitingMax) {
    return new EncoderLimits(BatchPolicy.cpu(cores), tokensWaitingMax, Math.clamp(cores / 2, 1, 4));
  }

  /** For a GPU beside {@code cores} that make tokens. */
  public static EncoderLimits gpu(int cores, long tokensWaitingMax) {
    return new EncoderLimits(BatchPolicy.gpu(), tokensWaitingMax, Math.clamp(cores / 2, 1, 8));
  }
}
