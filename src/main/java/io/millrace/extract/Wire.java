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

  private Wire() {}

  /** Which file to read. */
  public record Request(String path, String name, String declaredType) {}

  /** What a child answers. */
  public sealed interface Answer {
    /** The text. */
    record Text(Extraction extraction) implements Answer {}

    /** There is none. */
    record Refused(Unreadable problem) implements Answer {}
  }

  /** Sends a request. */
  public static void write(OutputStream out, Request request) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var data = new DataOutputStream(bytes);
    writeString(data, request.path());
    writeString(data, request.name());
    writeString(data, request.declaredType());
    send(out, bytes);
  }

  /** Waits for a request. */
  public static Request readRequest(InputStream in) throws IOException {
    DataInputStream data = receive(in, REQUEST_BYTES_MAX);
    return new Request(
        readString(data, REQUEST_BYTES_MAX),
        readString(data, REQUEST_BYTES_MAX),
        readString(data, REQUEST_BYTES_MAX));
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
      case Answer.Text(Extraction extraction) -> write(data, extraction);
      case Answer.Refused(Unreadable problem) -> {
        data.writeByte(REFUSED);
        writeString(data, problem.reason().name());
        writeString(data, problem.detail());
      }
    }
    send(out, bytes);
  }

  private static void write(DataOutputStream data, Extraction extraction) throws IOException {
    data.writeByte(TEXT);
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
    int textBytesMax = 3 * limits.charactersMax();
    int pagesBytesMax = 4 * limits.pagesMax();
    DataInputStream data =
        receive(in, textBytesMax + pagesBytesMax + 12 * HEADINGS_MAX + 4 * SMALL_BYTES_MAX);
    byte kind = data.readByte();
    if (kind == REFUSED) {
      return new Answer.Refused(
          new Unreadable(
              reason(readString(data, SMALL_BYTES_MAX)), plain(readString(data, SMALL_BYTES_MAX))));
    }
    if (kind != TEXT) {
      throw new IOException("no answer begins with " + kind);
    }
    String mediaType = plain(readString(data, SMALL_BYTES_MAX));
    String title = plain(readString(data, SMALL_BYTES_MAX));
    String notice = plain(readString(data, SMALL_BYTES_MAX));
    String text = readString(data, textBytesMax);
    try {
      return new Answer.Text(
          new Extraction(
              mediaType, title, text, headings(data), pages(data, limits.pagesMax()), notice));
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
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
