package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;

/** Rows of separated values as lines; whatever separates them is found by counting. */
final class CsvText {
  private static final char[] DELIMITERS = {',', ';', '\t', '|'};
  private static final int SAMPLE_LINES = 20;
  private static final int SAMPLE_CHARACTERS = 20_000;

  private CsvText() {}

  static Extraction extract(String source, Limits limits) {
    var text = new TextBuilder(limits);
    char delimiter = delimiter(source);
    var cell = new StringBuilder();
    boolean quoted = false;
    boolean first = true;
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      if (quoted) {
        boolean twice = c == '"' && i + 1 < source.length() && source.charAt(i + 1) == '"';
        if (c != '"' || twice) {
          cell.append(c);
          i += twice ? 1 : 0;
        } else {
          quoted = false;
        }
      } else if (c == '"' && cell.toString().isBlank()) {
        cell.setLength(0);
        quoted = true;
      } else if (c == delimiter) {
        put(text, cell, first);
        first = false;
      } else if (c == '\n' || c == '\r') {
        put(text, cell, first);
        first = true;
        text.line();
      } else {
        cell.append(c);
      }
    }
    put(text, cell, first);
    return text.build(MediaTypes.CSV, "");
  }

  private static void put(TextBuilder text, StringBuilder cell, boolean first) {
    text.inline(first ? "" : " | ");
    text.inline(cell.toString());
    cell.setLength(0);
  }

  /** What stands equally often in the first lines, outside of quotes; the most frequent of such. */
  private static char delimiter(String source) {
    char best = ',';
    long bestScore = 0;
    for (char candidate : DELIMITERS) {
      long score = score(source, candidate);
      if (score > bestScore) {
        best = candidate;
        bestScore = score;
      }
    }
    return best;
  }

  private static long score(String source, char delimiter) {
    int lines = 0;
    int inLine = 0;
    int least = Integer.MAX_VALUE;
    boolean quoted = false;
    int length = Math.min(source.length(), SAMPLE_CHARACTERS);
    for (int i = 0; i < length && lines < SAMPLE_LINES; i++) {
      char c = source.charAt(i);
      quoted ^= c == '"';
      inLine += c == delimiter && !quoted ? 1 : 0;
      if (c == '\n' && !quoted) {
        least = Math.min(least, inLine);
        inLine = 0;
        lines++;
      }
    }
    return lines == 0 ? inLine : least;
  }
}
