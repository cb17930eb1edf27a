package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** DOCX: paragraphs, headings by style, lists, tables; notes, headers and footers at the end. */
final class WordText implements FormatReader {
  private static final String MAIN = "word/document.xml";
  private static final int HEADING_LEVELS = 9;

  @Override
  public Extraction read(Path file, Allowance allowance) throws IOException {
    Limits limits = allowance.limits();
    try (ZipPackage zip = ZipPackage.open(file, allowance)) {
      var text = new TextBuilder(limits);
      Map<String, Integer> headings = headingStyles(zip);
      var body = new Body(text, headings);
      boolean paged = zip.mentions(MAIN, "lastRenderedPageBreak");
      if (paged) {
        text.page();
      }
      boolean _ = Xml.walk(zip, MAIN, body);
      for (String notes : List.of("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")) {
        text.block();
        boolean _ = Xml.walk(zip, notes, new Body(text, headings));
      }
      for (String frame : frames(zip, limits)) {
        text.block();
        text.verbatim(frame);
      }
      return text.build(MediaTypes.WORD, OfficeTitle.read(zip));
    }
  }

  /** The different headers and footers; each stands on many pages and is wanted once. */
  private static Set<String> frames(ZipPackage zip, Limits limits) throws IOException {
    var lines = new TreeSet<String>();
    for (String prefix : List.of("word/header", "word/footer")) {
      for (String member : zip.names(prefix, ".xml")) {
        var frame = new TextBuilder(limits);
        boolean _ = Xml.walk(zip, member, new Body(frame, Map.of()));
        String line = frame.build(MediaTypes.WORD, "").text().strip();
        if (!line.isEmpty()) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  /** Which styles are headings of which level, by their names or the styles they are based on. */
  private static Map<String, Integer> headingStyles(ZipPackage zip) throws IOException {
    var levels = new HashMap<String, Integer>();
    var parents = new HashMap<String, String>();
    boolean _ =
        Xml.walk(
            zip,
            "word/styles.xml",
            new Xml.Visitor() {
              private String style = "";

              @Override
              public void start(String name, Xml at) {
                switch (name) {
                  case "style" -> style = at.attribute("styleId");
                  case "name" -> note(levelByName(at.attribute("val")));
                  case "outlineLvl" -> note(Numbers.integer(at.attribute("val"), -1) + 1);
                  case "basedOn" -> parents.put(style, at.attribute("val"));
                  default -> {}
                }
              }

              private void note(int level) {
                if (level >= 1 && level <= HEADING_LEVELS) {
                  levels.putIfAbsent(style, level);
                }
              }
            });
    for (int generation = 0; generation < HEADING_LEVELS; generation++) {
      parents.forEach((style, parent) -> {
        Integer level = levels.get(parent);
        if (level != null) {
          levels.putIfAbsent(style, level);
        }
      });
    }
    return levels;
  }

  private static int levelByName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.equals("title")) {
      return 1;
    }
    return lower.startsWith("heading ") ? Numbers.integer(lower.substring(8), 0) : 0;
  }

  /** Hears a body of paragraphs and tables. */
  private static final class Body implements Xml.Visitor {
    private final TextBuilder text;
    private final Map<String, Integer> headings;
    private int tables;
    private int cells;
    private int ignoredBelow;
    private boolean words;
    private boolean firstParagraph;

    Body(TextBuilder text, Map<String, Integer> headings) {
      this.text = text;
      this.headings = headings;
    }

    @Override
    public void start(String name, Xml at) {
      if (ignoredBelow > 0) {
        return;
      }
      switch (name) {
        case "t" -> words = true;
        case "p" -> startParagraph();
        case "pStyle" -> startHeading(headings.getOrDefault(at.attribute("val"), 0));
        case "outlineLvl" -> startHeading(Numbers.integer(at.attribute("val"), 9) + 1);
        case "numPr" -> text.bullet();
        case "tab", "ptab" -> text.inline(at.depth() > 0 ? " " : "");
        case "br", "cr" -> text.line();
        case "noBreakHyphen" -> text.inline("-");
        case "lastRenderedPageBreak" -> text.pageWithin();
        case "tbl" -> startTable();
        case "tr" -> cells = 0;
        case "tc" -> {
          text.inline(cells++ > 0 ? " | " : "");
          firstParagraph = true;
        }
        case "Fallback", "del", "moveFrom", "tabs", "sectPr" -> ignoredBelow = at.depth();
        default -> {}
      }
    }

    private void startTable() {
      if (tables++ == 0) {
        text.block();
      } else {
        text.inline(" ");
      }
    }

    private void startParagraph() {
      if (tables == 0) {
        text.block();
      } else if (!firstParagraph) {
        text.inline(" ");
      }
      firstParagraph = false;
    }

    private void startHeading(int level) {
      if (tables == 0 && level >= 1 && level <= HEADING_LEVELS) {
        text.startHeading(level);
      }
    }

    @Override
    public void text(String characters, Xml at) {
      if (words && ignoredBelow == 0) {
        text.inline(characters);
      }
    }

    @Override
    public void end(String name, Xml at) {
      if (ignoredBelow > 0) {
        ignoredBelow = at.depth() < ignoredBelow ? 0 : ignoredBelow;
        return;
      }
      switch (name) {
        case "t" -> words = false;
        case "p" -> {
          if (tables == 0) {
            text.endParagraph();
          }
        }
        case "tr" -> {
          if (tables == 1) {
            text.line();
          } else {
            text.inline(" ");
          }
        }
        case "tbl" -> {
          if (--tables == 0) {
            text.block();
          }
        }
        default -> {}
      }
    }
  }
}
