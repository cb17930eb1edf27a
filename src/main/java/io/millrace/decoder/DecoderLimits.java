package io.millrace.decoder;

/**
 * How much one decoder computes and keeps.
 *
 * @param slots sequences written at the same time, where the graph allows more than one
 * @param lengthMax longest sequence in tokens, prompt and answer together
 * @param promptChunk tokens of prompts read between two steps of the running answers
 * @param queuedMax requests that may wait for a slot; more are refused
 * @param threads cores one run may use
 */
public record DecoderLimits(int slots, int lengthMax, int promptChunk, int queuedMax, int threads) {
  /** Refuses what makes no sense. */
  public DecoderLimits {
    if (slots < 1 || lengthMax < 2 || promptChunk < 1 || queuedMax < 0 || threads < 1) {
      throw new IllegalArgumentException("every limit of a decoder is at least 1");
    }
  }
}
