package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Extraction.Heading;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds normalised text block by block and remembers where headings and pages lie. Normalised
 * means: NFC, line ends are {@code \n}, at most one empty line, no control characters, no byte
 * order marks or soft hyphens, no lone surrogates, no space at either end.
 */
final class TextBuilder {
  private static final int TITLE_LENGTH_MAX = 300;

  private final Limits limits;
  private final StringBuilder text = new StringBuilder();
  private final List<Heading> headings = new ArrayList<>();
  private final List<Integer> pages = new ArrayList<>();
  private int pagesDue;
  private int breaksDue;
  private boolean spaceDue;
  private int headingLevel;
  private int headingStart = -1;
  private int outerLevels;
  private boolean inItem;
  private int itemEnd = -1;

  TextBuilder(Limits limits) {
    this.limits = limits;
  }

  /** Running text: any white space counts as one space. */
  void inline(String fragment) {
    String clean = clean(fragment);
    for (int i = 0; i < clean.length(); i++) {
      char c = clean.charAt(i);
      if (Character.isWhitespace(c)) {
        spaceDue = true;
      } else {
        put(c);
      }
    }
    requireRoom();
  }

  /** Text whose line breaks and indentation matter, such as code or a plain text file. */
  void verbatim(String fragment) {
    for (String line : clean(fragment).split("\n", -1)) {
      String stripped = text.isEmpty() ? line.strip() : line.stripTrailing();
      if (stripped.isEmpty()) {
        breaksDue = text.isEmpty() ? 0 : Math.min(2, breaksDue + 1);
        continue;
      }
      flushBreaks();
      beginPages();
      text.append(stripped);
      breaksDue = 1;
      requireRoom();
    }
  }

  /** The next text begins a new page. */
  void page() {
    endHeading();
    block();
    pageWithin();
  }

  /** The next text begins a new line. */
  void line() {
    due(1);
  }

  /** The next text begins a new paragraph. */
  void block() {
    due(2);
  }

  /** The next text begins a new page, which need not be a new paragraph. */
  void pageWithin() {
    if (pages.size() + ++pagesDue > limits.pagesMax()) {
      throw Refusals.tooManyPages(pages.size() + pagesDue, limits.pagesMax());
    }
  }

  /** The paragraph that begins is an item of a list, unless it is a heading. */
  void bullet() {
    if (headingStart >= 0) {
      return;
    }
    if (text.length() == itemEnd && breaksDue > 1) {
      breaksDue = 1;
    }
    inline("- ");
    inItem = true;
  }

  /** Ends a paragraph, heading or item. */
  void endParagraph() {
    endHeading();
    if (inItem) {
      itemEnd = text.length();
      inItem = false;
    }
    block();
  }

  /** Headings that follow are below this many levels of headings. */
  void below(int levels) {
    outerLevels = levels;
  }

  /** Appends all of another text as paragraphs, its headings below {@link #below(int)}. */
  void append(Extraction other) {
    endHeading();
    block();
    flushBreaks();
    beginPages();
    int at = text.length();
    text.append(other.text());
    for (Heading heading : other.headings()) {
      headings.add(
          new Heading(outerLevels + heading.level(), at + heading.start(), at + heading.end()));
    }
    block();
    requireRoom();
  }

  /** How many characters may still come. */
  int room() {
    return limits.charactersMax() - text.length();
  }

  /** The text until {@link #endHeading()} is a heading of its own paragraph. */
  void startHeading(int level) {
    endHeading();
    block();
    headingLevel = outerLevels + level;
    headingStart = text.length();
  }

  void endHeading() {
    if (headingStart < 0) {
      return;
    }
    int start = headingStart;
    while (start < text.length() && text.charAt(start) == '\n') {
      start++;
    }
    if (start < text.length()) {
      headings.add(new Heading(headingLevel, start, text.length()));
    }
    headingStart = -1;
    block();
  }

  Extraction build(String mediaType, String title) {
    return build(mediaType, title, "");
  }

  /** With a word on what is missing. */
  Extraction build(String mediaType, String title, String notice) {
    endHeading();
    String own =
        title.isBlank() && !headings.isEmpty()
            ? text.substring(headings.getFirst().start(), headings.getFirst().end())
            : title;
    beginPages();
    return new Extraction(mediaType, titleOf(own), text.toString(), headings, pages, notice);
  }

  private static String titleOf(String raw) {
    String flat = clean(raw).replaceAll("\\s+", " ").strip();
    return flat.length() <= TITLE_LENGTH_MAX
        ? flat
        : flat.substring(
            0, flat.offsetByCodePoints(0, flat.codePointCount(0, TITLE_LENGTH_MAX) - 1));
  }

  private void due(int breaks) {
    breaksDue = text.isEmpty() ? 0 : Math.max(breaksDue, breaks);
    spaceDue = false;
  }

  private void put(char c) {
    if (breaksDue > 0) {
      flushBreaks();
    } else if (spaceDue && !text.isEmpty()) {
      text.append(' ');
    }
    spaceDue = false;
    beginPages();
    text.append(c);
  }

  private void beginPages() {
    for (; pagesDue > 0; pagesDue--) {
      pages.add(text.length());
    }
  }

  private void requireRoom() {
    if (text.length() > limits.charactersMax()) {
      throw Refusals.tooMuchText(limits.charactersMax());
    }
  }

  private void flushBreaks() {
    text.repeat('\n', breaksDue);
    breaksDue = 0;
    spaceDue = false;
  }

  private static String clean(String raw) {
    String lines = raw.replace("\r\n", "\n").replace('\r', '\n').replace('\u00a0', ' ');
    var kept = new StringBuilder(lines.length());
    for (int i = 0; i < lines.length(); i++) {
      char c = lines.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < lines.length()
                && Character.isLowSurrogate(lines.charAt(i + 1));
        if (pair) {
          kept.append(c).append(lines.charAt(++i));
        } else {
          kept.append('\ufffd');
        }
      } else if (c == '\f' || c == '\u2028' || c == '\u2029' || c == '\u0085') {
        kept.append('\n');
      } else if (c != '\ufeff'
          && c != '\u00ad'
          && (c == '\n' || c == '\t' || !Character.isISOControl(c))) {
        kept.append(c);
      }
    }
    return Normalizer.normalize(kept, Normalizer.Form.NFC);
  }
}
