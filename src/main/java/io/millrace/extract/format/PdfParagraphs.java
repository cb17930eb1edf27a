package io.millrace.extract.format;

import io.millrace.extract.format.PdfPage.Line;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Puts paragraphs together from lines. Lines that follow one another closely in type of one size
 * are a block; within it a line goes on in the next one unless that one's first word would have had
 * room in it. Blocks in type larger than most of the document's are headings.
 */
final class PdfParagraphs {
  private static final float SAME_SIZE = 0.12f;
  private static final float LEADING_MAX = 1.35f;
  private static final float LEADING_USUAL = 1.2f;
  private static final Pattern ITEM =
      Pattern.compile("[•▪◦‣●○■□–—*-] .*|\\(?(\\d{1,2}|[a-z])[.)] .*");
  private static final int HEADING_CHARACTERS_MAX = 200;
  private static final int HEADING_LINES_MAX = 3;
  private static final int HEADING_LEVELS = 4;
  private static final float HEADING_SIZE = 1.12f;
  private static final int REPEATED_PAGES_MIN = 4;

  private final List<PdfPage> pages;
  private final TextBuilder text;
  private final Map<String, Integer> edges = new HashMap<>();
  private final Map<Integer, Integer> levels;
  private final boolean mostlyBold;

  PdfParagraphs(List<PdfPage> pages, TextBuilder text) {
    this.pages = pages;
    this.text = text;
    for (PdfPage page : pages) {
      for (Line line : edgesOf(page)) {
        edges.merge(pattern(line), 1, Integer::sum);
      }
    }
    this.levels = levels(pages);
    this.mostlyBold =
        pages.stream().flatMap(page -> page.lines().stream()).mapToInt(l -> l.bold() ? 1 : -1).sum()
            > 0;
  }

  void write() {
    for (PdfPage page : pages) {
      text.page();
      for (List<Line> block : blocks(page)) {
        write(block);
      }
    }
  }

  private static List<Line> edgesOf(PdfPage page) {
    return page.lines().size() < 2
        ? List.of()
        : List.of(page.lines().getFirst(), page.lines().getLast());
  }

  /** Running titles differ in their page number only. */
  private static String pattern(Line line) {
    return line.text().replaceAll("\\d+", "#") + "@" + Math.round(line.y() / 4);
  }

  private boolean isRunningTitle(Line line) {
    int times = edges.getOrDefault(pattern(line), 0);
    return times >= REPEATED_PAGES_MIN && times * 2 > pages.size();
  }

  /** The level of each size of type that headings are in; the most frequent size is none. */
  private static Map<Integer, Integer> levels(List<PdfPage> pages) {
    var characters = new TreeMap<Integer, Long>();
    for (PdfPage page : pages) {
      for (Line line : page.lines()) {
        characters.merge(rounded(line.size()), (long) line.text().length(), Long::sum);
      }
    }
    int body =
        characters.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse(0);
    var levels = new HashMap<Integer, Integer>();
    for (int size : characters.descendingKeySet()) {
      if (size > body * HEADING_SIZE
          && characters.getOrDefault(size, 0L) * 4 < characters.getOrDefault(body, 0L)) {
        levels.put(size, Math.min(HEADING_LEVELS, levels.size() + 1));
      }
    }
    return levels;
  }

  /** Half points. */
  private static int rounded(float size) {
    return Math.round(size * 2);
  }

  private List<List<Line>> blocks(PdfPage page) {
    List<Line> edgeLines = edgesOf(page);
    float leading = leading(page);
    var blocks = new ArrayList<List<Line>>();
    Line previous = null;
    for (Line line : page.lines()) {
      if (edgeLines.contains(line) && isRunningTitle(line)) {
        continue;
      }
      if (previous == null || !follows(previous, line, leading)) {
        blocks.add(new ArrayList<>());
      }
      blocks.getLast().add(line);
      previous = line;
    }
    return blocks;
  }

  /** The usual distance of two lines, in sizes of their type. */
  private static float leading(PdfPage page) {
    var gaps = new ArrayList<Float>();
    for (int i = 1; i < page.lines().size(); i++) {
      Line line = page.lines().get(i);
      float gap = (line.y() - page.lines().get(i - 1).y()) / Math.max(1, line.size());
      if (gap > 0.8 && gap < 3) {
        gaps.add(gap);
      }
    }
    Collections.sort(gaps);
    // Most gaps are those within paragraphs; the middle one may already be one between items.
    return gaps.isEmpty() ? LEADING_USUAL : Math.max(LEADING_USUAL, gaps.get(gaps.size() * 2 / 5));
  }

