package io.millrace.extract;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Messages with what is attached to them, part by part. */
final class Mails {
  private final StringBuilder mail = new StringBuilder();

  private final String boundary;

  private Mails(String boundary, String headers) {
    this.boundary = boundary;
    mail.append(headers).append("MIME-Version: 1.0\n");
  }

  /** One with words in plain text; its boundary is made of its subject. */
  static Mails mail(String subject, String words) {
    return new Mails("=_" + subject, "From: miller@example.org\nSubject: " + subject + "\n")
        .multipart("mixed")
        .part("Content-Type: text/plain; charset=utf-8", words);
  }

  /** One that forwards another as its whole content. */
  static byte[] forwarding(String subject, byte[] message) {
    return ("From: miller@example.org\nSubject: "
            + subject
            + "\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
            + new String(message, StandardCharsets.UTF_8))
        .getBytes(StandardCharsets.UTF_8);
  }

  private Mails multipart(String kind) {
    mail.append("Content-Type: multipart/%s; boundary=\"%s\"\n\n".formatted(kind, boundary));
    return this;
  }

  /** A part as it is, with its headers in lines. */
  Mails part(String headers, String content) {
    mail.append("--%s\n%s\n\n%s\n".formatted(boundary, headers, content));
    return this;
  }

  /** A file in base64. */
  Mails attach(String name, String type, byte[] content) {
    return part(
        "Content-Type: %s\nContent-Disposition: attachment; filename=\"%s\"\n".formatted(type, name)
            + "Content-Transfer-Encoding: base64",
        base64(content));
  }

  static String base64(byte[] content) {
    return Base64.getMimeEncoder().encodeToString(content);
  }

  byte[] bytes() {
    return (mail + "--" + boundary + "--\n").getBytes(StandardCharsets.UTF_8);
  }
}
