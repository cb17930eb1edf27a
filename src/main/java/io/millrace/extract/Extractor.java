package io.millrace.extract;

import java.nio.file.Path;

/** Takes the text out of a file, or says in plain words why it cannot. */
public interface Extractor {
  /**
   * Blocks, and may take seconds of a CPU.
   *
   * @param name the document's name, a hint
   * @param declaredType what the client said the file is, a hint
   * @throws io.millrace.problem.ProblemException with {@code Unreadable} when there is no text to
   *     be had
   */
  Extraction extract(Path file, String name, String declaredType);
}
