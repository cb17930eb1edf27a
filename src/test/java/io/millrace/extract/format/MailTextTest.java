package io.millrace.extract.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.extract.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MailTextTest {
  private static final String MAIL =
      """
      From: miller@example.org
      Subject: Mill
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Disposition: attachment; filename=a.txt

      First.
      --b
      Content-Disposition: attachment; filename=broken.pdf

      %PDF-
      --b--
      """;

  @TempDir private Path directory;

  @Test
  void noAttachmentStaysBehindInAFile() throws IOException {
    Set<Path> before = attachments();
    Path file = Files.writeString(directory.resolve("a.eml"), MAIL);

    var read = new Formats(new Limits(10_000, 10_000, 10, 10_000)).extract(file, "a.eml", "");

    assertThat(read.text()).contains("First.", "broken.pdf");
    assertThat(attachments()).isEqualTo(before);
  }

  @Test
  void whatIsAttachedGivesAMessageNoTitle() throws IOException {
    String mail = MAIL.replace("Subject: Mill\n", "");
    Path file = Files.writeString(directory.resolve("a.eml"), mail);

    var read = new Formats(new Limits(10_000, 10_000, 10, 10_000)).extract(file, "a.eml", "");

    assertThat(read.title()).isEmpty();
    assertThat(read.text()).contains("First.");
  }

  private static Set<Path> attachments() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("attachment-"))
          .collect(Collectors.toSet());
    }
  }
}
