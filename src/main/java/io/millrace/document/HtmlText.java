package io.millrace.document;

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
  private static final Set<String> LINES = Set.of("tr", "dt", "dd", "option", "figcaption");

  private HtmlText() {}

  static Extraction extract(String source) {
    Document page = Jsoup.parse(source);
    page.select(UNREADABLE).remove();
    page.select(PAGE_FRAME).remove();
    var text = new TextBuilder();
    NodeTraversor.traverse(new Reader(text), main(page));
    return text.build(MediaTypes.HTML, page.title());
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

  private record Reader(TextBuilder text) implements NodeVisitor {
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
        case "h1", "h2", "h3", "h4", "h5", "h6" -> text.startHeading(name.charAt(1) - '0');
        case "br" -> text.line();
        case "li" -> {
          text.line();
          text.inline("- ");
        }
        case "td", "th" -> {
          if (element.previousElementSibling() != null) {
            text.inline(" | ");
          }
        }
        case "p", "div" -> {
          if (!opensListItem(element)) {
            text.block();
          }
        }
        default -> separate(element);
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
        case "br", "td", "th" -> {}
        default -> separate(element);
      }
    }

    private void separate(Element element) {
      if (LINES.contains(element.normalName()) || isNestedList(element)) {
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
