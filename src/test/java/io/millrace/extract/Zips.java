package io.millrace.extract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives, and the office documents and books that are some, written member by member. */
final class Zips {
  static final String WORD = "word/document.xml";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ZipOutputStream zip = new ZipOutputStream(bytes);

  Zips() {
    zip.setLevel(Deflater.BEST_COMPRESSION);
  }

  /** Writes a member as it goes. */
  interface Writer {
    /** Writes all of it. */
    void write(OutputStream out) throws IOException;
  }

  Zips with(String member, Writer content) {
    try {
      zip.putNextEntry(new ZipEntry(member));
      content.write(zip);
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Zips with(String member, String content) {
    return with(member, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
  }

  byte[] bytes() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A DOCX whose body holds {@code body}. */
  static Zips word(String body) {
    return new Zips().with(WORD, document("", body));
  }

  /** A document part of Word; {@code prolog} stands before its root. */
  static String document(String prolog, String body) {
    return "<?xml version=\"1.0\"?>"
        + prolog
        + "<w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>"
        + body
        + "</w:body></w:document>";
  }

  /** A paragraph of Word in a style. */
  static String paragraph(String style, String text) {
    return "<w:p><w:pPr><w:pStyle w:val=\"%s\"/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>"
        .formatted(style, text);
  }

  /** A relationships part: {@code ids[i]} leads to {@code targets[i]}. */
  static String relationships(String... idsAndTargets) {
    var xml = new StringBuilder("<Relationships>");
    for (int i = 0; i < idsAndTargets.length; i += 2) {
      xml.append(
          "<Relationship Id=\"%s\" Target=\"%s\"/>"
              .formatted(idsAndTargets[i], idsAndTargets[i + 1]));
    }
    return xml.append("</Relationships>").toString();
  }

  /** A book whose chapters are read in the order in which they are given. */
  static Zips book(String... hrefs) {
    var manifest = new StringBuilder();
    var spine = new StringBuilder();
    for (int i = 0; i < hrefs.length; i++) {
      manifest.append(
          "<item id=\"c%d\" href=\"%s\" media-type=\"application/xhtml+xml\"/>"
              .formatted(i, hrefs[i]));
      spine.append("<itemref idref=\"c%d\"/>".formatted(i));
    }
    return new Zips()
        .with("mimetype", "application/epub+zip")
        .with(
            "META-INF/container.xml",
            "<container><rootfiles><rootfile full-path=\"OEBPS/book.opf\"/></rootfiles></container>")
        .with(
            "OEBPS/book.opf",
            "<package xmlns:dc=\"dc\"><metadata><dc:title>The book</dc:title></metadata><manifest>"
                + manifest
                + "</manifest><spine>"
                + spine
                + "</spine></package>");
  }
}
