package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import java.io.IOException;
import java.nio.file.Path;

/** Reads files of one kind. */
interface FormatReader {
  /**
   * The text of {@code file}, within what {@code allowance} has left.
   *
   * @throws IOException when the file is damaged
   * @throws io.millrace.problem.ProblemException when there is no text, and it is known why
   */
  Extraction read(Path file, Allowance allowance) throws IOException;
}
