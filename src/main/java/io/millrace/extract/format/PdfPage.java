package io.millrace.extract.format;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The lines of a page, in the order in which they were drawn. */
final class PdfPage {
  private final List<Line> lines = new ArrayList<>();

  /**
   * A line; lengths in points, {@code y} grows downwards.
   *
   * @param size of its type
   * @param firstWord width of its first word
   * @param bold whether its type is
   * @param direction in which it runs, in degrees
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
      float direction,
      int cells) {}

  List<Line> lines() {
    return lines;
  }

  /** Leaves out what runs in another direction than most, such as a stamp at the edge. */
  void straighten() {
    var characters = new HashMap<Float, Integer>();
    lines.forEach(line -> characters.merge(line.direction(), line.text().length(), Integer::sum));
    characters.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .ifPresent(most -> lines.removeIf(line -> line.direction() != most.getKey()));
  }

  boolean isBlank() {
    return lines.isEmpty();
  }
}
