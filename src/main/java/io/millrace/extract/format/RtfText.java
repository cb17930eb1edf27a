package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** RTF: words in any of its code pages and in Unicode, headings by outline level, tables. */
final class RtfText implements FormatReader {
  private static final int GROUPS_MAX = 10_000;
  private static final int WORD_LENGTH_MAX = 40;

  @Override
  public Extraction read(Path file, Allowance allowance) throws IOException {
    Limits limits = allowance.limits();
    try (var in = new PushbackInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      var text = new TextBuilder(limits);
      var words = new RtfWords(text);
      Deque<RtfGroup> groups = new ArrayDeque<>();
      RtfGroup group = new RtfGroup();
      for (int c = in.read(); c >= 0; c = in.read()) {
        switch (c) {
          case '{' -> {
            words.flush(group);
            groups.push(group);
            group = group.inner();
            if (groups.size() > GROUPS_MAX) {
              throw Refusals.damaged("its parts are nested too deeply.");
            }
          }
          case '}' -> {
            words.flush(group);
            words.endGroup(group);
            group = groups.isEmpty() ? group : groups.pop();
          }
          case '\\' -> control(in, words, group);
          case '\r', '\n', 0 -> {}
          default -> words.character((byte) c, group);
        }
      }
      words.flush(group);
      return text.build(MediaTypes.RTF, words.title());
    }
  }

  private static void control(PushbackInputStream in, RtfWords words, RtfGroup group)
      throws IOException {
    int c = in.read();
    if (!isLetter(c)) {
      symbol(c, in, words, group);
      return;
    }
    var name = new StringBuilder();
    for (; isLetter(c) && name.length() < WORD_LENGTH_MAX; c = in.read()) {
      name.append((char) c);
    }
    int sign = c == '-' ? -1 : 1;
    c = c == '-' ? in.read() : c;
    boolean numbered = false;
    int number = 0;
    for (; c >= '0' && c <= '9'; c = in.read()) {
      numbered = true;
      number = number > 100_000_000 ? number : number * 10 + (c - '0');
    }
    if (c != ' ' && c >= 0) {
      in.unread(c);
    }
    if (name.toString().equals("bin")) {
      in.skipNBytes(Math.min(number, Integer.MAX_VALUE));
      return;
    }
    words.control(name.toString(), numbered ? sign * number : RtfWords.NONE, group);
  }

  private static void symbol(int c, PushbackInputStream in, RtfWords words, RtfGroup group)
      throws IOException {
    switch (c) {
      case '\'' -> {
        int high = Character.digit(in.read(), 16);
        int low = Character.digit(in.read(), 16);
        if (high >= 0 && low >= 0) {
          words.character((byte) (high * 16 + low), group);
        }
      }
      case '*' -> group.skip();
      case '~' -> words.unicode(" ", group);
      case '_' -> words.unicode("-", group);
      case '\\', '{', '}' -> words.character((byte) c, group);
      case '\r', '\n' -> words.control("par", RtfWords.NONE, group);
      default -> {}
    }
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
