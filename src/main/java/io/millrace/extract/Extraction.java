package io.millrace.extract;

import java.util.Collections;
import java.util.List;

/**
 * What was taken out of a file.
 *
 * @param mediaType what the file really is
 * @param title the document's own title; empty when it has none
 * @param text the normalised text; every offset of the document counts its UTF-16 units
 * @param headings in order
 * @param pages where each page begins in the text, in order; empty when the format has no pages
 * @param notice what is missing, in plain words; empty when nothing is
 */
public record Extraction(
    String mediaType,
    String title,
    String text,
    List<Heading> headings,
    List<Integer> pages,
    String notice) {
  /** Refuses offsets that are not in order or not within the text. */
  public Extraction {
    headings = List.copyOf(headings);
    pages = List.copyOf(pages);
    int at = 0;
    for (Heading heading : headings) {
      require(heading.level() > 0 && heading.start() >= at && heading.end() > heading.start());
      at = heading.end();
    }
    require(at <= text.length());
    int page = 0;
    for (int start : pages) {
      require(start >= page && start <= text.length());
      page = start;
    }
  }

  /**
   * A heading within the text.
   *
   * @param level from 1, the outermost
   */
  public record Heading(int level, int start, int end) {}

  /** Text without headings or pages. */
  public static Extraction plain(String mediaType, String text) {
    return new Extraction(mediaType, "", text, List.of(), List.of(), "");
  }

  /** The page, from 1, that holds the character at {@code offset}; 0 when there are no pages. */
  public int page(int offset) {
    int found = Collections.binarySearch(pages, offset);
    if (found < 0) {
      return -found - 1;
    }
    // Empty pages begin where the next one does: the last of them holds the character.
    while (found + 1 < pages.size() && pages.get(found + 1) == offset) {
      found++;
    }
    return found + 1;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("an offset lies outside the text or out of order");
    }
  }
}
