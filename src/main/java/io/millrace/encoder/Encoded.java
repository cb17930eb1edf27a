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
   * @param tokenize on tokenising, all threads together
   * @param queue from being asked until the last of its texts began to run, less tokenising
   * @param inference in the model, all its runs together; one shared with others counts whole
   */
  public record Timings(Duration tokenize, Duration queue, Duration inference) {}
}
