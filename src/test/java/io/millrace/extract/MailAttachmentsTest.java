package io.millrace.extract;

import static io.millrace.extract.MailSamples.UNREAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.ProblemException;
import io.millrace.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of files that come with an e-mail. */
final class MailAttachmentsTest {
  private static final String HEAD = "# Mill\n\nFrom: miller@example.org\n\nWords.\n\n";
  private static final ExtractorPool POOL = pool(Map.of());

  @TempDir private Path directory;

  @AfterAll
  static void end() {
    POOL.close();
  }

  static Stream<MailSamples.Case> cases() {
    return MailSamples.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsAttachedStandsBelowTheWords(MailSamples.Case sample) throws IOException {
    Extraction read = extract(POOL, sample.mail().bytes());

    String marked = Samples.marked(read) + "\n\n";
    assertThat(marked).startsWith(HEAD);
    String below = marked.substring(HEAD.length()).strip();
    if (sample.text().contains(UNREAD)) {
      assertThat(below).startsWith(sample.text()).endsWith(".");
    } else {
      assertThat(below).isEqualTo(sample.text());
    }
    assertThat(read.notice()).isEqualTo(sample.notice());
    assertThat(read.mediaType()).isEqualTo("message/rfc822");
    assertThat(read.title()).isEqualTo("Mill");
    assertThat(read.pages()).isEmpty();
  }

  @Test
  void ofAThousandAttachmentsTheFirstHundredAreRead() throws IOException {
    Mails mail = MailSamples.mail();
    for (int i = 0; i < 1_000; i++) {
      mail = mail.attach("f" + i + ".txt", "text/plain", MailSamples.utf8("Words of " + i + "."));
    }

    Extraction read = extract(POOL, mail.bytes());

    assertThat(read.text())
        .contains("Words of 0.", "Words of 99.", "Attachment: f100.txt", "Attachment: f999.txt")
        .doesNotContain("Words of 100.");
    assertThat(headings(read)).hasSize(102).contains("f99.txt", "More attachments");
    assertThat(read.notice()).isEqualTo("900 of 1000 attachments could not be read.");
  }

  @Test
  void attachmentsOfAttachedMessagesCountToo() throws IOException {
    byte[] mail =
        MailSamples.mail()
            .part("Content-Type: message/rfc822", MailSamples.text(withSixty("First")))
            .part("Content-Type: message/rfc822", MailSamples.text(withSixty("Second")))
            .attach("last.txt", "text/plain", MailSamples.utf8("Last."))
            .bytes();

    Extraction read = extract(POOL, mail);

    // Three of its own are kept before the messages among them are read.
    assertThat(read.text()).contains("First 0.", "First 59.", "Second 36.", "Last.");
    assertThat(read.text()).doesNotContain("Second 37.");
  }

  private static byte[] withSixty(String subject) {
    Mails mail = Mails.mail(subject, "x");
    for (int i = 0; i < 60; i++) {
      byte[] words = MailSamples.utf8(subject + " " + i + ".");
      mail = mail.attach("f" + i + ".txt", "text/plain", words);
    }
    return mail.bytes();
  }

  @Test
  void messagesWithinMessagesEndSomewhere() throws IOException {
    byte[] mail = MailSamples.utf8("From: a@example.org\nSubject: deepest\n\nDeepest words.\n");
    for (int i = 0; i < 8; i++) {
      mail = Mails.forwarding("Level " + (7 - i), mail);
    }

    Extraction read = extract(POOL, mail);

    assertThat(read.text())
        .contains("Level 5", UNREAD + "Unsupported: it is a message within messages")
        .doesNotContain("Level 6", "Deepest words.");
    assertThat(read.notice()).isEqualTo("1 of 1 attachments could be read in part only.");
  }

  @Test
  void whatIsTooMuchCostsOnlyItself() throws IOException {
    byte[] bomb =
        new Zips()
            .with(
                Zips.WORD,
                out -> {
                  for (int i = 0; i < 4; i++) {
                    out.write(" ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII));
                  }
                })
            .bytes();
    byte[] mail =
        MailSamples.mail()
            .attach("bomb.docx", "", bomb)
            .attach("again.docx", "", bomb)
            .attach("long.txt", "text/plain", MailSamples.utf8("long ".repeat(10_000)))
            .attach(
                "pages.pdf",
                "",
                new Pdfs().page(MailSamples.line("a")).page(MailSamples.line("b")).bytes())
            .attach(
                "more.pdf",
                "",
                new Pdfs().page(MailSamples.line("c")).page(MailSamples.line("d")).bytes())
            .attach("fine.docx", "", MailSamples.word())
            .bytes();

    Extraction read;
    try (var pool =
        pool(
            Map.of(
                "MILLRACE_DOCUMENTS_EXTRACT_CHARACTERS_MAX", "20000",
                "MILLRACE_DOCUMENTS_EXTRACT_PAGES_MAX", "3",
                "MILLRACE_DOCUMENTS_EXTRACT_EXPANDED_BYTES_MAX", "2MB"))) {
      read = extract(pool, mail);
    }

    assertThat(below(read, "bomb.docx")).startsWith(UNREAD + "Expands too much: with it");
    assertThat(below(read, "again.docx")).startsWith(UNREAD + "Expands too much: with it");
    assertThat(below(read, "long.txt")).startsWith(UNREAD + "Too large:").contains("20000");
    assertThat(below(read, "pages.pdf")).isEqualTo("a\n\nb");
    assertThat(below(read, "more.pdf")).startsWith(UNREAD + "Too many pages:").contains("than 3");
    assertThat(below(read, "fine.docx")).startsWith("Stones");
    assertThat(read.notice()).isEqualTo("4 of 6 attachments could not be read.");
  }

  @Test
  void theTextOfAllTogetherHasALimit() throws IOException {
    Mails mail = MailSamples.mail();
    for (int i = 0; i < 5; i++) {
      mail = mail.attach("f" + i + ".txt", "text/plain", MailSamples.utf8("word ".repeat(1_000)));
    }

    Extraction read;
    try (var pool = pool(Map.of("MILLRACE_DOCUMENTS_EXTRACT_CHARACTERS_MAX", "18000"))) {
      read = extract(pool, mail.bytes());
    }

    assertThat(read.text()).hasSizeBetween(15_000, 18_000).contains("Words.");
    assertThat(below(read, "f2.txt")).startsWith("word");
    assertThat(read.notice()).isEqualTo("2 of 5 attachments could not be read.");
  }

  @Test
  void wordsThatLeaveNoRoomStay() throws IOException {
    Mails mail = Mails.mail("Mill", "word ".repeat(3_800));
    for (int i = 0; i < 20; i++) {
      mail = mail.attach("f" + i + ".zip", "application/zip", new byte[0]);
      mail = mail.attach("f" + i + ".png", "image/png", MailSamples.PICTURE);
    }

    Extraction read;
    try (var pool = pool(Map.of("MILLRACE_DOCUMENTS_EXTRACT_CHARACTERS_MAX", "20000"))) {
      read = extract(pool, mail.bytes());
    }

    assertThat(read.text()).hasSizeLessThan(20_000).endsWith("word");
    assertThat(read.notice()).isEqualTo("20 of 20 attachments could not be read.");
  }

  @Test
  void anAttachmentThatEndsTheChildCostsOnlyItself() throws IOException {
    Extraction read = withALargeOne(MailSamples.mail());

    assertThat(read.text()).contains("Words.");
    assertThat(below(read, "first.txt")).isEqualTo("First.");
    assertThat(below(read, "large.txt")).startsWith(UNREAD + "Crashed:").contains("64MB");
    assertThat(below(read, "last.txt")).isEqualTo("Last.");
    assertThat(read.notice()).isEqualTo("1 of 3 attachments could not be read.");
  }

  @Test
  void inALongMessageTheAttachmentThatEndsTheChildIsToldFromTheOthers() throws IOException {
    Extraction read = withALargeOne(Mails.mail("Mill", "word ".repeat(210_000)));

    assertThat(below(read, "first.txt")).isEqualTo("First.");
    assertThat(below(read, "large.txt")).startsWith(UNREAD + "Crashed:");
    assertThat(below(read, "last.txt")).isEqualTo("Last.");
  }

  @Test
  void anAttachmentThatTakesAllTheTimeLeavesWhatWasReadBefore() throws IOException {
    byte[] mail =
        MailSamples.mail()
            .attach("first.txt", "text/plain", MailSamples.utf8("First."))
            .attach("slow.html", "text/html", slow())
            .attach("last.txt", "text/plain", MailSamples.utf8("Last."))
            .bytes();

    Extraction read;
    try (var pool = pool(Map.of("MILLRACE_DOCUMENTS_EXTRACT_TIME", "3s"))) {
      read = extract(pool, mail);
    }

    assertThat(read.text()).contains("Words.").doesNotContain("Last.");
    assertThat(below(read, "first.txt")).isEqualTo("First.");
    assertThat(below(read, "slow.html")).startsWith(UNREAD + "Too slow:").endsWith("either.");
    assertThat(read.notice()).isEqualTo("Reading ended before its last 2 attachments were read.");
  }

  @Test
  void wordsThatAreTooLongAreRefusedAsBefore() {
    byte[] mail = Mails.mail("Mill", "word ".repeat(10_000)).bytes();

    try (var pool = pool(Map.of("MILLRACE_DOCUMENTS_EXTRACT_CHARACTERS_MAX", "20000"))) {
      assertThatThrownBy(() -> extract(pool, mail))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.problem().type()).isEqualTo("too-large"));
    }
  }

