package io.millrace.extract;

import io.millrace.extract.Extraction.Heading;
import io.millrace.problem.Problem.Unreadable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What goes to a child and comes back: frames of a length and as many bytes. Whoever reads trusts
 * nothing in them: a frame that is too long, ends early or says impossible things is an {@code
 * IOException}.
 */
public final class Wire {
  private static final int REQUEST_BYTES_MAX = 1 << 16;
  private static final int HEADINGS_MAX = 100_000;
  private static final int SMALL_BYTES_MAX = 16_384;
  private static final byte READY = 'R';
  private static final byte TEXT = 'T';
  private static final byte REFUSED = 'X';
  private static final byte SO_FAR = 'S';
  private static final int SKIPPED_MAX = 100;

  private Wire() {}

  /**
   * Which file to read.
   *
   * @param skipped of an e-mail, the attachments that are not to be read
   */
  public record Request(String path, String name, String declaredType, List<Skipped> skipped) {
    /** Refuses more than a frame holds. */
    public Request {
      skipped = List.copyOf(skipped);
      if (skipped.size() > SKIPPED_MAX) {
        throw new IllegalArgumentException("too many attachments are to be skipped");
      }
    }

    /** The same without an attachment. */
    Request without(Skipped attachment) {
      var all = new ArrayList<>(skipped);
      all.add(attachment);
      return new Request(path, name, declaredType, all);
    }
  }

  /**
   * An attachment that ended a child before.
   *
   * @param attachment its place among those that are read, from 0
   * @param why in plain words
   */
  public record Skipped(int attachment, String why) {}

  /** What a child answers. */
  public sealed interface Answer {
    /** The text. */
    record Text(Extraction extraction) implements Answer {}

    /** There is none. */
    record Refused(Unreadable problem) implements Answer {}

    /**
     * What there is of an e-mail before one of its attachments is read: enough when the child dies
     * of that one. Another answer follows.
     *
     * @param extraction ends with the heading of the attachment; empty where what was sent before
     *     has to do
     * @param attachment its place among those that are read, from 0
     * @param after how many there are after it
     */
    record SoFar(Optional<Extraction> extraction, int attachment, int after) implements Answer {}
  }

