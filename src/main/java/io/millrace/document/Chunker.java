package io.millrace.document;

import io.millrace.extract.Extraction;
import io.millrace.extract.Extraction.Heading;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Cuts normalised text into passages: whole sentences, about 1,000 characters (some 200 tokens of
 * English), not across sections unless these are tiny, each with the headings above it. Passages
 * are stretches of the text, in order and without overlap. {@link Passages} makes those smaller
 * that a model would not read whole.
 */
final class Chunker {
  /** Raised whenever the same text may give other passages than before. */
  static final int VERSION = 2;

  private static final int TARGET_CHARACTERS = 1_000;
  private static final double PARAGRAPH_MIN = 0.7;
  private static final double SECTION_MIN = 0.3;
  private static final int HEADING_CHARACTERS_MAX = 120;
  private static final int PATH_CHARACTERS_MAX = 500;
  private static final String PATH_SEPARATOR = " › ";

  private final String text;
  private final int target;
  private final List<Chunk> chunks = new ArrayList<>();
  private final Deque<Heading> path = new ArrayDeque<>();
  private int start = -1;
  private int end;
  private boolean hasBody;
  private String heading = "";

  private Chunker(String text, int target) {
    this.text = text;
    this.target = target;
  }

  /** A stretch of the text, and the headings above it. */
  record Chunk(int start, int end, String heading) {
    /** What a model reads of it: the headings above a passage belong to what it means. */
    String read(String text) {
      String words = text.substring(start, end);
      return heading.isEmpty() ? words : heading + "\n" + words;
    }
  }

  /** The passages of {@code extraction}. */
  static List<Chunk> chunks(Extraction extraction) {
    var chunker = new Chunker(extraction.text(), TARGET_CHARACTERS);
    int at = 0;
    for (Heading next : extraction.headings()) {
      chunker.body(at, next.start());
      chunker.heading(next);
      at = next.end();
    }
    chunker.body(at, extraction.text().length());
    chunker.flush();
    return List.copyOf(chunker.chunks);
  }

  /** {@code chunk} in pieces of at most {@code target} characters. */
  static List<Chunk> smaller(String text, Chunk chunk, int target) {
    var chunker = new Chunker(text, target);
    chunker.body(chunk.start(), chunk.end());
    chunker.flush();
    return chunker.chunks.stream()
        .map(piece -> new Chunk(piece.start(), piece.end(), chunk.heading()))
        .toList();
  }

  private void heading(Heading next) {
    if (hasBody && end - start >= target * SECTION_MIN) {
      flush();
    }
    while (!path.isEmpty() && path.getLast().level() >= next.level()) {
      path.removeLast();
    }
    path.addLast(next);
    for (Sentences.Range piece : pieces(next.start(), next.end())) {
      append(piece, false);
    }
  }

  private void body(int from, int to) {
    for (int at = from; at < to; ) {
      int gap = text.indexOf("\n\n", at);
      int paragraphEnd = gap < 0 || gap > to ? to : gap;
      paragraph(at, paragraphEnd);
      at = paragraphEnd + 2;
    }
  }

  private void paragraph(int from, int to) {
    if (hasBody && end - start >= target * PARAGRAPH_MIN) {
      flush();
    }
    for (Sentences.Range sentence : Sentences.of(text, from, to)) {
      for (Sentences.Range piece : pieces(sentence.start(), sentence.end())) {
        append(piece, true);
      }
    }
  }

  private void append(Sentences.Range piece, boolean isBody) {
    if (start >= 0 && piece.end() - start > target) {
      flush();
    }
    if (start < 0) {
      start = piece.start();
    }
    end = piece.end();
    if (!hasBody) {
      heading = pathText();
    }
    hasBody |= isBody;
  }

  private void flush() {
    if (start >= 0) {
      chunks.add(new Chunk(start, end, heading));
    }
    start = -1;
    hasBody = false;
  }

  /** A sentence that is too long, cut at line ends or spaces, never within a character. */
  private List<Sentences.Range> pieces(int from, int to) {
    var pieces = new ArrayList<Sentences.Range>();
    int at = from;
    while (to - at > target) {
      int cut = cutBefore(at + target / 2, at + target);
      pieces.add(new Sentences.Range(at, cut));
      at = cut;
      while (at < to && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }
    if (at < to) {
      pieces.add(new Sentences.Range(at, to));
    }
    return pieces;
  }

  private int cutBefore(int earliest, int latest) {
    int line = text.lastIndexOf('\n', latest);
    if (line > earliest) {
      return line;
    }
    int space = text.lastIndexOf(' ', latest);
    if (space > earliest) {
      return space;
    }
    return Character.isLowSurrogate(text.charAt(latest)) ? latest - 1 : latest;
  }

  private String pathText() {
    var joined = new StringBuilder();
    for (Iterator<Heading> above = path.iterator(); above.hasNext(); ) {
      Heading next = above.next();
      String words = shortened(text.substring(next.start(), next.end()));
      if (joined.length() + words.length() > PATH_CHARACTERS_MAX) {
        break;
      }
      joined.append(joined.isEmpty() ? "" : PATH_SEPARATOR).append(words);
    }
    return joined.toString();
  }

  private static String shortened(String words) {
    String flat = words.replace('\n', ' ');
    if (flat.length() <= HEADING_CHARACTERS_MAX) {
      return flat;
    }
    int cut = HEADING_CHARACTERS_MAX - 1;
    return flat.substring(0, Character.isLowSurrogate(flat.charAt(cut)) ? cut - 1 : cut) + "…";
  }
}
