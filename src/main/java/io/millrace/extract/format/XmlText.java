package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/**
 * The words between the tags of an XML file nobody knows more about: elements that hold elements
 * become paragraphs, the others lines. The parser understands no entities but the five.
 */
final class XmlText {
  private XmlText() {}

  static Extraction extract(String source, Limits limits) {
    Document document = Jsoup.parse(source, "", Parser.xmlParser());
    var text = new TextBuilder(limits);
    NodeTraversor.traverse(new Reader(text), document);
    Optional<Element> title = Optional.ofNullable(document.selectFirst(":root > title"));
    return text.build(MediaTypes.XML, title.map(Element::text).orElse(""));
  }

  private record Reader(TextBuilder text) implements NodeVisitor {
    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode words) {
        text.inline(words.getWholeText());
      } else if (node instanceof Element element) {
        separate(element);
      }
    }

    @Override
    public void tail(Node node, int depth) {
      if (node instanceof Element element) {
        separate(element);
      }
    }

    private void separate(Element element) {
      Element parent = element.parent();
      boolean amongWords =
          parent != null && parent.childNodes().stream().limit(100).anyMatch(Reader::isWords);
      if (amongWords) {
        text.inline(" ");
      } else if (element.firstElementChild() == null) {
        text.line();
      } else {
        text.block();
      }
    }

    private static boolean isWords(Node node) {
      return node instanceof TextNode words && !words.isBlank();
    }
  }
}
