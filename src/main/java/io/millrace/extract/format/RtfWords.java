package io.millrace.extract.format;

import io.millrace.extract.format.RtfGroup.Destination;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the control words and characters of an RTF file mean. */
final class RtfWords {
  /** A control word without a number. */
  static final int NONE = Integer.MIN_VALUE;

  private static final Set<String> SKIPPED =
      Set.of(
          "colortbl",
          "pict",
          "object",
          "fldinst",
          "themedata",
          "colorschememapping",
          "datastore",
          "latentstyles",
          "listtable",
          "listoverridetable",
          "rsidtbl",
          "generator",
          "nonshppict",
          "header",
          "headerl",
          "headerr",
          "headerf",
          "footer",
          "footerl",
          "footerr",
          "footerf",
          "info",
          "xmlnstbl",
          "mmathPr",
          "filetbl",
          "revtbl",
          "bkmkstart",
          "bkmkend",
          "listtext",
          "pntext",
          "author",
          "operator",
          "company",
          "private",
          "template");
  private static final Map<String, String> CHARACTERS =
      Map.of(
          "emdash",
          "\u2014",
          "endash",
          "\u2013",
          "bullet",
          "\u2022",
          "lquote",
          "\u2018",
          "rquote",
          "\u2019",
          "ldblquote",
          "\u201c",
          "rdblquote",
          "\u201d",
          "tab",
          " ",
          "enspace",
          " ");

  private final TextBuilder text;
  private final Map<Integer, Charset> fonts = new HashMap<>();
  private final Map<Integer, Integer> headings = new HashMap<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final StringBuilder name = new StringBuilder();
  private final StringBuilder title = new StringBuilder();
  private Charset charset = RtfGroup.ofCodePage(1252);
  private int font;
  private int style;
  private int fallbacksDue;
  private boolean inRow;
  private boolean cellEnded;

  RtfWords(TextBuilder text) {
    this.text = text;
  }

  String title() {
    return title.toString();
  }

  /** A character of the current code page, or a part of one. */
  void character(byte next, RtfGroup group) {
    if (fallbacksDue > 0) {
      fallbacksDue--;
    } else {
      bytes.write(next);
    }
  }

  /** Decodes the bytes that have come together. */
  void flush(RtfGroup group) {
    if (bytes.size() == 0) {
      return;
    }
    Charset current = group.charset == null ? charset : group.charset;
    String decoded = bytes.toString(current);
    bytes.reset();
    unicode(decoded, group);
  }

  /** Characters that are known. */
  void unicode(String characters, RtfGroup group) {
    if (bytes.size() > 0) {
      flush(group);
    }
    switch (group.destination) {
      case TEXT -> show(group.hidden ? "" : characters);
      case TITLE -> title.append(characters);
      case STYLES -> name.append(characters);
      case FONTS, SKIPPED -> {}
    }
  }

  private void show(String characters) {
    if (cellEnded && !characters.isBlank()) {
      text.inline(" | ");
      cellEnded = false;
    }
    text.inline(characters);
  }

  /** The end of a style's definition tells its name. */
  void endGroup(RtfGroup group) {
    fallbacksDue = 0;
    if (group.destination == Destination.STYLES) {
      String lower = name.toString().toLowerCase(Locale.ROOT).replace(";", "").strip();
      if (lower.startsWith("heading ")) {
        headings.put(style, Numbers.integer(lower.substring(8), 1));
      }
      name.setLength(0);
    }
  }

  /** A control word; {@code number} is {@link #NONE} where it has none. */
  void control(String word, int number, RtfGroup group) {
    flush(group);
    if (word.equals("u")) {
      unicode(String.valueOf((char) number), group);
      fallbacksDue = group.fallbackCharacters;
      return;
    }
    fallbacksDue = 0;
    if (SKIPPED.contains(word) && number != 0) {
      group.skip();
      return;
    }
    if (group.isShown() && shown(word, number)) {
      return;
    }
    switch (word) {
      case "ansicpg" -> charset = RtfGroup.ofCodePage(number);
      case "mac" -> charset = RtfGroup.ofCodePage(10000);
      case "pc" -> charset = RtfGroup.ofCodePage(437);
      case "pca" -> charset = RtfGroup.ofCodePage(850);
      case "uc" -> group.fallbackCharacters = Math.clamp(number, 0, 100);
      case "fonttbl" -> group.destination = Destination.FONTS;
      case "stylesheet" -> group.destination = Destination.STYLES;
      case "title" -> group.destination = Destination.TITLE;
      case "fcharset" -> fonts.put(font, RtfGroup.ofFontCharset(number));
      case "f" -> {
        font = number;
        group.charset = fonts.get(number);
      }
      case "plain" -> {
        group.charset = null;
        group.hidden = false;
      }
      case "v" -> group.hidden = number != 0;
      case "s" -> style = number;
      default -> {}
    }
  }

  /** What shows in the text itself; answers whether {@code word} is one of these. */
  private boolean shown(String word, int number) {
    switch (word) {
      case "par", "sect", "page" -> {
        text.endHeading();
        if (inRow) {
          text.inline(" ");
        } else {
          text.block();
        }
      }
      case "pard" -> inRow = false;
      case "intbl" -> inRow = true;
      case "line" -> text.line();
      case "cell", "nestcell" -> cellEnded = true;
      case "row", "nestrow" -> {
        cellEnded = false;
        text.line();
      }
      case "outlinelevel" -> startHeading(number + 1);
      case "s" -> startHeading(headings.getOrDefault(number, 0));
      default -> {
        String character = CHARACTERS.get(word);
        if (character == null) {
          return false;
        }
        text.inline(character);
      }
    }
    return true;
  }

  private void startHeading(int level) {
    if (level >= 1 && level <= 9 && !inRow) {
      text.startHeading(level);
    }
  }
}
