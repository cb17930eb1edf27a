package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PPTX: each slide is a page with its title as a heading, then its notes. */
final class SlidesText implements FormatReader {
  private static final String MAIN = "ppt/presentation.xml";
  private static final Set<String> TITLES = Set.of("title", "ctrTitle");
  private static final Set<String> FRAME = Set.of("dt", "ftr", "sldNum", "hdr", "sldImg");

  @Override
  public Extraction read(Path file, Allowance allowance) throws IOException {
    Limits limits = allowance.limits();
    try (ZipPackage zip = ZipPackage.open(file, allowance)) {
      var text = new TextBuilder(limits);
      for (String slide : slides(zip)) {
        text.page();
        boolean _ = Xml.walk(zip, slide, new Shapes(text));
        for (String related : Xml.relationships(zip, slide).values()) {
          if (related.startsWith("ppt/notesSlides/")) {
            text.block();
            boolean _ = Xml.walk(zip, related, new Shapes(text));
          }
        }
      }
      return text.build(MediaTypes.SLIDES, OfficeTitle.read(zip));
    }
  }

  /** In the order in which they are shown. */
  private static List<String> slides(ZipPackage zip) throws IOException {
    Map<String, String> targets = Xml.relationships(zip, MAIN);
    var slides = new ArrayList<String>();
    boolean _ =
        Xml.walk(
            zip,
            MAIN,
            (name, at) -> {
              String target = targets.get(at.attribute("r", "id"));
              if (name.equals("sldId") && target != null) {
                slides.add(target);
              }
            });
    return slides;
  }

  /** Hears the shapes of a slide. */
  private static final class Shapes implements Xml.Visitor {
    private final TextBuilder text;
    private boolean words;
    private boolean title;
    private boolean frame;
    private boolean inTable;
    private int cells;
    private int ignoredBelow;

    Shapes(TextBuilder text) {
      this.text = text;
    }

    @Override
    public void start(String name, Xml at) {
      if (ignoredBelow > 0) {
        return;
      }
      switch (name) {
        case "sp", "graphicFrame" -> {
          text.block();
          title = false;
          frame = false;
        }
        case "ph" -> {
          title = TITLES.contains(at.attribute("type"));
          frame = FRAME.contains(at.attribute("type"));
        }
        case "txBody" -> {
          if (title && !inTable) {
            text.startHeading(1);
          }
        }
        case "p" -> {
          if (inTable || title) {
            text.inline(" ");
          } else {
            text.line();
          }
        }
        case "t" -> words = !frame;
        case "br" -> {
          if (inTable || title) {
            text.inline(" ");
          } else {
            text.line();
          }
        }
        case "tbl" -> {
          inTable = true;
          text.block();
        }
        case "tr" -> cells = 0;
        case "tc" -> text.inline(cells++ > 0 ? " | " : "");
        case "Fallback" -> ignoredBelow = at.depth();
        default -> {}
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
        case "txBody" -> text.endHeading();
        case "tr" -> text.line();
        case "tbl" -> inTable = false;
        case "sp", "graphicFrame" -> text.block();
        default -> {}
      }
    }
  }
}
