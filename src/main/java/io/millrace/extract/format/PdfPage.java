package io.millrace.extract.format;

import java.util.ArrayList;
import java.util.List;

/** The lines of a page, in the order in which they were drawn. */
final class PdfPage {
  private final List<Line> lines = new ArrayList<>();

  /**
   * A line; lengths in points, {@code y} grows downwards.
   *
   * @param size of its type
   * @param firstWord width of its first word
   * @param bold whether its type is
   * @param cells how many pieces with wide gaps between them it has
   */
  record Line(
      String text,
      float size,
      float left,
      float right,
      float y,
      float firstWord,
      boolean bold,
      int cells) {}

  List<Line> lines() {
    return lines;
  }

  boolean isBlank() {
    return lines.isEmpty();
  }
}
