package io.millrace.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a query string strictly: what is not percent-encoded UTF-8 is refused, not guessed. */
final class QueryText {
  private QueryText() {}

  /** Names and values in the order they came; a name that comes twice is refused. */
  static Map<String, String> read(@Nullable String query) {
    var values = new LinkedHashMap<String, String>();
    if (query == null || query.isEmpty()) {
      return values;
    }
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (values.put(name, value) != null) {
        throw Refusal.badParameter("query/" + name, "The parameter comes twice.").asException();
      }
    }
    return values;
  }

  private static String decode(String text) {
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '+') {
        bytes.write(' ');
      } else if (c == '%') {
        bytes.write(hex(text, i + 1) << 4 | hex(text, i + 2));
        i += 2;
      } else if (c < 0x80) {
        bytes.write(c);
      } else {
        throw badlyEncoded();
      }
    }
    return utf8(bytes.toByteArray());
  }

  private static int hex(String text, int at) {
    int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    if (digit < 0) {
      throw badlyEncoded();
    }
    return digit;
  }

  /** The text of these bytes; refused when they are not UTF-8, or hold the character zero. */
  static String utf8(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') >= 0) {
        throw badlyEncoded();
      }
      return text;
    } catch (CharacterCodingException _) {
      throw badlyEncoded();
    }
  }

  private static RefusedException badlyEncoded() {
    return Refusal.malformed("The address is not percent-encoded UTF-8.").asException();
  }
}
