package io.millrace.index;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds names that are no words: files, error codes, part numbers, paths, names out of programs.
 * They are kept whole beside the words that prose makes of them, so that exactly this one wins.
 */
final class Identifiers {
  private static final int LENGTH_MIN = 3;
  private static final int LENGTH_MAX = 200;
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern AROUND =
      Pattern.compile("^[^\\p{L}\\p{N}/\\\\._#@-]+|[^\\p{L}\\p{N}]+$");

  /** A sign within, a number beside letters, or a capital after a small letter. */
  private static final Pattern SHAPE =
      Pattern.compile(
          "[\\p{L}\\p{N}].*[_/\\\\.:@#=-].*[\\p{L}\\p{N}]|\\p{L}.*\\p{N}|\\p{N}.*\\p{L}"
              + "|.*\\p{Ll}\\p{Lu}.*");

  /** What no sentence has: an underscore or another sign within, three digits, or mixed case. */
  private static final Pattern CERTAIN =
      Pattern.compile(
          ".*[\\p{L}\\p{N}][_/\\\\@#][\\p{L}\\p{N}].*|.*\\p{L}\\p{N}*\\.\\p{L}\\p{L}.*"
              + "|(?=.*\\p{N}.*\\p{N}.*\\p{N})(?=.*\\p{L}).*|.*\\p{Ll}\\p{Lu}.*\\p{Ll}.*");

  private Identifiers() {}

  /** The identifiers in {@code text}, in lower case. */
  static Set<String> in(String text) {
    var found = new LinkedHashSet<String>();
    for (String piece : SPACE.split(text, -1)) {
      String bare = AROUND.matcher(piece).replaceAll("");
      if (bare.length() >= LENGTH_MIN
          && bare.length() <= LENGTH_MAX
          && SHAPE.matcher(bare).matches()) {
        found.add(bare.toLowerCase(Locale.ROOT));
      }
    }
    return found;
  }

  /** Whether {@code text} is identifiers and nothing else, beyond doubt. */
  static boolean only(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      return false;
    }
    for (String piece : SPACE.split(stripped, -1)) {
      if (piece.length() > LENGTH_MAX
          || !CERTAIN.matcher(AROUND.matcher(piece).replaceAll("")).matches()) {
        return false;
      }
    }
    return true;
  }
}
