package io.millrace.document;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds out what a file is from its bytes; its name and what the client said decide last. */
final class MediaTypes {
  static final String PLAIN = "text/plain";
  static final String MARKDOWN = "text/markdown";
  static final String HTML = "text/html";

  private static final Pattern HTML_START =
      Pattern.compile(
          "\\s*(<\\?xml[^>]{0,200}>\\s*)?(<!--.{0,2000}?-->\\s*)*<(!doctype\\s+html|html|head|body)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern A_TAG =
      Pattern.compile(
          "<(p|div|h[1-6]|table|ul|ol|section|article|br|span|a|title|meta)\\b",
          Pattern.CASE_INSENSITIVE);
  private static final int HEAD_CHARACTERS = 4096;

  private MediaTypes() {}

  /** What kind of binary file begins like this, for people; empty when none that is known. */
  static Optional<String> binaryKind(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.ISO_8859_1);
    for (Magic magic : MAGICS) {
      if (head.startsWith(magic.start(), magic.offset())) {
        return Optional.of(magic.kind());
      }
    }
    return Optional.empty();
  }

  /** Which of the three kinds of text {@code text} is. */
  static String textKind(String text, String name, String declaredType) {
    String head = text.substring(0, Math.min(text.length(), HEAD_CHARACTERS));
    if (HTML_START.matcher(head).matches()) {
      return HTML;
    }
    String lowerName = name.toLowerCase(Locale.ROOT);
    String lowerType = declaredType.toLowerCase(Locale.ROOT);
    boolean saidHtml = lowerType.startsWith(HTML) || lowerName.matches(".*\\.x?html?");
    if (saidHtml && A_TAG.matcher(text).find()) {
      return HTML;
    }
    boolean saidMarkdown =
        lowerType.startsWith(MARKDOWN)
            || lowerType.startsWith("text/x-markdown")
            || lowerName.matches(".*\\.(md|markdown|mdown|mkd)");
    return saidMarkdown ? MARKDOWN : PLAIN;
  }

  private record Magic(int offset, String start, String kind) {}

  private static final Magic[] MAGICS = {
    new Magic(0, "%PDF-", "a PDF file"),
    new Magic(0, "PK\u0003\u0004", "an archive or an office document"),
    new Magic(0, "PK\u0005\u0006", "an archive"),
    new Magic(0, "\u00d0\u00cf\u0011\u00e0", "an old office document"),
    new Magic(0, "{\\rtf", "an RTF document"),
    new Magic(0, "%!PS", "a PostScript file"),
    new Magic(0, "\u0089PNG", "a picture"),
    new Magic(0, "\u00ff\u00d8\u00ff", "a picture"),
    new Magic(0, "GIF8", "a picture"),
    new Magic(0, "II*\0", "a picture"),
    new Magic(0, "MM\0*", "a picture"),
    new Magic(8, "WEBP", "a picture"),
    new Magic(8, "WAVE", "a sound"),
    new Magic(0, "ID3", "a sound"),
    new Magic(0, "OggS", "a sound or a film"),
    new Magic(4, "ftyp", "a film"),
    new Magic(0, "\u001aE\u00df\u00a3", "a film"),
    new Magic(0, "\u001f\u008b", "a compressed file"),
    new Magic(0, "BZh", "a compressed file"),
    new Magic(0, "\u00fd7zXZ", "a compressed file"),
    new Magic(0, "7z\u00bc\u00af", "an archive"),
    new Magic(0, "Rar!", "an archive"),
    new Magic(0, "\u007fELF", "a program"),
    new Magic(0, "\u00ca\u00fe\u00ba\u00be", "a program"),
    new Magic(0, "SQLite format 3", "a database"),
  };
}