  /** Reads {@code mail} with three attachments, the second of which takes too much memory. */
  private Extraction withALargeOne(Mails mail) throws IOException {
    byte[] bytes =
        mail.attach("first.txt", "text/plain", MailSamples.utf8("First."))
            .attach("large.txt", "text/plain", MailSamples.utf8("Слово. ".repeat(5_000_000)))
            .attach("last.txt", "text/plain", MailSamples.utf8("Last."))
            .bytes();
    try (var pool =
        pool(
            Map.of(
                "MILLRACE_DOCUMENTS_EXTRACT_MEMORY", "64MB",
                "MILLRACE_DOCUMENTS_EXTRACT_CHARACTERS_MAX", "100000000"))) {
      return extract(pool, bytes);
    }
  }

  private static byte[] slow() {
    return MailSamples.utf8("<html>" + "<table><tr><td>a<td>b".repeat(300_000));
  }

  private static List<String> headings(Extraction read) {
    return read.headings().stream()
        .map(heading -> read.text().substring(heading.start(), heading.end()))
        .collect(Collectors.toList());
  }

  /** What stands between the heading {@code name} and the next of its level. */
  private static String below(Extraction read, String name) {
    List<Extraction.Heading> headings =
        read.headings().stream().filter(heading -> heading.level() <= 2).toList();
    int at = headings(read).indexOf(name);
    assertThat(at).as(name).isNotNegative();
    Extraction.Heading own = read.headings().get(at);
    int end =
        headings.stream()
            .mapToInt(Extraction.Heading::start)
            .filter(start -> start > own.start())
            .findFirst()
            .orElse(read.text().length());
    return read.text().substring(own.end(), end).strip();
  }

  private Extraction extract(ExtractorPool pool, byte[] mail) throws IOException {
    return pool.extract(Files.write(directory.resolve("in"), mail), "a.eml", "");
  }

  private static ExtractorPool pool(Map<String, String> environment) {
    return new ExtractorPool(Settings.read(new JsonObject(), environment).documents().extract());
  }
}
