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

/**
 * E-mail: who wrote to whom about what, the words, and the names of what is attached. Where a
 * message says the same in plain text and in HTML, the plain text is taken.
 */
final class MailText implements FormatReader {
  private static final int DEPTH_MAX = 20;
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

  /** A multipart body that is being read. */
  private record Open(boolean alternative, List<MailPart> parts) {}

  private final Deque<Open> open = new ArrayDeque<>();
  private MailHeaders headers = new MailHeaders();
  private String title = "";
  private String notice = "";
  private long characters;

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
  public Extraction read(Path file, Limits limits) throws IOException {
    open.push(new Open(false, new ArrayList<>()));
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      var stream = new MimeTokenStream(CONFIG);
      stream.parse(in);
      for (EntityState state = stream.getState();
          state != EntityState.T_END_OF_STREAM && notice.isEmpty();
          state = stream.next()) {
        hear(state, stream, limits);
      }
    } catch (MimeException e) {
      notice = "The message is damaged; what comes after the damage is missing.";
    }
    while (open.size() > 1) {
      close();
    }
    var text = new TextBuilder(limits);
    for (MailPart part : open.getFirst().parts()) {
      part.write(text);
    }
    return text.build(MediaTypes.MAIL, title, notice);
  }

  private void hear(EntityState state, MimeTokenStream stream, Limits limits) throws IOException {
    switch (state) {
      case T_START_HEADER -> headers = new MailHeaders();
      case T_FIELD -> headers.put(stream.getField().getName(), stream.getField().getBody());
      case T_END_HEADER -> endHeader();
      case T_START_MULTIPART -> {
        if (open.size() > DEPTH_MAX) {
          notice = "Parts nested more than " + DEPTH_MAX + " deep are missing.";
        }
        open.push(new Open(headers.mediaType().equals("multipart/alternative"), new ArrayList<>()));
      }
      case T_END_MULTIPART -> close();
      case T_START_MESSAGE -> {
        if (open.size() > DEPTH_MAX) {
          notice = "Parts nested more than " + DEPTH_MAX + " deep are missing.";
        }
        open.push(new Open(false, new ArrayList<>()));
      }
      case T_END_MESSAGE -> {
        if (open.size() > 1) {
          close();
        }
      }
      case T_BODY -> body(stream, limits);
      default -> {}
    }
  }

  /** What is said of a whole message stands before its words. */
  private void endHeader() {
    if (!headers.isMessage()) {
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

  private void body(MimeTokenStream stream, Limits limits) throws IOException {
    String file = headers.fileName();
    String type = headers.mediaType();
    boolean words = type.equals("text/plain") || type.equals("text/html") || type.isEmpty();
    if (!words || headers.isAttachment()) {
      if (!file.isEmpty()) {
        add(new MailPart(Kind.ATTACHMENT, file));
      }
      return;
    }
    byte[] bytes;
    try (InputStream in = stream.getDecodedInputStream()) {
      bytes = in.readNBytes(4 * limits.charactersMax());
    }
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
        ended.alternative() && parts.stream().anyMatch(part -> part.kind() == Kind.PLAIN);
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
