package io.millrace.extract;

import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Files that were made to do harm, each with the outcomes that are right for it. */
final class Hostile {
  /** A text was read. */
  static final String TEXT = "text";

  private static final int MEGABYTE = 1 << 20;
  private static final String LAUGHS =
      "<!DOCTYPE x [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
          + "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">"
          + "<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;\">]>";

  private Hostile() {}

  /**
   * A hostile file.
   *
   * @param name what it calls itself
   * @param outcomes {@link #TEXT}, or types of problems; one of them must come
   */
  record Case(String what, String name, Supplier<byte[]> bytes, List<String> outcomes) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Case of(String what, String name, Supplier<byte[]> bytes, String... outcomes) {
    return new Case(what, name, bytes, List.of(outcomes));
  }

  /** All of them. {@code secret} is a file nobody may read, {@code port} one nobody may ask. */
  static List<Case> all(String secret, int port) {
    return java.util.stream.Stream.of(
            archives(), xml(secret, port), html(), pdfs(), mails(), texts(), packed())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Case> archives() {
    return List.of(
        of("a bomb in the body", "a.docx", () -> bomb(Zips.WORD), "expands-too-much"),
        of("a bomb beside the body", "a.docx", Hostile::bombedStyles, "expands-too-much"),
        of(
            "a bomb of shared strings",
            "a.xlsx",
            Hostile::bombedStrings,
            "too-large",
            "expands-too-much"),
        of("a bomb as a chapter", "a.epub", Hostile::bombedBook, "too-large", "expands-too-much"),
        of(
            "a chapter read a thousand times",
            "a.epub",
            Hostile::repeatedChapter,
            "too-large",
            "expands-too-much"),
        of("archives in archives", "a.zip", () -> nested(40), "unsupported"),
        of("an archive that calls itself a document", "a.docx", () -> nested(1), "unsupported"),
        of("members with names that lead out", "a.docx", Hostile::leadingOut, TEXT),
        of("relationships that lead out", "a.pptx", Hostile::relationsOut, "empty"),
        of(
            "a chapter that leads out",
            "a.epub",
            () -> Zips.book("../../../../etc/passwd").bytes(),
            "empty"),
        of("a document cut off", "a.docx", () -> cut(Zips.word("<w:p/>").bytes()), "damaged"),
        of("a size that lies", "a.docx", Hostile::lyingSize, TEXT, "damaged"),
        of("ten thousand slides", "a.pptx", Hostile::manySlides, "too-many-pages"),
        of("a sheet with a million columns", "a.xlsx", Hostile::wideSheet, TEXT));
  }

  private static List<Case> xml(String secret, int port) {
    String file = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file://" + secret + "\">]>";
    String http = "<!DOCTYPE x [<!ENTITY a SYSTEM \"http://127.0.0.1:" + port + "/\">]>";
    String dtd = "<!DOCTYPE x SYSTEM \"http://127.0.0.1:" + port + "/x.dtd\">";
    String entity = "<w:p><w:r><w:t>before &a; after</w:t></w:r></w:p>";
    return List.of(
        of(
            "laughs in a document",
            "a.docx",
            () -> word(LAUGHS, entity.replace("&a;", "&f;")),
            TEXT,
            "damaged"),
        of("laughs in XML", "a.xml", () -> utf8(LAUGHS + "<x>before &f; after</x>"), TEXT),
        of(
            "a file as an entity of a document",
            "a.docx",
            () -> word(file, entity),
            TEXT,
            "damaged"),
        of(
            "a host as an entity of a document",
            "a.docx",
            () -> word(http, entity),
            TEXT,
            "damaged"),
        of(
            "a host as the type of a document",
            "a.docx",
            () -> word(dtd, entity.replace("&a;", "")),
            TEXT),
        of(
            "a file as an entity of XML",
            "a.xml",
            () -> utf8(file + "<x>before &a; after</x>"),
            TEXT),
        of("a host as the type of XML", "a.xml", () -> utf8(dtd + "<x>before</x>"), TEXT),
        of("a large entity many times", "a.xml", Hostile::quadratic, TEXT),
        of(
            "a document nested deeply",
            "a.docx",
            () -> Zips.word(deep("w:p", 100_000)).bytes(),
            "damaged"),
        of(
            "XML nested deeply",
            "a.xml",
            () -> utf8("<x>" + deep("y", 20_000) + "</x>"),
            TEXT,
            "too-slow"),
        of("an element with many attributes", "a.docx", Hostile::attributes, TEXT, "damaged"));
  }

  private static List<Case> html() {
    return List.of(
        of(
            "HTML nested deeply",
            "a.html",
            () -> utf8("<html>" + "<div><span>".repeat(10_000) + "x"),
            TEXT,
            "too-slow"),
        of(
            "tables nested deeply",
            "a.html",
            () -> utf8("<html>" + "<table><tr><td>a<td>b".repeat(2_000)),
            TEXT,
            "too-slow"),
        of(
            "a comment without an end",
            "a.html",
            () -> utf8("<html><!--" + "-".repeat(MEGABYTE)),
            "empty"),
        of(
            "addresses of files and hosts",
            "a.html",
            () ->
                utf8("<html><base href='file:///'><iframe src='/etc/passwd'></iframe><p>words</p>"),
            TEXT));
  }

  private static List<Case> pdfs() {
    byte[] large = utf8("q Q ".repeat(MEGABYTE / 16));
    return List.of(
        of(
            "a form that shows itself",
            "a.pdf",
            () -> new Pdfs().recursiveForm().bytes(),
            "empty",
            "too-slow"),
        of(
            "forms that show each other ten times",
            "a.pdf",
            () -> new Pdfs().formBomb(9).bytes(),
            "too-slow",
            "too-large",
            "crashed"),
        of(
            "a content that is a bomb",
            "a.pdf",
            () -> new Pdfs().streamBomb(large).bytes(),
            "too-slow",
            "crashed",
            "empty",
            "damaged"),
        of(
            "pages that lead back",
            "a.pdf",
            () -> new Pdfs().page().pageLoop().bytes(),
            "too-many-pages",
            "damaged",
            "empty"),
        of("very many pages", "a.pdf", Hostile::manyPages, "too-many-pages"),
        of(
            "a PDF cut off",
            "a.pdf",
            () -> cut(new Pdfs().page(Pdfs.lines(List.of("words"))).bytes()),
            TEXT,
            "damaged",
            "empty"),
        of("nothing but a header", "a.pdf", () -> utf8("%PDF-1.7\n"), "damaged"),
        of(
            "arrays nested deeply",
            "a.pdf",
            () -> utf8("%PDF-1.7\n1 0 obj\n" + "[".repeat(200_000) + "\ntrailer<</Root 1 0 R>>"),
            "damaged",
            "crashed"));
  }

  private static List<Case> mails() {
    return List.of(
        of("ten thousand parts in parts", "a.eml", Hostile::nestedParts, TEXT, "empty"),
        of("messages in messages", "a.eml", Hostile::nestedMessages, TEXT, "empty"),
        of("ten thousand parts beside each other", "a.eml", Hostile::manyParts, TEXT),
        of(
            "a header without an end",
            "a.eml",
            () -> utf8("From: a\nSubject: " + "x ".repeat(MEGABYTE)),
            TEXT,
            "empty",
            "damaged"),
        of(
            "a charset that lies",
            "a.eml",
            () ->
                mail(
                    "charset=\"utf-8\"",
                    "Привет, мельница, колесо и вода",
                    Charset.forName("KOI8-R")),
            TEXT),
        of(
            "a charset that nobody knows",
            "a.eml",
            () -> mail("charset=x-y-z", "words", StandardCharsets.US_ASCII),
            TEXT),
        of(
            "UTF-7",
            "a.eml",
            () -> mail("charset=utf-7", "+ADw-script+AD4-alert(1)", StandardCharsets.US_ASCII),
            TEXT),
        of("an attachment with a path for a name", "a.eml", Hostile::attachedPath, TEXT),
        of("base64 in a line without an end", "a.eml", Hostile::endlessBase64, TEXT),
        of("base64 in base64", "a.eml", Hostile::base64InBase64, TEXT),
        of("ten thousand attachments", "a.eml", Hostile::manyAttachments, TEXT));
  }

  private static List<Case> texts() {
    return List.of(
        of("a line that never ends", "a.csv", () -> utf8("a,".repeat(20 * MEGABYTE)), "too-large"),
        of(
            "a quotation that never ends",
            "a.csv",
            () -> utf8("\"" + "a,\n".repeat(MEGABYTE / 4)),
            TEXT),
        of("groups in groups", "a.rtf", () -> utf8("{\\rtf1 " + "{".repeat(MEGABYTE)), "damaged"),
        of(
            "a binary part longer than the file",
            "a.rtf",
            () -> utf8("{\\rtf1 words\\bin2000000000 x"),
            TEXT,
            "damaged"),
        of(
            "numbers without end",
            "a.rtf",
            () -> utf8("{\\rtf1 words\\u" + "9".repeat(MEGABYTE) + " x}"),
            TEXT),
        of("zeros", "a.txt", () -> new byte[MEGABYTE], "unsupported"),
        of(
            "zeros between words",
            "a.txt",
            () -> utf8("words\0\0words \0 \0 and more"),
            "unsupported",
            TEXT),
        of(
            "half characters",
            "a.txt",
            () -> new byte[] {(byte) 0xFF, (byte) 0xFE, 0x00, (byte) 0xD8, 0x41, 0},
            TEXT),
        of(
            "marks that turn the text around",
            "a.txt",
            () -> utf8("exe\u202etxt.doc " + "\u0301".repeat(100_000)),
            TEXT));
  }

  private static List<Case> packed() {
    return List.of(
        of(
            "a program that calls itself text",
            "a.txt",
            () -> utf8("\u007fELF\0\0words"),
            "unsupported"),
        of("a picture that calls itself a PDF", "a.pdf", () -> utf8("GIF89a words"), "unsupported"),
        of(
            "a document that calls itself a picture",
            "a.png",
            () -> Zips.word(Zips.paragraph("", "words")).bytes(),
            TEXT),
        of(
            "a compressed file",
            "a.txt",
            () -> new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0},
            "unsupported"),
        of("nothing", "a.pdf", () -> new byte[0], "empty"));
  }

