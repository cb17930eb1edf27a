package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** ODT, ODS and ODP: headings, paragraphs, lists, tables; slides and sheets are pages. */
final class OpenDocumentText implements FormatReader {
  private static final Set<String> IGNORED =
      Set.of("tracked-changes", "sequence-decls", "forms", "bookmark-ref", "page-number");

  @Override
  public Extraction read(Path file, Allowance allowance) throws IOException {
    Limits limits = allowance.limits();
    try (ZipPackage zip = ZipPackage.open(file, allowance)) {
      if (zip.mentions("META-INF/manifest.xml", "encryption-data")) {
        throw Refusals.encrypted();
      }
      var text = new TextBuilder(limits);
      var body = new Body(text);
      boolean _ = Xml.walk(zip, "content.xml", body);
      text.block();
      boolean _ = Xml.walk(zip, "styles.xml", new Frames(text));
      return text.build(body.mediaType, OfficeTitle.read(zip, "meta.xml"));
    }
  }

  /** Headers and footers lie among the styles. */
  private static final class Frames implements Xml.Visitor {
    private final TextBuilder text;
    private @Nullable Body frame;
    private int below;

    Frames(TextBuilder text) {
      this.text = text;
    }

    @Override
    public void start(String name, Xml at) {
      if (frame == null && (name.equals("header") || name.equals("footer"))) {
        frame = new Body(text);
        below = at.depth();
      } else if (frame != null) {
        frame.start(name, at);
      }
    }

    @Override
    public void text(String characters, Xml at) {
      if (frame != null) {
        frame.text(characters, at);
      }
    }

    @Override
    public void end(String name, Xml at) {
      if (frame != null && at.depth() < below) {
        frame = null;
      } else if (frame != null) {
        frame.end(name, at);
      }
    }
  }

  /** Hears a body of paragraphs and tables. */
  private static final class Body implements Xml.Visitor {
    private final TextBuilder text;
    private String mediaType = MediaTypes.OPEN_TEXT;
    private int paragraphs;
    private int tables;
    private int cells;
    private boolean item;
    private int ignoredBelow;

    Body(TextBuilder text) {
      this.text = text;
    }

    @Override
    public void start(String name, Xml at) {
      if (ignoredBelow > 0) {
        return;
      }
      if (IGNORED.contains(name)) {
        ignoredBelow = at.depth();
        return;
      }
      switch (name) {
        case "spreadsheet" -> mediaType = MediaTypes.OPEN_SHEETS;
        case "presentation" -> mediaType = MediaTypes.OPEN_SLIDES;
        case "page" -> text.page();
        case "table" -> startTable(at.attribute("name"));
        case "table-row" -> cells = 0;
        case "table-cell", "covered-table-cell" -> text.inline(cells++ > 0 ? " | " : "");
        case "list-item" -> item = true;
        case "h" -> startParagraph(Math.max(1, Numbers.integer(at.attribute("outline-level"), 1)));
        case "p" -> startParagraph(0);
        case "tab", "s" -> text.inline(" ");
        case "line-break" -> text.line();
        default -> {}
      }
    }

    private void startTable(String name) {
      if (mediaType.equals(MediaTypes.OPEN_SHEETS) && tables == 0) {
        text.page();
        text.startHeading(1);
        text.inline(name);
        text.endHeading();
      }
      tables++;
    }

    private void startParagraph(int level) {
      paragraphs++;
      if (tables > 0) {
        text.inline(" ");
      } else if (level > 0) {
        text.startHeading(level);
      } else {
        text.block();
        if (item) {
          text.bullet();
        }
      }
      item = false;
    }

    @Override
    public void text(String characters, Xml at) {
      if (paragraphs > 0 && ignoredBelow == 0) {
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
        case "p", "h" -> {
          paragraphs--;
          if (tables == 0) {
            text.endParagraph();
          }
        }
        case "table-row" -> text.line();
        case "table" -> {
          tables--;
          text.block();
        }
        default -> {}
      }
    }
  }
}
