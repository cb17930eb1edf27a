package io.millrace.settings;

import java.time.Duration;

/**
 * Models on this process.
 *
 * @param threads texts that a model reads at the same time, each on one core; 0 means one per core
 * @param queuedTokensMax tokens that may wait for a model; more get 429
 * @param memoryMax what all models on the processor may take together; 0 means what the machine has
 *     beside the heap
 * @param loadWait how long a question waits for its model to be loaded
 */
public record InferenceSettings(
    int threads, int queuedTokensMax, DataSize memoryMax, Duration loadWait) {
  static InferenceSettings read(Section section) {
    return new InferenceSettings(
        section.number("threads", 0, 0, 256),
        section.number("queuedTokensMax", 2_000_000, 1, 1_000_000_000),
        section.size("memoryMax", new DataSize(0), DataSize.gigabytes(4096)),
        section.duration(
            "loadWait", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofHours(1)));
  }
}