  private static byte[] bomb(String member) {
    return new Zips().with(member, Hostile::spaces).bytes();
  }

  private static byte[] bombedStyles() {
    return Zips.word(Zips.paragraph("", "words")).with("word/styles.xml", Hostile::spaces).bytes();
  }

  private static byte[] bombedStrings() {
    return new Zips()
        .with("xl/workbook.xml", "<workbook/>")
        .with(
            "xl/sharedStrings.xml",
            out -> {
              out.write(utf8("<sst>"));
              for (int i = 0; i < 100; i++) {
                out.write(utf8("<si><t>" + "long ".repeat(MEGABYTE / 5) + "</t></si>"));
              }
            })
        .bytes();
  }

  private static byte[] bombedBook() {
    return Zips.book("c.xhtml").with("OEBPS/c.xhtml", Hostile::spaces).bytes();
  }

  private static byte[] repeatedChapter() {
    String[] same = new String[1_000];
    Arrays.fill(same, "c.xhtml");
    return Zips.book(same)
        .with("OEBPS/c.xhtml", "<html><p>" + "words ".repeat(50_000) + "</p></html>")
        .bytes();
  }

  private static void spaces(OutputStream out) throws java.io.IOException {
    byte[] spaces = new byte[MEGABYTE];
    Arrays.fill(spaces, (byte) ' ');
    out.write(utf8("<x>"));
    for (int i = 0; i < 100; i++) {
      out.write(spaces);
    }
  }

