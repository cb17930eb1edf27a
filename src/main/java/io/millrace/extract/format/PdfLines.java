package io.millrace.extract.format;

import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/** Collects the lines of all pages with their places. */
final class PdfLines extends PDFTextStripper {
  private static final Pattern BOLD = Pattern.compile("(?i)bold|black|heavy|cmbx|-bd|demi");
  private static final float CELL_GAP = 1.5f;

  private final Limits limits;
  private final List<PdfPage> pages = new ArrayList<>();
  private PdfPage page = new PdfPage();
  private long characters;
  private int broken;

  private final StringBuilder line = new StringBuilder();
  private float size;
  private float left;
  private float right;
  private float y;
  private float firstWord;
  private int longest;
  private float direction;
  private boolean bold;
  private int cells;

  PdfLines(Limits limits) {
    this.limits = limits;
    setSuppressDuplicateOverlappingText(true);
  }

  List<PdfPage> pages() {
    return pages;
  }

  /** Pages whose content is damaged; what could be read of them is there. */
  int brokenPages() {
    return broken;
  }

  @Override
  public void processPage(PDPage next) throws IOException {
    addBlankPages(getCurrentPageNo() - 1);
    page = new PdfPage();
    pages.add(page);
    try {
      super.processPage(next);
    } catch (IOException | IllegalArgumentException | ClassCastException | NullPointerException e) {
      broken++; // whatever such a page makes a parser throw: the others may be sound
    } catch (IndexOutOfBoundsException | IllegalStateException | ArithmeticException e) {
      broken++;
    }
    endLine();
    page.straighten();
  }

  /** Pages without any content are passed over by our parent. */
  void addBlankPages(int until) {
    while (pages.size() < until) {
      pages.add(new PdfPage());
    }
  }

  @Override
  protected void writeString(String text, List<TextPosition> positions) {
    if (positions.isEmpty() || text.isEmpty()) {
      return;
    }
    TextPosition first = positions.getFirst();
    TextPosition last = positions.getLast();
    float end = last.getXDirAdj() + last.getWidthDirAdj();
    if (line.isEmpty()) {
      longest = 0;
      direction = first.getDir();
      left = first.getXDirAdj();
      y = first.getYDirAdj();
      firstWord = end - left;
      right = end;
      bold = true;
      cells = 1;
    } else if (first.getXDirAdj() - right > size * CELL_GAP) {
      line.append("| ");
      cells++;
    }
    // The type of a line is that of its longest word and not of a bullet before it.
    if (text.length() > longest) {
      longest = text.length();
      size = last.getYScale();
    }
    right = Math.max(right, end);
    bold &= isBold(last.getFont());
    line.append(text);
    characters += text.length();
    if (characters > limits.charactersMax()) {
      throw Refusals.tooMuchText(limits.charactersMax());
    }
  }

  @Override
  protected void writeWordSeparator() {
    line.append(' ');
  }

  @Override
  protected void writeLineSeparator() {
    endLine();
  }

  @Override
  protected void writeParagraphEnd() {
    endLine();
  }

  @Override
  protected void writePageEnd() {
    endLine();
  }

  private static boolean isBold(PDFont font) {
    String name = font.getName();
    return name != null && BOLD.matcher(name).find();
  }

  private void endLine() {
    String text = line.toString().strip();
    line.setLength(0);
    if (!text.isEmpty()) {
      page.lines()
          .add(new PdfPage.Line(text, size, left, right, y, firstWord, bold, direction, cells));
    }
  }
}
