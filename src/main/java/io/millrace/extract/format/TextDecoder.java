package io.millrace.extract.format;

import io.millrace.extract.Refusals;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bytes to text when nobody says reliably in which encoding: a byte order mark, else UTF-8 where
 * the bytes are that, else what an HTML or XML file says of itself, else the likeliest Cyrillic or
 * Western single-byte encoding by how often letters occur.
 */
final class TextDecoder {
  private static final int PROBE_BYTES = 4096;
  private static final int STATISTICS_BYTES = 1 << 16;
  private static final Pattern DECLARATION =
      Pattern.compile(
          "(?:<meta[^>]{0,200}charset|\\A\\s*<\\?xml[^>]{0,200}encoding)\\s*=\\s*[\"']?\\s*([\\w:.-]{2,40})",
          Pattern.CASE_INSENSITIVE);
  private static final String FREQUENT_CYRILLIC = "оеаинтсрвл";
  private static final List<Charset> CYRILLIC =
      Stream.of("windows-1251", "KOI8-R", "IBM866")
          .filter(Charset::isSupported)
          .map(Charset::forName)
          .toList();
  private static final Charset WESTERN = Charset.forName("windows-1252");

  private TextDecoder() {}

  /** The text of {@code bytes}, or a refusal when they are none. */
  static String decode(byte[] bytes) {
    Optional<String> marked = byByteOrderMark(bytes);
    if (marked.isPresent()) {
      return marked.get();
    }
    Optional<Charset> wide = wideWithoutMark(bytes);
    if (wide.isPresent()) {
      return new String(bytes, wide.get());
    }
    if (contains(bytes, (byte) 0)) {
      throw Refusals.unsupported("it holds binary data, no text in a known encoding.");
    }
    String text = asUtf8(bytes).orElseGet(() -> new String(bytes, singleByteCharset(bytes)));
    if (looksBinary(text)) {
      throw Refusals.unsupported("it holds binary data, no text in a known encoding.");
    }
    return text;
  }

  private static Optional<String> byByteOrderMark(byte[] bytes) {
    if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
      return Optional.of(new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8));
    }
    if (startsWith(bytes, 0xFF, 0xFE, 0, 0)) {
      return Optional.of(new String(bytes, 4, bytes.length - 4, StandardCharsets.UTF_32LE));
    }
    if (startsWith(bytes, 0, 0, 0xFE, 0xFF)) {
      return Optional.of(new String(bytes, 4, bytes.length - 4, StandardCharsets.UTF_32BE));
    }
    if (startsWith(bytes, 0xFF, 0xFE)) {
      return Optional.of(new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16LE));
    }
    if (startsWith(bytes, 0xFE, 0xFF)) {
      return Optional.of(new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16BE));
    }
    return Optional.empty();
  }

  /** UTF-16 of mostly Latin text: zeros on one side of most pairs and never on the other. */
  private static Optional<Charset> wideWithoutMark(byte[] bytes) {
    int pairs = Math.min(bytes.length, PROBE_BYTES) / 2;
    int evenZeros = 0;
    int oddZeros = 0;
    for (int i = 0; i < pairs; i++) {
      evenZeros += bytes[2 * i] == 0 ? 1 : 0;
      oddZeros += bytes[2 * i + 1] == 0 ? 1 : 0;
    }
    if (pairs < 2 || bytes.length % 2 != 0) {
      return Optional.empty();
    }
    if (evenZeros == 0 && oddZeros * 10 > pairs * 3) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    return oddZeros == 0 && evenZeros * 10 > pairs * 3
        ? Optional.of(StandardCharsets.UTF_16BE)
        : Optional.empty();
  }

  /** Also when a few bytes are spoilt, as long as far more are right. */
  private static Optional<String> asUtf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException notWholly) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      long spoilt = text.chars().filter(c -> c == 0xFFFD).count();
      long right = text.chars().filter(c -> c > 0x7F && c != 0xFFFD).count();
      return right > 20 * spoilt ? Optional.of(text) : Optional.empty();
    }
  }

  private static Charset singleByteCharset(byte[] bytes) {
    Optional<Charset> said = declared(bytes);
    if (said.isPresent()) {
      return said.get();
    }
    byte[] sample =
        bytes.length > STATISTICS_BYTES ? java.util.Arrays.copyOf(bytes, STATISTICS_BYTES) : bytes;
    return highBytesComeInRuns(sample) ? likeliestCyrillic(sample) : WESTERN;
  }

  private static Optional<Charset> declared(byte[] bytes) {
    String head =
        new String(bytes, 0, Math.min(bytes.length, PROBE_BYTES), StandardCharsets.ISO_8859_1);
    Matcher matcher = DECLARATION.matcher(head);
    if (!matcher.find()) {
      return Optional.empty();
    }
    try {
      Charset charset = Charset.forName(matcher.group(1));
      return charset.newDecoder().maxCharsPerByte() > 1 || charset.name().startsWith("UTF")
          ? Optional.empty()
          : Optional.of(charset);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
      return Optional.empty();
    }
  }

  /** Whole words of high bytes mean an alphabet that lies there; single ones are accents. */
  private static boolean highBytesComeInRuns(byte[] bytes) {
    int high = 0;
    int inRuns = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] < 0) {
        high++;
        boolean joined = (i > 0 && bytes[i - 1] < 0) || (i + 1 < bytes.length && bytes[i + 1] < 0);
        inRuns += joined ? 1 : 0;
      }
    }
    return inRuns * 2 > high;
  }

  private static Charset likeliestCyrillic(byte[] bytes) {
    Charset best = WESTERN;
    long bestScore = 0;
    for (Charset charset : CYRILLIC) {
      long score =
          new String(bytes, charset).chars().filter(c -> FREQUENT_CYRILLIC.indexOf(c) >= 0).count();
      if (score > bestScore) {
        best = charset;
        bestScore = score;
      }
    }
    return best;
  }

  private static boolean looksBinary(String text) {
    long controls =
        text.chars()
            .filter(c ->
                (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1B)
                    || c == 0x7F)
            .count();
    return controls * 200 > text.length();
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    if (bytes.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xFF) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] bytes, byte wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }
}
