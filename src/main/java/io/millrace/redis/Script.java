package io.millrace.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script that Redis runs as one step.
 *
 * @param name its resource name, without {@code .lua}
 * @param source the whole text, the shared prelude included
 * @param digest what Redis knows it by
 */
public record Script(String name, String source, String digest) {
  private static final String PRELUDE = "prelude";
  private static final String KEYS_MARK = "--@keys\n";

  /**
   * Reads {@code lua/<name>.lua}; the functions of {@code lua/prelude.lua} and of {@link Keys} are
   * put after its first line, the one that holds its flags.
   */
  public static Script named(String name) {
    String text = resource(name);
    int firstLineEnd = text.indexOf('\n');
    if (!text.startsWith("#!lua") || firstLineEnd < 0) {
      throw new IllegalStateException("lua/" + name + ".lua does not begin with #!lua");
    }
    String prelude = resource(PRELUDE).replace(KEYS_MARK, Keys.asLua());
    String source =
        text.substring(0, firstLineEnd + 1) + prelude + text.substring(firstLineEnd + 1);
    return new Script(name, source, sha1(source));
  }

  private static String resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream("/lua/" + name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("no resource lua/" + name + ".lua");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
