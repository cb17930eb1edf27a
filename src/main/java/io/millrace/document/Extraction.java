package io.millrace.document;

import java.util.List;

/**
 * What was taken out of a file.
 *
 * @param mediaType what the file really is
 * @param title the document's own title; empty when it has none
 * @param text the normalised text; every offset of the document counts its UTF-16 units
 * @param headings in order
 */
record Extraction(String mediaType, String title, String text, List<Heading> headings) {
  Extraction {
    headings = List.copyOf(headings);
  }

  /**
   * A heading within the text.
   *
   * @param level from 1, the outermost
   */
  record Heading(int level, int start, int end) {}
}