  private static byte[] nested(int levels) {
    byte[] inner = utf8("words");
    for (int i = 0; i < levels; i++) {
      byte[] content = inner;
      inner = new Zips().with("inner.zip", out -> out.write(content)).bytes();
    }
    return inner;
  }

  private static byte[] leadingOut() {
    return Zips.word(Zips.paragraph("", "words"))
        .with("../../../../tmp/millrace-was-here", "x")
        .with("/etc/millrace-was-here", "x")
        .with("word/header1.xml/../../../x", "x")
        .bytes();
  }

  private static byte[] relationsOut() {
    return new Zips()
        .with(
            "ppt/presentation.xml",
            "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldId r:id=\"r1\"/></p:presentation>")
        .with(
            "ppt/_rels/presentation.xml.rels",
            Zips.relationships("r1", "../../../../../etc/passwd"))
        .bytes();
  }

  /** The header of the first member says that it has four gigabytes. */
  private static byte[] lyingSize() {
    byte[] bytes = Zips.word(Zips.paragraph("", "words")).bytes();
    Arrays.fill(bytes, 22, 26, (byte) 0xFF);
    return bytes;
  }

  private static byte[] manySlides() {
    String ids =
        IntStream.range(0, 10_000)
            .mapToObj(_ -> "<p:sldId r:id=\"r1\"/>")
            .collect(java.util.stream.Collectors.joining());
    return new Zips()
        .with(
            "ppt/presentation.xml",
            "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\">" + ids + "</p:presentation>")
        .with("ppt/_rels/presentation.xml.rels", Zips.relationships("r1", "slides/slide1.xml"))
        .with("ppt/slides/slide1.xml", "<p:sld xmlns:p=\"p\" xmlns:a=\"a\"><a:t>x</a:t></p:sld>")
        .bytes();
  }

