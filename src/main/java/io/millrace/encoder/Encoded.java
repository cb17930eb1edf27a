package io.millrace.encoder;

import java.time.Duration;
import java.util.List;

/**
 * What a model answered to the texts of one question.
 *
 * @param rows one per text, in order: a vector, a score or the score of each label
 * @param tokens how many the model read, special tokens included
 */
public record Encoded(List<float[]> rows, int tokens, Timings timings) {
  /** Copies the list, not the rows. */
  public Encoded {
    rows = List.copyOf(rows);
  }

  /**
   * Where the time went.
   *
   * @param tokenize until all texts were tokens
   * @param queue from then on until the first of them was run
   * @param inference from then on until the last of them had run
   */
  public record Timings(Duration tokenize, Duration queue, Duration inference) {}
}
