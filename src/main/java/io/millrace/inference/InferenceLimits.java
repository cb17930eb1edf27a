package io.millrace.inference;

/**
 * How much a process computes and keeps waiting.
 *
 * @param lanes texts that run at the same time, each on one core
 * @param queuedTextsMax texts that may wait for a model or run; more get {@code TooMany}
 * @param textsMax texts in one question
 * @param charactersMax UTF-16 units of one text
 */
public record InferenceLimits(int lanes, int queuedTextsMax, int textsMax, int charactersMax) {
  /** Refuses what makes no sense. */
  public InferenceLimits {
    if (lanes < 1 || queuedTextsMax < 1 || textsMax < 1 || charactersMax < 1) {
      throw new IllegalArgumentException("every limit of inference is at least 1");
    }
  }

  /**
   * The usual sizes of a question.
   *
   * @param threads texts that run at the same time; 0 means one per core
   */
  public static InferenceLimits of(int threads, int queuedTextsMax) {
    int lanes = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return new InferenceLimits(lanes, queuedTextsMax, 1024, 200_000);
  }
}
