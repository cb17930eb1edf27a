package io.millrace.extract;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** E-mails with all kinds of attachments, and what must come of each. */
final class MailSamples {
  static final String UNREAD = "This attachment could not be read. ";

  private static final String NONE = "";
  private static final String ONE_OF_ONE = "1 of 1 attachments could not be read.";
  static final byte[] PICTURE = "\u0089PNG\r\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final String THREE_DEEP =
      """
      ## Attached message

      ### One

      From: miller@example.org

      First.

      #### two.eml

      ##### Two

      From: miller@example.org

      Second.

      ###### Attached message

      ####### Three

      From: miller@example.org

      Third.

      ######## a.pdf

      Paper.\
      """;
  private static final String INVITATION =
      """
      --in
      Content-Type: text/plain

      Come.
      --in
      Content-Type: text/calendar; name=a.ics

      BEGIN:VCALENDAR
      --in--
      """;

  private MailSamples() {}

  /**
   * An e-mail.
   *
   * @param text below its subject and words, marked as in {@link Samples#marked}
   */
  record Case(String what, Mails mail, String text, String notice) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Case> all() {
    return Stream.of(read(), unread(), left()).flatMap(List::stream).toList();
  }

  /** What gives text. */
  private static List<Case> read() {
    return List.of(
        of("text", mail().attach("a.txt", "text/plain", utf8("Колесо.")), "## a.txt\n\nКолесо."),
        of("a PDF", mail().attach("a.pdf", "application/pdf", pdf()), "## a.pdf\n\nPaper."),
        of(
            "a document with headings",
            mail().attach("a.docx", "application/octet-stream", word()),
            "## a.docx\n\n#### Stones\n\nThey grind."),
        of(
            "two, and the words after them",
            mail()
                .attach("a.txt", "text/plain", utf8("First."))
                .attach("b.txt", "text/plain", utf8("Second."))
                .part("Content-Type: text/plain", "Last words."),
            "Last words.\n\n## a.txt\n\nFirst.\n\n## b.txt\n\nSecond."),
        of("a type that lies", mail().attach("a.txt", "image/png", pdf()), "## a.txt\n\nPaper."),
        of(
            "no name",
            mail().part("Content-Disposition: attachment", "Nameless."),
            "## Attachment without a name\n\nNameless."),
        of(
            "a path for a name",
            mail()
                .attach("../../../etc/passwd", "text/plain", utf8("One."))
                .attach("C:\\\\mill\\\\b.txt", "text/plain", utf8("Two.")),
            "## passwd\n\nOne.\n\n## b.txt\n\nTwo."),
        of(
            "a name in pieces",
            mail()
                .part(
                    "Content-Disposition: attachment; filename*0*=utf-8''%D0%BF%D0%BB;\n"
                        + " filename*1*=%D0%B0%D0%BD; filename*2=.txt",
                    "Words within."),
            "## план.txt\n\nWords within."),
        of(
            "text that is shown among the words",
            mail()
                .part(
                    "Content-Disposition: inline; filename=a.txt\nContent-Type: text/plain", "A."),
            "## a.txt\n\nA."),
        of(
            "a message three deep",
            mail().part("Content-Type: message/rfc822", text(threeDeep())),
            THREE_DEEP));
  }

  /** What says why it gives none. */
  private static List<Case> unread() {
    byte[] locked = new Pdfs().page(new Pdfs.Line(10, 0, "x")).protect("o", "u").bytes();
    return List.of(
        of("an archive", mail().attach("a.zip", "application/zip", zip()), "a.zip", "Unsupported:"),
        of(
            "a locked PDF",
            mail().attach("a.pdf", "application/pdf", locked),
            "a.pdf",
            "Encrypted:"),
        of("a scan", mail().attach("a.pdf", "", new Pdfs().scan().bytes()), "a.pdf", "Scanned:"),
        of("nothing", mail().attach("a.txt", "text/plain", new byte[0]), "a.txt", "Empty:"),
        of("a cut PDF", mail().attach("a.pdf", "", utf8("%PDF-1.7\n")), "a.pdf", "Damaged:"),
        of("bytes", mail().attach("a.bin", "", new byte[9_000]), "a.bin", "Unsupported: it holds"),
        of(
            "winmail.dat",
            mail().attach("winmail.dat", "application/ms-tnef", latin("x\u009f>\"\0\0")),
            "winmail.dat",
            "Unsupported: this is a package of Outlook"),
        of(
            "a message encrypted with PGP",
            mail().attach("x.asc", "application/octet-stream", utf8("-----BEGIN PGP MESSAGE-----")),
            "x.asc",
            "Unsupported: this is a message encrypted"),
        of(
            "a message sealed with S/MIME",
            mail().attach("smime.p7m", "application/pkcs7-mime", new byte[] {0x30}),
            "smime.p7m",
            "Unsupported: it is encrypted, or wrapped"));
  }

  /** What nobody misses. */
  private static List<Case> left() {
    return List.of(
        of("a signature", mail().attach("smime.p7s", "application/pkcs7-signature", zip()), NONE),
        of("a key", mail().attach("k.asc", "application/pgp-keys", utf8("key")), NONE),
        of("a picture", mail().attach("a.png", "image/png", PICTURE), "Attachment: a.png"),
        of("a picture of a kind", mail().attach("a.bmp", "image/bmp", bmp()), "Attachment: a.bmp"),
        of(
            "a picture of the page",
            mail()
                .part(
                    "Content-Type: multipart/related; boundary=in",
                    "--in\nContent-Type: text/html\n\n<h1>Page</h1>\n--in\n"
                        + "Content-Type: image/png; name=logo.png\nContent-ID: <x>\n"
                        + "Content-Transfer-Encoding: base64\n\n"
                        + Base64.getEncoder().encodeToString(PICTURE)
                        + "\n--in--\n"),
            "## Page"),
        of(
            "an invitation said twice",
            mail().part("Content-Type: multipart/alternative; boundary=in", INVITATION),
            "Come."));
  }

  private static Case of(String what, Mails mail, String text) {
    return new Case(what, mail, text, "");
  }

  private static Case of(String what, Mails mail, String name, String why) {
    return new Case(what, mail, "## " + name + "\n\n" + UNREAD + why, ONE_OF_ONE);
  }

  static Mails mail() {
    return Mails.mail("Mill", "Words.");
  }

  static byte[] threeDeep() {
    byte[] three = Mails.mail("Three", "Third.").attach("a.pdf", "", pdf()).bytes();
    byte[] two =
        Mails.mail("Two", "Second.").part("Content-Type: message/rfc822", text(three)).bytes();
    return Mails.mail("One", "First.").attach("two.eml", "message/rfc822", two).bytes();
  }

  static byte[] pdf() {
    return new Pdfs().page(line("Paper.")).bytes();
  }

  static Pdfs.Line line(String text) {
    return new Pdfs.Line(10, 0, text);
  }

  static byte[] word() {
    String styles =
        "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"h2\"><w:name w:val=\"heading 2\"/></w:style>"
            + "</w:styles>";
    return Zips.word(Zips.paragraph("h2", "Stones") + Zips.paragraph("", "They grind."))
        .with("word/styles.xml", styles)
        .bytes();
  }

  private static byte[] zip() {
    return new Zips().with("a.txt", "x").bytes();
  }

  private static byte[] bmp() {
    return latin("BM\u0010\0\0\0\0\0");
  }

  static String text(byte[] mail) {
    return new String(mail, StandardCharsets.UTF_8);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
