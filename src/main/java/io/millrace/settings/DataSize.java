package io.millrace.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of bytes, written {@code 512}, {@code 64KB}, {@code 2GB} (powers of 1,024). */
public record DataSize(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,12})\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);

  /** Refuses negative amounts. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative size: " + bytes);
    }
  }

  /** {@code count} times 1,024 bytes. */
  public static DataSize kilobytes(long count) {
    return new DataSize(count << 10);
  }

  /** {@code count} times 1,048,576 bytes. */
  public static DataSize megabytes(long count) {
    return new DataSize(count << 20);
  }

  /** {@code count} times 1,073,741,824 bytes. */
  public static DataSize gigabytes(long count) {
    return new DataSize(count << 30);
  }

  /** Reads the written form, or throws {@link IllegalArgumentException}. */
  public static DataSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a size: " + text);
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
    int shift =
        switch (unit) {
          case "KB" -> 10;
          case "MB" -> 20;
          case "GB" -> 30;
          default -> 0;
        };
    return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
  }

  @Override
  public String toString() {
    if (bytes >= 1L << 30 && bytes % (1L << 30) == 0) {
      return (bytes >> 30) + "GB";
    }
    if (bytes >= 1L << 20 && bytes % (1L << 20) == 0) {
      return (bytes >> 20) + "MB";
    }
    if (bytes >= 1L << 10 && bytes % (1L << 10) == 0) {
      return (bytes >> 10) + "KB";
    }
    return bytes + "B";
  }
}
