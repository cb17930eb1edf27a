package io.millrace.extract.format;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What holds within a pair of braces. */
final class RtfGroup {
  /** What the characters of a group are for. */
  enum Destination {
    TEXT,
    FONTS,
    STYLES,
    TITLE,
    SKIPPED
  }

  Destination destination = Destination.TEXT;
  int fallbackCharacters = 1;
  @Nullable Charset charset;
  boolean hidden;

  /** A group within this one begins with what holds in this one. */
  RtfGroup inner() {
    var inner = new RtfGroup();
    inner.destination = destination;
    inner.fallbackCharacters = fallbackCharacters;
    inner.charset = charset;
    inner.hidden = hidden;
    return inner;
  }

  void skip() {
    destination = Destination.SKIPPED;
  }

  boolean isShown() {
    return destination == Destination.TEXT && !hidden;
  }

  /** The code page of a font's character set, which has a number of its own. */
  static Charset ofFontCharset(int number) {
    int codePage =
        switch (number) {
          case 128 -> 932;
          case 129 -> 949;
          case 134 -> 936;
          case 136 -> 950;
          case 161 -> 1253;
          case 162 -> 1254;
          case 163 -> 1258;
          case 177 -> 1255;
          case 178 -> 1256;
          case 186 -> 1257;
          case 204 -> 1251;
          case 222 -> 874;
          case 238 -> 1250;
          case 255 -> 850;
          default -> 1252;
        };
    return ofCodePage(codePage);
  }

  static Charset ofCodePage(int number) {
    String name =
        switch (number) {
          case 65001 -> "UTF-8";
          case 10000 -> "x-MacRoman";
          case 10007 -> "x-MacCyrillic";
          case 932 -> "windows-31j";
          case 936 -> "GBK";
          case 949 -> "x-windows-949";
          case 950 -> "Big5";
          case 874 -> "x-windows-874";
          case 437, 850, 852, 855, 857, 860, 861, 862, 863, 864, 865, 866, 869 -> "IBM" + number;
          default -> "windows-" + number;
        };
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
  }
}
