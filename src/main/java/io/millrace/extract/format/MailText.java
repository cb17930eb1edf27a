package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import io.millrace.extract.format.MailPart.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * E-mail: who wrote to whom about what, the words, and what is attached, messages among it. Where a
 * message says the same in plain text and in HTML, the plain text is taken.
 */
final class MailText implements FormatReader {
  private static final int DEPTH_MAX = 20;
  private static final int PARTS_MAX = 20_000;
  private static final Pattern HEADER = Pattern.compile("(?:[A-Za-z0-9-]{1,60}:.*|[ \\t].*)");
  private static final Pattern MAIL_HEADER =
      Pattern.compile(
          "(?im)^(from|to|received|return-path|mime-version|message-id|delivered-to|subject|date):");
  private static final List<String> SHOWN = List.of("from", "to", "cc", "date", "subject");
  private static final MimeConfig CONFIG =
      MimeConfig.custom()
          .setMaxLineLen(-1)
          .setMaxHeaderLen(100_000)
          .setMaxHeaderCount(10_000)
          .build();

  /** A multipart body that is being read; its kind is such as {@code mixed}. */
  private record Open(String kind, List<MailPart> parts) {
    boolean is(String kind) {
      return this.kind.equals(kind);
    }
  }

  private final Formats formats;
  private final Journal journal;
  private final Deque<Open> open = new ArrayDeque<>();
  private MailHeaders headers = new MailHeaders();
  private String title = "";
  private String notice = "";
  private long characters;
  private int bodies;

  /** Reads one message; {@code journal} hears of what is attached to it. */
  MailText(Formats formats, Journal journal) {
    this.formats = formats;
    this.journal = journal;
  }

