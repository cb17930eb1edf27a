package io.millrace.extract.format;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds out what a file is from its bytes; its name and what the client said decide last. */
final class MediaTypes {
  static final String PLAIN = "text/plain";
  static final String MARKDOWN = "text/markdown";
  static final String HTML = "text/html";
  static final String CSV = "text/csv";
  static final String XML = "application/xml";
  static final String PDF = "application/pdf";
  static final String RTF = "application/rtf";
  static final String EPUB = "application/epub+zip";
  static final String MAIL = "message/rfc822";
  static final String WORD =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  static final String SLIDES =
      "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  static final String SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  static final String OPEN_TEXT = "application/vnd.oasis.opendocument.text";
  static final String OPEN_SHEETS = "application/vnd.oasis.opendocument.spreadsheet";
  static final String OPEN_SLIDES = "application/vnd.oasis.opendocument.presentation";

  private static final Pattern HTML_START =
      Pattern.compile(
          "\\s*(<\\?xml[^>]{0,200}>\\s*)?(<!--.{0,2000}?-->\\s*)*<(!doctype\\s+html|html|head|body)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern A_TAG =
      Pattern.compile(
          "<(p|div|h[1-6]|table|ul|ol|section|article|br|span|a|title|meta)\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern XML_DECLARATION = Pattern.compile("\\s*<\\?xml\\s");
  private static final Pattern XML_START =
      Pattern.compile(
          "\\s*(<\\?xml\\b|<!DOCTYPE\\b|<!--|<[A-Za-z_][\\w:.-]{0,100}(\\s[^<>]{0,2000})?>)");
  private static final int HEAD_CHARACTERS = 4096;

  private MediaTypes() {}

  /** What the first bytes of a file say. */
  enum Signature {
    PDF,
    RTF,
    ZIP,
    OLE,
    /** Something known that holds no text. */
    OTHER,
    /** Perhaps text. */
    NONE
  }

  static Signature signature(byte[] head) {
    return magic(head).map(Magic::signature).orElse(Signature.NONE);
  }

  /** What kind of file begins like this, for people. */
  static String kind(byte[] head) {
    return magic(head).map(Magic::kind).orElse("a file of an unknown kind");
  }

  private static Optional<Magic> magic(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, 1024), StandardCharsets.ISO_8859_1);
    for (Magic magic : MAGICS) {
      if (head.startsWith(magic.start(), magic.offset())) {
        return Optional.of(magic);
      }
    }
    // Readers of PDF files take some bytes before the header.
    int pdf = head.indexOf("%PDF-");
    return pdf >= 0 && !isText(head.substring(0, pdf)) ? Optional.of(MAGICS[0]) : Optional.empty();
  }

  private static boolean isText(String start) {
    return start.chars().anyMatch(c -> c > 0x20 && c < 0x7F);
  }

  /** Which of the kinds of text {@code text} is. */
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
    if (saidMarkdown) {
      return MARKDOWN;
    }
    if (lowerType.startsWith(CSV)
        || lowerType.startsWith("text/tab-separated-values")
        || lowerName.matches(".*\\.(csv|tsv)")) {
      return CSV;
    }
    boolean saidXml = lowerType.contains("xml") || lowerName.matches(".*\\.(xml|xsd|xsl|xslt|svg)");
    return XML_DECLARATION.matcher(head).lookingAt()
            || (saidXml && XML_START.matcher(head).lookingAt())
        ? XML
        : PLAIN;
  }

  private record Magic(Signature signature, int offset, String start, String kind) {
    Magic(int offset, String start, String kind) {
      this(Signature.OTHER, offset, start, kind);
    }
  }

  private static final Magic[] MAGICS = {
    new Magic(Signature.PDF, 0, "%PDF-", "a PDF file"),
    new Magic(Signature.ZIP, 0, "PK\u0003\u0004", "an archive"),
    new Magic(Signature.OTHER, 0, "PK\u0005\u0006", "an empty archive"),
    new Magic(Signature.OLE, 0, "\u00d0\u00cf\u0011\u00e0", "an old office document"),
    new Magic(Signature.RTF, 0, "{\\rtf", "an RTF document"),
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
    new Magic(0, "x\u009f>\"", "a package of Outlook (TNEF) that only Outlook opens"),
    new Magic(0, "-----BEGIN PGP MESSAGE", "a message encrypted with PGP"),
    new Magic(0, "-----BEGIN PGP PUBLIC", "a key of PGP"),
  };
}
