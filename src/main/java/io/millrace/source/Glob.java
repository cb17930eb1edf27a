package io.millrace.source;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern over keys: {@code *} and {@code ?} stand for characters of one folder, {@code **} for
 * folders too. A pattern without a slash is about names in any folder. Takes time in proportion to
 * pattern and key, whatever the pattern.
 */
final class Glob {
  private static final int ONE = -1;
  private static final int SOME = -2;
  private static final int ALL = -3;
  private static final int FOLDERS = -4;

  private final int[] pattern;

  /** Reads {@code text}. */
  Glob(String text) {
    String whole = text.contains("/") ? text : "**/" + text;
    List<Integer> tokens = new ArrayList<>();
    for (int i = whole.startsWith("/") ? 1 : 0; i < whole.length(); i++) {
      if (whole.startsWith("**/", i)) {
        tokens.add(FOLDERS);
        i += 2;
      } else if (whole.startsWith("**", i)) {
        tokens.add(ALL);
        i++;
      } else {
        char c = whole.charAt(i);
        tokens.add(c == '*' ? SOME : c == '?' ? ONE : c);
      }
    }
    this.pattern = tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  boolean matches(String key) {
    BitSet places = new BitSet(pattern.length + 1);
    places.set(0);
    skip(places, true);
    for (int i = 0; i < key.length() && !places.isEmpty(); i++) {
      places = step(places, key.charAt(i));
    }
    return places.get(pattern.length);
  }

  private BitSet step(BitSet from, char c) {
    BitSet to = new BitSet(pattern.length + 1);
    for (int at = from.nextSetBit(0);
        at >= 0 && at < pattern.length;
        at = from.nextSetBit(at + 1)) {
      switch (pattern[at]) {
        case ONE -> to.set(at + 1, c != '/' || to.get(at + 1));
        case SOME -> to.set(at, c != '/' || to.get(at));
        case ALL -> to.set(at);
        case FOLDERS -> to.set(at);
        default -> to.set(at + 1, c == pattern[at] || to.get(at + 1));
      }
    }
    skip(to, c == '/');
    return to;
  }

  /** What may stand for nothing is passed by; folders only where one begins. */
  private void skip(BitSet places, boolean folderBegins) {
    for (int at = places.nextSetBit(0);
        at >= 0 && at < pattern.length;
        at = places.nextSetBit(at + 1)) {
      boolean nothing =
          pattern[at] == SOME || pattern[at] == ALL || (pattern[at] == FOLDERS && folderBegins);
      if (nothing) {
        places.set(at + 1);
      }
    }
  }
}