  private boolean follows(Line above, Line below, float leading) {
    float larger = Math.max(above.size(), below.size());
    boolean sameSize = Math.abs(above.size() - below.size()) <= larger * SAME_SIZE;
    float gap = below.y() - above.y();
    boolean near = gap >= 0 && gap <= Math.max(larger, 1) * leading * LEADING_MAX;
    // The next column, in the middle of a sentence.
    boolean goesOn =
        gap < 0
            && !above.text().matches(".*[.!?:]\\W*")
            && Character.isLowerCase(below.text().codePointAt(0));
    boolean sameType = above.bold() == below.bold() || levels.containsKey(rounded(below.size()));
    boolean sameKind = sameType && !ITEM.matcher(below.text()).matches();
    return sameSize && sameKind && (near || goesOn);
  }

  private void write(List<Line> block) {
    int level = headingLevel(block);
    if (level > 0) {
      text.startHeading(level);
    } else if (ITEM.matcher(block.getFirst().text()).matches()) {
      text.line();
    } else {
      text.block();
    }
    float right = 0;
    for (Line line : block) {
      right = Math.max(right, line.right());
    }
    var paragraph = new StringBuilder();
    for (int i = 0; i < block.size(); i++) {
      Line line = block.get(i);
      boolean last = i + 1 == block.size();
      if (!last && (level > 0 || runsOn(line, block.get(i + 1), right))) {
        append(paragraph, line.text(), block.get(i + 1).text());
      } else {
        text.inline(paragraph.append(line.text()).toString());
        paragraph.setLength(0);
        text.line();
      }
    }
    text.endHeading();
  }

  private int headingLevel(List<Line> block) {
    int characters = block.stream().mapToInt(line -> line.text().length()).sum();
    boolean short_ =
        block.size() <= HEADING_LINES_MAX && characters <= HEADING_CHARACTERS_MAX && characters > 2;
    boolean worded =
        block.stream()
            .anyMatch(line -> line.text().chars().filter(Character::isLetter).count() > 2);
    if (!short_ || !worded) {
      return 0;
    }
    int level = levels.getOrDefault(rounded(block.getFirst().size()), 0);
    boolean boldTitle =
        !mostlyBold
            && block.getFirst().bold()
            && block.size() <= 2
            && block.getFirst().cells() == 1
            && !block.getLast().text().matches(".*[.,;:]");
    return level == 0 && boldTitle
        ? Math.min(HEADING_LEVELS, 1 + (int) levels.values().stream().distinct().count())
        : level;
  }

  /** Whether a line ended because it was full. */
  private static boolean runsOn(Line line, Line next, float blockRight) {
    if (line.cells() > 1 || next.cells() > 1) {
      return false;
    }
    boolean nextColumn = next.y() < line.y();
    float room = blockRight - line.right();
    return nextColumn || room < next.firstWord() + line.size() * 0.3f;
  }

  private static void append(StringBuilder paragraph, String line, String next) {
    int last = line.length() - 1;
    boolean hyphen = last > 0 && "-\u00ad\u2010".indexOf(line.charAt(last)) >= 0;
    boolean within =
        hyphen
            && Character.isLetter(line.charAt(last - 1))
            && Character.isLowerCase(next.codePointAt(0));
    if (!within) {
      boolean spaceless =
          isSpaceless(line.codePointBefore(line.length())) && isSpaceless(next.codePointAt(0));
      paragraph.append(line).append(spaceless ? "" : " ");
      return;
    }
    String word = line.substring(line.lastIndexOf(' ', last) + 1, last);
    // A word of parts, such as state-of-the-art, keeps its hyphen.
    boolean ofParts = word.indexOf('-') >= 0;
    paragraph.append(line, 0, ofParts ? last + 1 : last);
  }

  /** Scripts that put no spaces between words. */
  private static boolean isSpaceless(int c) {
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
      default -> "、。，．・「」『』（）".indexOf(c) >= 0;
    };
  }
}
