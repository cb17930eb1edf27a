package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.jsoup.Jsoup;

/** Markdown (CommonMark with tables) as normalised text; HTML in it gives its text only. */
final class MarkdownText {
  private static final int NESTING_MAX = 100;
  private static final Pattern FRONT_MATTER =
      Pattern.compile("\\A---[ \\t]*\\n(.{0,8000}?)\\n---[ \\t]*(\\n|\\z)", Pattern.DOTALL);
  private static final Pattern FRONT_TITLE =
      Pattern.compile("^title:[ \\t]*[\"']?(.{1,300}?)[\"']?[ \\t]*$", Pattern.MULTILINE);

  private MarkdownText() {}

  static Extraction extract(String source, Limits limits) {
    String lines = source.replace("\r\n", "\n");
    Matcher front = FRONT_MATTER.matcher(lines);
    boolean hasFront = front.find();
    Matcher title = FRONT_TITLE.matcher(hasFront ? front.group(1) : "");
    var text = new TextBuilder(limits);
    walk(parser().parse(hasFront ? lines.substring(front.end()) : lines), text);
    return text.build(MediaTypes.MARKDOWN, title.find() ? title.group(1) : "");
  }

  private static Parser parser() {
    return Parser.builder()
        .extensions(List.of(TablesExtension.create()))
        .maxOpenBlockParsers(NESTING_MAX)
        .maxInlineNesting(NESTING_MAX)
        .build();
  }

  /** Depth first without recursion, so that no nesting can exhaust the stack. */
  private static void walk(Node root, TextBuilder text) {
    Node node = root;
    enter(node, text);
    while (true) {
      if (node.getFirstChild() != null) {
        node = node.getFirstChild();
        enter(node, text);
        continue;
      }
      while (node.getParent() != null && node.getNext() == null) {
        leave(node, text);
        node = node.getParent();
      }
      leave(node, text);
      if (node.getParent() == null) {
        return;
      }
      node = node.getNext();
      enter(node, text);
    }
  }

  private static void enter(Node node, TextBuilder text) {
    switch (node) {
      case Heading heading -> text.startHeading(heading.getLevel());
      case Text words -> text.inline(words.getLiteral());
      case Code code -> text.inline(code.getLiteral());
      case SoftLineBreak _ -> text.inline(" ");
      case HardLineBreak _ -> text.line();
      case FencedCodeBlock code -> verbatim(code.getLiteral(), text);
      case IndentedCodeBlock code -> verbatim(code.getLiteral(), text);
      case HtmlBlock html -> {
        text.block();
        text.inline(Jsoup.parseBodyFragment(html.getLiteral()).text());
        text.block();
      }
      case ListItem _ -> {
        text.line();
        text.inline("- ");
      }
      case Paragraph paragraph when isFirstInItem(paragraph) -> text.inline(" ");
      case ListBlock list when list.getParent() instanceof ListItem -> text.line();
      case TableRow _ -> text.line();
      case TableCell cell when cell.getPrevious() != null -> text.inline(" | ");
      case Block _ -> text.block();
      default -> {}
    }
  }

  private static void leave(Node node, TextBuilder text) {
    switch (node) {
      case Heading _ -> text.endHeading();
      case TableCell _ -> {}
      case TableRow _ -> text.line();
      case ListItem _ -> text.line();
      case ListBlock list when list.getParent() instanceof ListItem -> text.line();
      case Paragraph paragraph when paragraph.getParent() instanceof ListItem -> text.line();
      case Block _ -> text.block();
      default -> {}
    }
  }

  private static boolean isFirstInItem(Paragraph paragraph) {
    return paragraph.getParent() instanceof ListItem && paragraph.getPrevious() == null;
  }

  private static void verbatim(String code, TextBuilder text) {
    text.block();
    text.verbatim(code);
    text.block();
  }
}