  /** Sends a request. */
  public static void write(OutputStream out, Request request) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var data = new DataOutputStream(bytes);
    writeString(data, request.path());
    writeString(data, request.name());
    writeString(data, request.declaredType());
    data.writeInt(request.skipped().size());
    for (Skipped skipped : request.skipped()) {
      data.writeInt(skipped.attachment());
      writeString(data, skipped.why());
    }
    send(out, bytes);
  }

  /** Waits for a request. */
  public static Request readRequest(InputStream in) throws IOException {
    DataInputStream data = receive(in, REQUEST_BYTES_MAX);
    String path = readString(data, REQUEST_BYTES_MAX);
    String name = readString(data, REQUEST_BYTES_MAX);
    String declaredType = readString(data, REQUEST_BYTES_MAX);
    int count = between(0, data.readInt(), SKIPPED_MAX);
    var skipped = new ArrayList<Skipped>(count);
    for (int i = 0; i < count; i++) {
      skipped.add(new Skipped(data.readInt(), readString(data, REQUEST_BYTES_MAX)));
    }
    return new Request(path, name, declaredType, skipped);
  }

  /** Says that requests are read from now on. */
  public static void writeReady(OutputStream out) throws IOException {
    out.write(READY);
    out.flush();
  }

  static void awaitReady(InputStream in) throws IOException {
    int first = in.read();
    if (first != READY) {
      throw new IOException("it did not say that it is ready but " + first);
    }
  }

  /** Sends an answer. */
  public static void write(OutputStream out, Answer answer) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var data = new DataOutputStream(bytes);
    switch (answer) {
      case Answer.Text(Extraction extraction) -> {
        data.writeByte(TEXT);
        write(data, extraction);
      }
      case Answer.SoFar(Optional<Extraction> extraction, int attachment, int after) -> {
        data.writeByte(SO_FAR);
        data.writeInt(attachment);
        data.writeInt(after);
        data.writeBoolean(extraction.isPresent());
        if (extraction.isPresent()) {
          write(data, extraction.get());
        }
      }
      case Answer.Refused(Unreadable problem) -> {
        data.writeByte(REFUSED);
        writeString(data, problem.reason().name());
        writeString(data, problem.detail());
      }
    }
    send(out, bytes);
  }

  private static void write(DataOutputStream data, Extraction extraction) throws IOException {
    writeString(data, extraction.mediaType());
    writeString(data, extraction.title());
    writeString(data, extraction.notice());
    writeString(data, extraction.text());
    List<Heading> headings = extraction.headings();
    int count = Math.min(headings.size(), HEADINGS_MAX);
    data.writeInt(count);
    for (Heading heading : headings.subList(0, count)) {
      data.writeInt(heading.level());
      data.writeInt(heading.start());
      data.writeInt(heading.end());
    }
    data.writeInt(extraction.pages().size());
    for (int start : extraction.pages()) {
      data.writeInt(start);
    }
  }

  /** Waits for an answer within {@code limits}. */
  static Answer readAnswer(InputStream in, Limits limits) throws IOException {
    int pagesBytesMax = 4 * limits.pagesMax();
    DataInputStream data =
        receive(in, textBytesMax(limits) + pagesBytesMax + 12 * HEADINGS_MAX + 4 * SMALL_BYTES_MAX);
    byte kind = data.readByte();
    if (kind == REFUSED) {
      return new Answer.Refused(
          new Unreadable(
              reason(readString(data, SMALL_BYTES_MAX)), plain(readString(data, SMALL_BYTES_MAX))));
    }
    return switch (kind) {
      case TEXT -> new Answer.Text(extraction(data, limits));
      case SO_FAR -> {
        int attachment = between(0, data.readInt(), Integer.MAX_VALUE);
        int after = between(0, data.readInt(), Integer.MAX_VALUE);
        Optional<Extraction> extraction =
            data.readBoolean() ? Optional.of(extraction(data, limits)) : Optional.empty();
        yield new Answer.SoFar(extraction, attachment, after);
      }
      default -> throw new IOException("no answer begins with " + kind);
    };
  }

  private static Extraction extraction(DataInputStream data, Limits limits) throws IOException {
    String mediaType = plain(readString(data, SMALL_BYTES_MAX));
    String title = plain(readString(data, SMALL_BYTES_MAX));
    String notice = plain(readString(data, SMALL_BYTES_MAX));
    String text = readString(data, textBytesMax(limits));
    try {
      return new Extraction(
          mediaType, title, text, headings(data), pages(data, limits.pagesMax()), notice);
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  private static int textBytesMax(Limits limits) {
    return 3 * limits.charactersMax();
  }

  private static Unreadable.Reason reason(String name) throws IOException {
    try {
      return Unreadable.Reason.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  private static List<Heading> headings(DataInputStream data) throws IOException {
    int count = between(0, data.readInt(), HEADINGS_MAX);
    var headings = new ArrayList<Heading>(count);
    for (int i = 0; i < count; i++) {
      headings.add(new Heading(data.readInt(), data.readInt(), data.readInt()));
    }
    return headings;
  }

  private static List<Integer> pages(DataInputStream data, int pagesMax) throws IOException {
    int count = between(0, data.readInt(), pagesMax);
    var pages = new ArrayList<Integer>(count);
    for (int i = 0; i < count; i++) {
      pages.add(data.readInt());
    }
    return pages;
  }

  private static void send(OutputStream out, ByteArrayOutputStream bytes) throws IOException {
    var data = new DataOutputStream(out);
    data.writeInt(bytes.size());
    bytes.writeTo(data);
    data.flush();
  }

  private static DataInputStream receive(InputStream in, int bytesMax) throws IOException {
    int length = between(1, new DataInputStream(in).readInt(), bytesMax);
    byte[] frame = in.readNBytes(length);
    if (frame.length < length) {
      throw new IOException("the answer ends early");
    }
    return new DataInputStream(new ByteArrayInputStream(frame));
  }

  private static void writeString(DataOutputStream data, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    data.writeInt(bytes.length);
    data.write(bytes);
  }

  /** Whole characters only, and no NUL, which databases refuse. */
  private static String readString(DataInputStream data, int bytesMax) throws IOException {
    byte[] bytes = new byte[between(0, data.readInt(), Math.min(bytesMax, data.available()))];
    data.readFully(bytes);
    String text =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(bytes))
            .toString();
    if (text.indexOf('\0') >= 0) {
      throw new IOException("the text holds NUL");
    }
    return text;
  }

  /** One line that a person may be shown. */
  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static int between(int min, int value, int max) throws IOException {
    if (value < min || value > max) {
      throw new IOException(value + " is not between " + min + " and " + max);
    }
    return value;
  }
}
