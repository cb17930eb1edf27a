package io.millrace.extract.format;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The headers of a message, or of a part of one. */
final class MailHeaders {
  private static final int PIECES_MAX = 20;

  private final Map<String, String> values = new HashMap<>();

  void put(String name, String body) {
    values.putIfAbsent(name.toLowerCase(Locale.ROOT), body.replaceAll("\\r?\\n", ""));
  }

  /** Parts have headers about their content only. */
  boolean isMessage() {
    return values.containsKey("from") || values.containsKey("subject");
  }

  /** For people. */
  String shown(String name) {
    String raw = values.getOrDefault(name, "").strip();
    if (raw.chars().anyMatch(c -> c > 0x7F && c <= 0xFF)) {
      raw = TextDecoder.decode(raw.getBytes(StandardCharsets.ISO_8859_1));
    }
    return MailText.decodeWords(raw).replaceAll("\\s+", " ").strip();
  }

  /** Lower case; empty when none is said. */
  String mediaType() {
    String type = values.getOrDefault("content-type", "");
    return type.replaceAll(";.*", "").strip().toLowerCase(Locale.ROOT);
  }

  boolean flows() {
    return parameter("content-type", "format").equalsIgnoreCase("flowed");
  }

  boolean isAttachment() {
    return values
        .getOrDefault("content-disposition", "")
        .strip()
        .toLowerCase(Locale.ROOT)
        .startsWith("attachment");
  }

  /** Whether it is a file that is shown among the words. */
  boolean isInlineFile() {
    return !parameter("content-disposition", "filename").isBlank();
  }

  /** Empty when it has none. */
  String fileName() {
    String name = parameter("content-disposition", "filename");
    return name.isEmpty() ? parameter("content-type", "name") : name;
  }

  private String parameter(String header, String name) {
    String value = values.getOrDefault(header, "");
    Matcher matcher =
        Pattern.compile(
                ";\\s*" + name + "(\\*(?:0\\*?)?)?\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]*))",
                Pattern.CASE_INSENSITIVE)
            .matcher(value);
    if (!matcher.find()) {
      return "";
    }
    String found = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
    if (matcher.group(1) != null && matcher.group(1).startsWith("*0")) {
      found += continued(value, name);
    }
    boolean extended = matcher.group(1) != null && found.contains("''");
    return extended ? extended(found) : MailText.decodeWords(found);
  }

  /** The rest of a value in numbered pieces, after RFC 2231. */
  private static String continued(String value, String name) {
    var rest = new StringBuilder();
    for (int i = 1; i <= PIECES_MAX; i++) {
      Matcher piece =
          Pattern.compile(
                  ";\\s*" + name + "\\*" + i + "\\*?\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]*))",
                  Pattern.CASE_INSENSITIVE)
              .matcher(value);
      if (!piece.find()) {
        break;
      }
      rest.append(piece.group(1) == null ? piece.group(2) : piece.group(1));
    }
    return rest.toString();
  }

  /** {@code utf-8''%D0%B0.txt}, after RFC 2231. */
  private static String extended(String value) {
    int quotes = value.indexOf("''");
    Charset charset = charset(value.substring(0, quotes)).orElse(StandardCharsets.UTF_8);
    String encoded = value.substring(quotes + 2).replace("+", "%2B");
    try {
      return URLDecoder.decode(encoded, charset);
    } catch (IllegalArgumentException _) {
      return encoded;
    }
  }

  /** By the charset that is declared, when the bytes are that; else by what they look like. */
  String decode(byte[] bytes) {
    Optional<Charset> declared = charset(parameter("content-type", "charset"));
    if (declared.isPresent() && !declared.get().equals(StandardCharsets.US_ASCII)) {
      try {
        return declared.get().newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException _) {
        // A wrong declaration: guessed below.
      }
    }
    return TextDecoder.decode(bytes);
  }

  private static Optional<Charset> charset(String name) {
    try {
      return name.isEmpty() ? Optional.empty() : Optional.of(Charset.forName(name));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      return Optional.empty();
    }
  }
}
