package io.millrace.settings;

/**
 * Models on this process.
 *
 * @param threads texts that a model reads at the same time, each on one core; 0 means one per core
 * @param queuedTokensMax tokens that may wait for a model; more get 429
 */
public record InferenceSettings(int threads, int queuedTokensMax) {
  static InferenceSettings read(Section section) {
    return new InferenceSettings(
        section.number("threads", 0, 0, 256),
        section.number("queuedTokensMax", 2_000_000, 1, 1_000_000_000));
  }
}