  /** Whether the first lines are headers of a message. */
  static boolean looksLikeMail(byte[] head, String name, String declaredType) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    int end = start.indexOf("\n\n") >= 0 ? start.indexOf("\n\n") : start.indexOf("\r\n\r\n");
    List<String> lines = start.substring(0, end < 0 ? start.length() : end).lines().toList();
    boolean envelope = !lines.isEmpty() && lines.getFirst().startsWith("From ");
    boolean headersOnly =
        lines.size() > (envelope ? 1 : 0)
            && lines.stream()
                .skip(envelope ? 1 : 0)
                .limit(20)
                .allMatch(l -> HEADER.matcher(l).matches());
    if (!headersOnly) {
      return false;
    }
    long known = MAIL_HEADER.matcher(start).results().limit(3).count();
    boolean said = name.endsWith(".eml") || declaredType.startsWith(MediaTypes.MAIL);
    return known >= (said ? 1 : 3);
  }

  @Override
  public Extraction read(Path file, Allowance allowance) throws IOException {
    allowance.requireDepth();
    try (var attachments = new MailAttachments(allowance)) {
      parse(file, attachments, allowance.limits());
      var text = new TextBuilder(allowance.limits());
      text.below(1);
      for (MailPart part : open.getFirst().parts()) {
        part.write(text);
      }
      var reading = new AttachmentsText.Reading(formats, allowance, journal);
      return new AttachmentsText(reading, text, title, notice).write(attachments.all());
    }
  }

  private void parse(Path file, MailAttachments attachments, Limits limits) throws IOException {
    open.push(new Open("", new ArrayList<>()));
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      var stream = new MimeTokenStream(CONFIG);
      stream.setRecursionMode(RecursionMode.M_NO_RECURSE);
      stream.parse(in);
      for (EntityState state = stream.getState();
          state != EntityState.T_END_OF_STREAM && notice.isEmpty();
          state = stream.next()) {
        hear(state, stream, attachments, limits);
      }
    } catch (MimeException e) {
      notice = "The message is damaged; what comes after the damage is missing.";
    }
    while (open.size() > 1) {
      close();
    }
  }

  private void hear(
      EntityState state, MimeTokenStream stream, MailAttachments attachments, Limits limits)
      throws IOException {
    switch (state) {
      case T_START_HEADER -> headers = new MailHeaders();
      case T_FIELD -> headers.put(stream.getField().getName(), stream.getField().getBody());
      case T_END_HEADER -> endHeader();
      case T_START_MULTIPART -> {
        if (open.size() > DEPTH_MAX) {
          notice = "Parts nested more than " + DEPTH_MAX + " deep are missing.";
        }
        open.push(new Open(headers.mediaType().replace("multipart/", ""), new ArrayList<>()));
      }
      case T_END_MULTIPART -> close();
      case T_BODY -> {
        if (++bodies > PARTS_MAX) {
          notice =
              "The message has more than " + PARTS_MAX + " parts; what comes after is missing.";
        } else {
          body(stream, attachments, limits);
        }
      }
      default -> {}
    }
  }

  /** What is said of a whole message stands before its words. */
  private void endHeader() {
    if (open.size() > 1 || !headers.isMessage()) {
      return;
    }
    var lines = new StringBuilder();
    for (String name : SHOWN) {
      String value = headers.shown(name);
      if (!value.isEmpty() && !name.equals("subject")) {
        lines.append(Character.toUpperCase(name.charAt(0))).append(name.substring(1));
        lines.append(": ").append(value).append('\n');
      }
    }
    String subject = headers.shown("subject");
    title = title.isEmpty() ? subject : title;
    add(new MailPart(Kind.SUBJECT, subject));
    add(new MailPart(Kind.HEADERS, lines.toString()));
  }

  private void body(MimeTokenStream stream, MailAttachments attachments, Limits limits)
      throws IOException {
    String said = headers.mediaType();
    // Without a word on it a part is text, or a message within a digest of messages.
    String type = said.isEmpty() ? stream.getBodyDescriptor().getMimeType() : said;
    try (InputStream in = stream.getDecodedInputStream()) {
      if (isWords(type)) {
        words(type, in.readNBytes(4 * limits.charactersMax()), limits);
      } else if (!isAnotherForm(type)) {
        attachments.keep(headers, type, open.getFirst().is("related"), in);
      }
    }
  }

  /** Whether it says in a form for programs what the words say, as invitations do. */
  private boolean isAnotherForm(String type) {
    return open.getFirst().is("alternative")
        && !headers.isAttachment()
        && (type.startsWith("text/") || headers.fileName().isEmpty());
  }

  private boolean isWords(String type) {
    boolean aside =
        headers.isAttachment()
            || (headers.isInlineFile() && open.size() > 1 && !open.getFirst().is("alternative"));
    return !aside && (type.equals("text/plain") || type.equals("text/html"));
  }

  private void words(String type, byte[] bytes, Limits limits) {
    if (bytes.length == 0) {
      return;
    }
    String text = headers.decode(bytes);
    characters += text.length();
    if (characters > limits.charactersMax()) {
      throw Refusals.tooMuchText(limits.charactersMax());
    }
    Kind kind = type.equals("text/html") ? Kind.HTML : Kind.PLAIN;
    add(new MailPart(kind, kind == Kind.PLAIN && headers.flows() ? joined(text) : text));
  }

  /** Lines that end in a space go on in the next one (format=flowed). */
  private static String joined(String text) {
    return text.replaceAll("(?<!^--) \\r?\\n(?![>\\r\\n])", " ");
  }

  private void add(MailPart part) {
    if (!part.text().isBlank()) {
      open.getFirst().parts().add(part);
    }
  }

  private void close() {
    Open ended = open.pop();
    List<MailPart> parts = ended.parts();
    boolean plain =
        ended.is("alternative") && parts.stream().anyMatch(part -> part.kind() == Kind.PLAIN);
    for (MailPart part : parts) {
      if (!(plain && part.kind() == Kind.HTML)) {
        open.getFirst().parts().add(part);
      }
    }
  }

  /** A header's words, whatever they are encoded in. */
  static String decodeWords(String raw) {
    return DecoderUtil.decodeEncodedWords(raw, DecodeMonitor.SILENT);
  }
}