  private static byte[] wideSheet() {
    return new Zips()
        .with(
            "xl/workbook.xml",
            "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>")
        .with("xl/_rels/workbook.xml.rels", Zips.relationships("r1", "worksheets/sheet1.xml"))
        .with(
            "xl/worksheets/sheet1.xml",
            "<worksheet><row r=\"2147483647\"><c r=\"A1\"><v>1</v></c><c r=\"ZZZ1\"><v>2</v></c>"
                + "<c r=\"AAAAAAAAAA1\" s=\"-5\" t=\"s\"><v>999999999999</v></c></row></worksheet>")
        .bytes();
  }

  private static byte[] word(String prolog, String body) {
    return new Zips().with(Zips.WORD, Zips.document(prolog, body)).bytes();
  }

  private static byte[] quadratic() {
    return utf8(
        "<!DOCTYPE x [<!ENTITY a \""
            + "x".repeat(100_000)
            + "\">]><x>before "
            + "&a;".repeat(50_000)
            + "</x>");
  }

  private static String deep(String element, int levels) {
    return ("<" + element + ">").repeat(levels) + "x" + ("</" + element + ">").repeat(levels);
  }

  private static byte[] attributes() {
    var element = new StringBuilder("<w:p");
    for (int i = 0; i < 50_000; i++) {
      element.append(" a").append(i).append("=\"x\"");
    }
    return Zips.word(element + "><w:r><w:t>words</w:t></w:r></w:p>").bytes();
  }

  private static byte[] manyPages() {
    return new Pdfs()
        .with(pdf -> {
          for (int i = 0; i < 2_000; i++) {
            pdf.addPage(new org.apache.pdfbox.pdmodel.PDPage());
          }
        })
        .bytes();
  }

  private static byte[] nestedParts() {
    var mail = new StringBuilder("From: a@example.org\nSubject: deep\nMIME-Version: 1.0\n");
    for (int i = 0; i < 10_000; i++) {
      mail.append("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n".formatted(i, i));
    }
    return utf8(mail + "Content-Type: text/plain\n\nwords\n");
  }

  private static byte[] nestedMessages() {
    return utf8(
        "From: a@example.org\nSubject: deep\nContent-Type: message/rfc822\n\n".repeat(5_000)
            + "words");
  }

  private static byte[] manyParts() {
    return utf8(
        "From: a@example.org\nSubject: wide\nMIME-Version: 1.0\n"
            + "Content-Type: multipart/mixed; boundary=b\n\n"
            + "--b\nContent-Type: image/png; name=x\n\nx\n".repeat(10_000)
            + "--b--\n");
  }

  private static byte[] mail(String charset, String words, Charset truth) {
    return ("From: a@example.org\nSubject: hello\nMIME-Version: 1.0\nContent-Type: text/plain; "
            + charset
            + "\n\n"
            + words
            + "\n")
        .getBytes(truth);
  }

  private static byte[] attachedPath() {
    return utf8(
        """
        From: a@example.org
        Subject: hello
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b

        words
        --b
        Content-Disposition: attachment; filename="../../etc/passwd"

        x
        --b--
        """);
  }

  private static byte[] endlessBase64() {
    return Mails.mail("hello", "words")
        .part(
            "Content-Disposition: attachment; filename=a.bin\nContent-Transfer-Encoding: base64",
            "A".repeat(40 * MEGABYTE))
        .bytes();
  }

  private static byte[] base64InBase64() {
    byte[] message = Mails.mail("innermost", "words").bytes();
    for (int i = 0; i < 20; i++) {
      message = Mails.mail("hello", "words").attach("a.eml", "message/rfc822", message).bytes();
    }
    return message;
  }

  private static byte[] manyAttachments() {
    Mails mail = Mails.mail("hello", "words");
    for (int i = 0; i < 10_000; i++) {
      mail = mail.attach("a.txt", "text/plain", utf8("more words"));
    }
    return mail.bytes();
  }

  private static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
