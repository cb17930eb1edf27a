package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/** The readable part of an HTML page as normalised text. */
final class HtmlText {
  private static final String UNREADABLE =
      "script, style, noscript, template, iframe, object, embed, svg, canvas, nav, aside, button,"
          + " select, input, textarea, dialog, [hidden], [role=navigation], [role=search]";
  private static final String PAGE_FRAME =
      "header:not(article header, main header, section header),"
          + " footer:not(article footer, main footer, section footer)";
  private static final int MAIN_CHARACTERS_MIN = 200;
  private static final int ROW_CHARACTERS_MAX = 2_000;
  private static final String STRUCTURE = "table, h1, h2, h3, h4, h5, h6, ul, ol, dl, pre";
  private static final Set<String> LINES = Set.of("tr", "dt", "dd", "option", "figcaption");

  private HtmlText() {}

  static Extraction extract(String source, Limits limits) {
    var text = new TextBuilder(limits);
    return text.build(MediaTypes.HTML, append(source, text));
  }

  /** Appends the readable part of {@code source} and answers the title of the page. */
  static String append(String source, TextBuilder text) {
    Document page = Jsoup.parse(source);
    page.select(UNREADABLE).remove();
    page.select(PAGE_FRAME).remove();
    NodeTraversor.traverse(new Reader(text), main(page));
    return page.title();
  }

  /** What the page itself calls its main part, when that holds enough. */
  private static Element main(Document page) {
    for (String selector : new String[] {"main, [role=main]", "article"}) {
      var found = page.select(selector);
      if (found.size() == 1 && found.getFirst().text().length() >= MAIN_CHARACTERS_MIN) {
        return found.getFirst();
      }
    }
    return page.body();
  }

  /**
   * A row of a table.
   *
   * @param tabular whether its cells are short and belong beside each other in one line
   * @param sparse whether most of them are empty, as pages do that use tables to arrange things
   */
  private record Row(boolean tabular, boolean sparse) {
    static final Row NONE = new Row(false, false);

    static Row of(Element row) {
      if (row.selectFirst(STRUCTURE) != null) {
        return NONE;
      }
      long cells = row.children().stream().filter(Element::hasText).count();
      boolean tabular = cells >= 2 && row.text().length() <= ROW_CHARACTERS_MAX;
      return new Row(tabular, cells * 2 < row.childrenSize());
    }
  }

  private static final class Reader implements NodeVisitor {
    private final TextBuilder text;
    private Row row = Row.NONE;
    private int cells;
    private boolean inCell;

    Reader(TextBuilder text) {
      this.text = text;
    }

    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode words) {
        if (isPreformatted(words)) {
          text.verbatim(words.getWholeText());
        } else {
          text.inline(words.getWholeText());
        }
      } else if (node instanceof Element element) {
        enter(element);
      }
    }

    private void enter(Element element) {
      String name = element.normalName();
      switch (name) {
        case "tr" -> {
          text.line();
          row = Row.of(element);
          cells = 0;
        }
        case "td", "th" -> startCell(element);
        case "h1", "h2", "h3", "h4", "h5", "h6" -> text.startHeading(name.charAt(1) - '0');
        case "br" -> line();
        case "li" -> {
          text.line();
          text.inline("- ");
        }
        case "p", "div" -> {
          if (!opensListItem(element)) {
            separate(element);
          }
        }
        default -> separate(element);
      }
    }

    private void startCell(Element cell) {
      if (row.sparse() && !cell.hasText()) {
        return;
      }
      if (cells++ > 0) {
        text.inline(" | ");
      }
      inCell = row.tabular();
    }

    private void line() {
      if (inCell) {
        text.inline(" ");
      } else {
        text.line();
      }
    }

    @Override
    public void tail(Node node, int depth) {
      if (!(node instanceof Element element)) {
        return;
      }
      switch (element.normalName()) {
        case "h1", "h2", "h3", "h4", "h5", "h6" -> text.endHeading();
        case "li" -> text.line();
        case "td", "th" -> inCell = false;
        case "br" -> {}
        default -> separate(element);
      }
    }

    private void separate(Element element) {
      if (inCell) {
        text.inline(element.isBlock() ? " " : "");
      } else if (LINES.contains(element.normalName()) || isNestedList(element)) {
        text.line();
      } else if (element.isBlock()) {
        text.block();
      }
    }

    private static boolean isNestedList(Element element) {
      Element parent = element.parent();
      return parent != null
          && parent.normalName().equals("li")
          && (element.normalName().equals("ul") || element.normalName().equals("ol"));
    }

    private static boolean opensListItem(Element element) {
      Element parent = element.parent();
      return parent != null
          && parent.normalName().equals("li")
          && element.previousElementSibling() == null;
    }

    private static boolean isPreformatted(TextNode words) {
      Node parent = words.parent();
      while (parent instanceof Element element) {
        if (element.normalName().equals("pre")) {
          return true;
        }
        if (element.isBlock()) {
          return false;
        }
        parent = element.parent();
      }
      return false;
    }
  }
}
