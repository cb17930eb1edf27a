package io.millrace.extract;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** Small files of every kind, and what must come of each. */
final class Samples {
  private Samples() {}

  /**
   * A file that gives text.
   *
   * @param text all of it; headings begin with {@code #} signs and pages with {@code [page]}
   */
  record Sample(String name, String mediaType, String title, String text, Supplier<byte[]> bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * A file that gives none.
   *
   * @param outcome the type of its problem
   */
  record Refused(String name, String outcome, Supplier<byte[]> bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Sample> readable() {
    return List.of(
        new Sample("report.docx", "wordprocessingml.document", "Report", WORD, Samples::word),
        new Sample("talk.pptx", "presentationml.presentation", "First", SLIDES, Samples::slides),
        new Sample("table.xlsx", "spreadsheetml.sheet", "Mills", SHEETS, Samples::sheets),
        new Sample("text.odt", "opendocument.text", "Own title", OPEN_TEXT, Samples::openText),
        new Sample(
            "sheet.ods", "opendocument.spreadsheet", "Mills", OPEN_SHEET, Samples::openSheet),
        new Sample("letter.rtf", "rtf", "Письмо", RTF, Samples::rtf),
        new Sample("book.epub", "epub+zip", "The book", BOOK, Samples::book),
        new Sample("mail.eml", "rfc822", "Вода", MAIL, Samples::mail),
        new Sample("old.eml", "rfc822", "Hello", OLD_MAIL, Samples::htmlMail),
        new Sample(
            "semicolons.csv", "csv", "", "name | words\nwheel | a; \"b\" c\nstone |", Samples::csv),
        new Sample("tabs.tsv", "csv", "", "имя | слово\nколесо | вода", Samples::tabs),
        new Sample("data.xml", "xml", "", "мельница\nколесо & вода", Samples::xml),
        new Sample("page.pdf", "pdf", "Water mills", PDF, Samples::pdf),
        new Sample("copying forbidden.pdf", "pdf", "", "[page]Words.", Samples::copyingForbidden));
  }

  static List<Refused> unreadable() {
    return List.of(
        new Refused("password.pdf", "encrypted", () -> page().protect("o", "u").bytes()),
        new Refused("password.docx", "encrypted", () -> ole("EncryptedPackage")),
        new Refused("password.odt", "encrypted", Samples::encryptedText),
        new Refused("rights.epub", "encrypted", Samples::encryptedBook),
        new Refused("scan.pdf", "scanned", () -> new Pdfs().scan().scan().bytes()),
        new Refused("blank.pdf", "empty", () -> new Pdfs().page().page().bytes()),
        new Refused("blank.docx", "empty", () -> Zips.word("<w:p/>").bytes()),
        new Refused("blank.eml", "empty", () -> "\n\n\n".getBytes(StandardCharsets.UTF_8)),
        new Refused("old.doc", "unsupported", () -> ole("WordDocument")),
        new Refused("old.xls", "unsupported", () -> ole("Workbook")),
        new Refused("archive.zip", "unsupported", () -> new Zips().with("a.txt", "x").bytes()),
        new Refused("no book.epub", "damaged", Samples::bookOfNothing));
  }

  /** The text with its headings and pages marked. */
  static String marked(Extraction read) {
    var text = new StringBuilder(read.text());
    for (int i = read.text().length(); i >= 0; i--) {
      int at = i;
      read.headings().stream()
          .filter(heading -> heading.start() == at)
          .forEach(heading -> text.insert(at, "#".repeat(heading.level()) + " "));
      read.pages().stream().filter(page -> page == at).forEach(_ -> text.insert(at, "[page]"));
    }
    return text.toString();
  }

  private static final String WORD =
      """
      [page]# Report

      First words and more.

      ## Parts

      - wheel
      - stones

      name | count
      wheel | 1 big

      [page]Last words.

      A note.

      Page top\
      """;

  private static byte[] word() {
    String body =
        Zips.paragraph("Title1", "Report")
            + "<w:p><w:r><w:t>First </w:t></w:r><w:del><w:r><w:t>gone</w:t></w:r></w:del>"
            + "<w:r><w:t>words</w:t><w:tab/><w:t>and more.</w:t></w:r></w:p>"
            + Zips.paragraph("Custom", "Parts")
            + "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>wheel</w:t></w:r></w:p>"
            + "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>stones</w:t></w:r></w:p>"
            + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>name</w:t></w:r></w:p></w:tc>"
            + "<w:tc><w:p><w:r><w:t>count</w:t></w:r></w:p></w:tc></w:tr>"
            + "<w:tr><w:tc><w:p><w:r><w:t>wheel</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1"
            + "</w:t></w:r></w:p><w:p><w:r><w:t>big</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            + "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Last words.</w:t></w:r></w:p>";
    return Zips.word(body)
        .with(
            "word/styles.xml",
            "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Title1\"><w:name w:val=\"Title\"/>"
                + "</w:style><w:style w:styleId=\"h2\"><w:name w:val=\"heading 2\"/></w:style>"
                + "<w:style w:styleId=\"Custom\"><w:name w:val=\"House\"/><w:basedOn"
                + " w:val=\"h2\"/></w:style></w:styles>")
        .with("word/footnotes.xml", Zips.document("", Zips.paragraph("", "A note.")))
        .with("word/header1.xml", Zips.document("", Zips.paragraph("", "Page top")))
        .with("word/header2.xml", Zips.document("", Zips.paragraph("", "Page top")))
        .bytes();
  }

  private static final String SLIDES =
      """
      [page]# First

      one
      two

      What I say.

      [page]a | b\
      """;

  private static byte[] slides() {
    String open = "<p:sld xmlns:p=\"p\" xmlns:a=\"a\">";
    return new Zips()
        .with(
            "ppt/presentation.xml",
            "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldId r:id=\"r2\"/>"
                + "<p:sldId r:id=\"r1\"/></p:presentation>")
        .with(
            "ppt/_rels/presentation.xml.rels",
            Zips.relationships("r1", "slides/slide1.xml", "r2", "/ppt/slides/slide2.xml"))
        .with(
            "ppt/slides/slide1.xml",
            open
                + "<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>a</a:t></a:r></a:p>"
                + "</a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>b</a:t></a:r></a:p></a:txBody>"
                + "</a:tc></a:tr></a:tbl></p:graphicFrame></p:sld>")
        .with(
            "ppt/slides/slide2.xml",
            open
                + "<p:sp><p:nvPr><p:ph type=\"title\"/></p:nvPr><p:txBody><a:p><a:r><a:t>First"
                + "</a:t></a:r></a:p></p:txBody></p:sp><p:sp><p:txBody><a:p><a:r><a:t>one</a:t>"
                + "</a:r></a:p><a:p><a:r><a:t>two</a:t></a:r></a:p></p:txBody></p:sp><p:sp><p:nvPr>"
                + "<p:ph type=\"sldNum\"/></p:nvPr><p:txBody><a:p><a:r><a:t>7</a:t></a:r></a:p>"
                + "</p:txBody></p:sp></p:sld>")
        .with(
            "ppt/slides/_rels/slide2.xml.rels",
            Zips.relationships("r1", "../notesSlides/notesSlide1.xml"))
        .with(
            "ppt/notesSlides/notesSlide1.xml",
            open
                + "<p:sp><p:txBody><a:p><a:r><a:t>What I say.</a:t></a:r></a:p></p:txBody></p:sp>"
                + "</p:sld>")
        .bytes();
  }

  private static final String SHEETS =
      """
      [page]# Mills

      name | built | share
      Old mill | 2014-01-01 | 12.5%
      TRUE | 0.3

      [page]# Empty\
      """;

  private static byte[] sheets() {
    return new Zips()
        .with(
            "xl/workbook.xml",
            "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Mills\" r:id=\"r1\"/>"
                + "<sheet name=\"Empty\" r:id=\"r2\"/></sheets></workbook>")
        .with(
            "xl/_rels/workbook.xml.rels",
            Zips.relationships("r1", "worksheets/sheet1.xml", "r2", "worksheets/sheet2.xml"))
        .with(
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"d\\-mmm\\-yy\"/></numFmts>"
                + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/><xf numFmtId=\"10\"/>"
                + "</cellXfs></styleSheet>")
        .with(
            "xl/sharedStrings.xml",
            "<sst><si><t>name</t></si><si><r><t>Old </t></r><r><t>mill</t></r>"
                + "<rPh><t>x</t></rPh></si></sst>")
        .with(
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\""
                + " t=\"inlineStr\"><is><t>built</t></is></c><c r=\"C1\" t=\"str\"><v>share</v></c>"
                + "</row><row><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\" s=\"1\"><v>41640</v></c>"
                + "<c r=\"C2\" s=\"2\"><v>0.125</v></c></row><row><c r=\"B3\" t=\"b\"><v>1</v></c>"
                + "<c r=\"C3\"><v>0.30000000000000004</v></c></row></sheetData></worksheet>")
        .with("xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>")
        .bytes();
  }

  private static final String OPEN_TEXT =
      """
      # Mills

      Words go on.

      - wheel
      - stones

      a | b c

      At the bottom\
      """;

  private static byte[] openText() {
    return new Zips()
        .with("mimetype", "application/vnd.oasis.opendocument.text")
        .with("meta.xml", "<m xmlns:dc=\"dc\"><dc:title>Own title</dc:title></m>")
        .with(
            "content.xml",
            "<o xmlns:text=\"t\" xmlns:table=\"b\"><text:tracked-changes><text:p>gone</text:p>"
                + "</text:tracked-changes><text:h text:outline-level=\"1\">Mills</text:h>"
                + "<text:p>Words<text:s text:c=\"3\"/>go <text:span>on</text:span>.</text:p>"
                + "<text:list><text:list-item><text:p>wheel</text:p></text:list-item>"
                + "<text:list-item><text:p>stones</text:p></text:list-item></text:list>"
                + "<table:table table:name=\"T\"><table:table-row><table:table-cell><text:p>a"
                + "</text:p></table:table-cell><table:table-cell><text:p>b</text:p><text:p>c"
                + "</text:p></table:table-cell></table:table-row></table:table></o>")
        .with(
            "styles.xml",
            "<o xmlns:style=\"s\" xmlns:text=\"t\"><style:footer><text:p>At the bottom</text:p>"
                + "</style:footer></o>")
        .bytes();
  }

  private static final String OPEN_SHEET = "[page]# Mills\n\na | b\n\n[page]# Next\n\nc";

  private static byte[] openSheet() {
    String cells = "<table:table-cell><text:p>%s</text:p></table:table-cell>";
    return new Zips()
        .with(
            "content.xml",
            "<o xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"b\"><office:spreadsheet>"
                + "<table:table table:name=\"Mills\"><table:table-row>"
                + cells.formatted("a")
                + cells.formatted("b")
                + "</table:table-row></table:table><table:table table:name=\"Next\">"
                + "<table:table-row>"
                + cells.formatted("c")
                + "</table:table-row></table:table></office:spreadsheet></o>")
        .bytes();
  }

  private static final String RTF =
      """
      # Глава

      Вода и €. Ünïcode “x”

      a | b\
      """;

  private static byte[] rtf() {
    String cyrillic = "\\'c2\\'ee\\'e4\\'e0";
    return ascii(
        "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial;}}"
            + "{\\stylesheet{\\s1 heading 1;}}{\\info{\\title \\u1055?\\u1080?\\u1089?\\u1100?"
            + "\\u1084?\\u1086?}{\\author X}}{\\*\\generator gone}"
            + "\\pard\\s1\\f1\\'c3\\'eb\\'e0\\'e2\\'e0\\par\\pard\\plain{\\f1 "
            + cyrillic
            + " \\'e8} \\f0\\'80. {\\uc2\\u220??n\\u239 ??code} \\ldblquote x\\rdblquote{\\v gone}"
            + "\\par\\trowd\\intbl a\\cell b\\cell\\row}");
  }

  private static final String BOOK = "# Second file, first chapter\n\nWords.\n\nMore words.";

  private static byte[] book() {
    return Zips.book("b%20b.xhtml", "a.xhtml")
        .with(
            "OEBPS/b b.xhtml",
            "<html><body><h1>Second file, first chapter</h1><p>Words.</p></body></html>")
        .with("OEBPS/a.xhtml", "<html><body><p>More words.</p></body></html>")
        .bytes();
  }

  private static final String MAIL =
      """
      # Вода

      From: Мельник <miller@example.org>
      To: all@example.org

      Die Mühle läuft.

      ## план.txt

      Das Rad dreht sich.\
      """;

  private static byte[] mail() {
    return ascii(
        """
        From: =?utf-8?B?0JzQtdC70YzQvdC40Lo=?= <miller@example.org>
        To: all@example.org
        Subject: =?koi8-r?Q?=F7=CF=C4=C1?=
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="outer"

        --outer
        Content-Type: multipart/alternative; boundary="inner"

        --inner
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: quoted-printable

        Die M=FChle l=E4=
        uft.
        --inner
        Content-Type: text/html

        <p>gone</p>
        --inner--
        --outer
        Content-Type: text/plain
        Content-Disposition: attachment; filename*=utf-8''%D0%BF%D0%BB%D0%B0%D0%BD.txt

        Das Rad dreht sich.
        --outer--
        """);
  }

  private static final String OLD_MAIL = "# Hello\n\nFrom: a@example.org\n\nWords.";

  private static byte[] htmlMail() {
    return ascii(
        """
        From: a@example.org
        Subject: Hello
        Content-Type: text/html

        <html><style>p {}</style><p>Words.</p></html>
        """);
  }

  private static byte[] csv() {
    return ascii("name;words\r\n\"wheel\";\"a; \"\"b\"\" c\"\r\nstone;\r\n");
  }

  private static byte[] tabs() {
    return "\ufeffимя\tслово\nколесо\tвода\n".getBytes(StandardCharsets.UTF_16LE);
  }

  private static byte[] xml() {
    return ("<?xml version=\"1.0\" encoding=\"KOI8-R\"?><mill><name>мельница</name>"
            + "<parts>колесо &amp; вода</parts></mill>")
        .getBytes(Charset.forName("KOI8-R"));
  }

  private static final String PDF =
      """
      [page]# Water mills

      The wheel of the mill turns with the water of the river, and the stones
      grind.

      [page][page]name | count
      wheel | 1\
      """;

  private static byte[] pdf() {
    return new Pdfs()
        .page(
            new Pdfs.Line(20, 0, "Water mills"),
            new Pdfs.Line(10, 40, "The wheel of the mill turns with the wa-"),
            new Pdfs.Line(10, 52, "ter of the river, and the stones"),
            new Pdfs.Line(10, 64, "grind."))
        .with(pdf -> pdf.addPage(new org.apache.pdfbox.pdmodel.PDPage()))
        .table("name", "count", "wheel", "1")
        .bytes();
  }

  private static Pdfs page() {
    return new Pdfs().page(new Pdfs.Line(10, 0, "Words."));
  }

  private static byte[] copyingForbidden() {
    return page().protect("owner", "").bytes();
  }

  private static byte[] encryptedText() {
    return new Zips()
        .with("content.xml", "noise")
        .with("META-INF/manifest.xml", "<m><encryption-data/></m>")
        .bytes();
  }

  private static byte[] encryptedBook() {
    return Zips.book("a.xhtml")
        .with("OEBPS/a.xhtml", "noise")
        .with("META-INF/encryption.xml", "<e><CipherReference URI=\"OEBPS/a.xhtml\"/></e>")
        .bytes();
  }

  private static byte[] bookOfNothing() {
    return new Zips().with("META-INF/container.xml", "<container/>").bytes();
  }

  /** The beginning of a container of old office programs, with a stream of this name. */
  private static byte[] ole(String stream) {
    byte[] name = stream.getBytes(StandardCharsets.UTF_16LE);
    byte[] bytes = new byte[2_048];
    byte[] magic = {
      (byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1
    };
    System.arraycopy(magic, 0, bytes, 0, magic.length);
    System.arraycopy(name, 0, bytes, 1_024, name.length);
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
