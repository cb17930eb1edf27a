package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** XLSX: each sheet is a page with its name as a heading, each row a line. */
final class SheetsText implements FormatReader {
  private static final String MAIN = "xl/workbook.xml";

  @Override
  public Extraction read(Path file, Allowance allowance) throws IOException {
    Limits limits = allowance.limits();
    try (ZipPackage zip = ZipPackage.open(file, allowance)) {
      var text = new TextBuilder(limits);
      Map<String, String> targets = Xml.relationships(zip, MAIN);
      var sheets = new ArrayList<Sheet>();
      var styles = new CellStyles();
      boolean _ =
          Xml.walk(
              zip,
              MAIN,
              (name, at) -> {
                if (name.equals("workbookPr")) {
                  styles.countFrom1904(at.attribute("date1904"));
                } else if (name.equals("sheet")) {
                  String member = targets.get(at.attribute("r", "id"));
                  if (member != null) {
                    sheets.add(new Sheet(at.attribute("name"), member));
                  }
                }
              });
      boolean _ = Xml.walk(zip, "xl/styles.xml", styles);
      List<String> shared = sharedStrings(zip, limits);
      for (Sheet sheet : sheets) {
        text.page();
        text.startHeading(1);
        text.inline(sheet.name());
        text.endHeading();
        boolean _ = Xml.walk(zip, sheet.member(), new Rows(text, shared, styles));
      }
      return text.build(MediaTypes.SHEETS, OfficeTitle.read(zip));
    }
  }

  /** A sheet and where it lies. */
  private record Sheet(String name, String member) {}

  private static List<String> sharedStrings(ZipPackage zip, Limits limits) throws IOException {
    var strings = new ArrayList<String>();
    boolean _ =
        Xml.walk(
            zip,
            "xl/sharedStrings.xml",
            new Xml.Visitor() {
              private final StringBuilder item = new StringBuilder();
              private boolean words;
              private boolean phonetic;
              private long characters;

              @Override
              public void start(String name, Xml at) {
                phonetic |= name.equals("rPh");
                words = name.equals("t") && !phonetic;
                if (name.equals("si")) {
                  item.setLength(0);
                }
              }

              @Override
              public void text(String some, Xml at) {
                if (words) {
                  item.append(some);
                  characters += some.length();
                  if (characters > limits.charactersMax()) {
                    throw Refusals.tooMuchText(limits.charactersMax());
                  }
                }
              }

              @Override
              public void end(String name, Xml at) {
                words = false;
                phonetic &= !name.equals("rPh");
                if (name.equals("si")) {
                  strings.add(item.toString());
                }
              }
            });
    return strings;
  }

  /** Hears the rows of a sheet. */
  private static final class Rows implements Xml.Visitor {
    private static final int GAP_MAX = 30;

    private final TextBuilder text;
    private final List<String> shared;
    private final CellStyles styles;
    private final StringBuilder value = new StringBuilder();
    private String type = "";
    private int style;
    private boolean words;
    private int column;
    private int written;

    Rows(TextBuilder text, List<String> shared, CellStyles styles) {
      this.text = text;
      this.shared = shared;
      this.styles = styles;
    }

    @Override
    public void start(String name, Xml at) {
      switch (name) {
        case "row" -> {
          column = 0;
          written = 0;
        }
        case "c" -> {
          type = at.attribute("t");
          style = Numbers.integer(at.attribute("s"), 0);
          column = columnOf(at.attribute("r"), column + 1);
          value.setLength(0);
        }
        case "v", "t" -> words = true;
        default -> {}
      }
    }

    @Override
    public void text(String characters, Xml at) {
      if (words) {
        value.append(characters);
      }
    }

    @Override
    public void end(String name, Xml at) {
      switch (name) {
        case "v", "t" -> words = false;
        case "c" -> cell(shown());
        case "row" -> text.line();
        default -> {}
      }
    }

    private void cell(String content) {
      if (content.isBlank()) {
        return;
      }
      if (written > 0) {
        // Empty cells between keep the others below their headings.
        text.inline(" |".repeat(Math.clamp(column - written, 1, GAP_MAX)) + " ");
      }
      text.inline(content);
      written = column;
    }

    private String shown() {
      String raw = value.toString();
      return switch (type) {
        case "s" -> {
          int index = Numbers.integer(raw, -1);
          yield index >= 0 && index < shared.size() ? shared.get(index) : "";
        }
        case "b" -> raw.strip().equals("1") ? "TRUE" : "FALSE";
        case "", "n" -> styles.shown(raw.strip(), style);
        default -> raw;
      };
    }

    /** {@code 28} for {@code AB7}. */
    private static int columnOf(String reference, int otherwise) {
      int column = 0;
      for (int i = 0; i < reference.length() && i < 3; i++) {
        char c = reference.charAt(i);
        if (c < 'A' || c > 'Z') {
          break;
        }
        column = column * 26 + (c - 'A' + 1);
      }
      return column == 0 ? otherwise : column;
    }
  }
}
