package io.millrace.extract.format;

import io.millrace.extract.Refusals;
import io.millrace.extract.format.MailAttachment.Content;
import io.millrace.extract.format.MediaTypes.Signature;
import io.millrace.problem.Problem.Unreadable;
import io.millrace.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is attached to one message, kept in the child's directory while the message is read. */
final class MailAttachments implements AutoCloseable {
  private static final int HEAD_BYTES = 8192;

  /** Parts for programs: signatures and keys, and halves of files of other systems. */
  private static final Set<String> NOISE =
      Set.of(
          "application/pkcs7-signature",
          "application/x-pkcs7-signature",
          "application/pgp-signature",
          "application/pgp-encrypted",
          "application/pgp-keys",
          "application/applefile");

  private static final Set<String> NOISE_NAMES = Set.of("smime.p7s", "signature.asc");
  private static final Set<String> SEALED =
      Set.of("application/pkcs7-mime", "application/x-pkcs7-mime");
  private static final String SEALED_WHY = "it is encrypted, or wrapped in its signature (S/MIME).";

  private final Allowance allowance;
  private final List<MailAttachment> all = new ArrayList<>();

  MailAttachments(Allowance allowance) {
    this.allowance = allowance;
  }

  /**
   * Keeps a part of a message for later, unless it is of no use to people.
   *
   * @param type what the message says it is, in lower case
   * @param related whether it is one with the words, as the pictures of an HTML page are
   */
  void keep(MailHeaders headers, String type, boolean related, InputStream in) throws IOException {
    String name = MailAttachment.baseName(headers.fileName());
    boolean attached =
        headers.isAttachment()
            || !name.isEmpty()
            || MailAttachment.saysMessage(type)
            || type.startsWith("application/");
    if (!attached || NOISE.contains(type) || NOISE_NAMES.contains(name)) {
      return;
    }
    byte[] head = in.readNBytes(HEAD_BYTES);
    Signature signature = MediaTypes.signature(head);
    boolean shown = signature == Signature.OTHER || signature == Signature.NONE;
    boolean nothing = head.length == 0 && name.isEmpty();
    if (nothing || (related && shown && type.startsWith("image/"))) {
      return;
    }
    all.add(new MailAttachment(name, type, content(type, head, in)));
  }

  private Content content(String type, byte[] head, InputStream in) throws IOException {
    if (MailAttachment.saysMedium(type) && isMedium(head)) {
      return new Content.Medium();
    }
    if (SEALED.contains(type)) {
      return refused(Refusals.unsupported(SEALED_WHY));
    }
    if (head.length == 0) {
      return refused(Refusals.empty());
    }
    if (MediaTypes.signature(head) == Signature.OTHER) {
      return refused(Refusals.unsupported("this is " + MediaTypes.kind(head) + "."));
    }
    if (!allowance.takeAttachment()) {
      return new Content.TooMany();
    }
    return kept(head, in);
  }

  private Content kept(byte[] head, InputStream in) throws IOException {
    Path file = Files.createTempFile("attachment-", "");
    long bytesMax = allowance.expandedBytesLeft();
    long bytes;
    try {
      bytes = copy(head, in, file, bytesMax);
    } catch (IOException e) {
      Files.delete(file);
      return refused(Refusals.damaged("it could not be unpacked."));
    }
    if (bytes > bytesMax) {
      Files.delete(file);
      return refused(Refusals.expandsTooMuch(bytesMax));
    }
    allowance.expand(bytes);
    return new Content.Kept(file);
  }

  /** Answers how many bytes were written, a few more than {@code bytesMax} when there are more. */
  private static long copy(byte[] head, InputStream in, Path file, long bytesMax)
      throws IOException {
    long bytes = head.length;
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(head);
      byte[] buffer = new byte[HEAD_BYTES];
      for (int read = in.read(buffer); read > 0 && bytes <= bytesMax; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        bytes += read;
      }
    }
    return bytes;
  }

  /** Of a kind that is known, or with bytes that no text has. */
  private static boolean isMedium(byte[] head) {
    return switch (MediaTypes.signature(head)) {
      case OTHER -> true;
      case NONE -> new String(head, StandardCharsets.ISO_8859_1).indexOf('\0') >= 0;
      case PDF, RTF, ZIP, OLE -> false;
    };
  }

  private Content refused(ProblemException e) {
    return new Content.Refused(Refusals.attachment((Unreadable) e.problem(), allowance.whole()));
  }

  /** In order. */
  List<MailAttachment> all() {
    return List.copyOf(all);
  }

  @Override
  public void close() throws IOException {
    for (MailAttachment each : all) {
      if (each.content() instanceof Content.Kept(Path file)) {
        boolean _ = Files.deleteIfExists(file);
      }
    }
  }
}
