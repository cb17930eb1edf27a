package io.millrace.outbound;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gives what was fetched a name that is safe to show and to save under. */
final class FileName {
  private static final int LENGTH_MAX = 200;
  private static final Pattern ENCODED =
      Pattern.compile("filename\\*\\s*=\\s*UTF-8'[^']*'([^;\\s]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern PLAIN =
      Pattern.compile(
          "filename\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s\"]+))", Pattern.CASE_INSENSITIVE);

  private FileName() {}

  /**
   * From {@code Content-Disposition} (RFC 6266), else the path of {@code address}, else its host.
   */
  static String of(@Nullable String disposition, WebAddress address) {
    return Optional.ofNullable(disposition)
        .flatMap(FileName::said)
        .flatMap(FileName::cleaned)
        .or(() -> decoded(address.target().replaceFirst("[?].*", "")).flatMap(FileName::cleaned))
        .orElse(address.host());
  }

  private static Optional<String> said(String disposition) {
    Matcher encoded = ENCODED.matcher(disposition);
    if (encoded.find()) {
      return decoded(encoded.group(1));
    }
    Matcher plain = PLAIN.matcher(disposition);
    if (!plain.find()) {
      return Optional.empty();
    }
    return Optional.of(
        plain.group(1) == null ? plain.group(2) : plain.group(1).replaceAll("\\\\(.)", "$1"));
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return Optional.of(text);
    }
  }

  /** The last part of a path, without what cannot be seen. */
  private static Optional<String> cleaned(String path) {
    String last = path.replaceFirst("[/\\\\]+$", "").replaceFirst("(?s).*[/\\\\]", "");
    String visible = last.replaceAll("[\\p{Cntrl}\\p{Cf}]", "").strip();
    return visible.isEmpty() || visible.equals(".") || visible.equals("..")
        ? Optional.empty()
        : Optional.of(shortened(visible));
  }

  private static String shortened(String name) {
    if (name.length() <= LENGTH_MAX) {
      return name;
    }
    return name.substring(
        0, Character.isHighSurrogate(name.charAt(LENGTH_MAX - 1)) ? LENGTH_MAX - 1 : LENGTH_MAX);
  }
}
