package io.millrace.decoder;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Turns the tokens of one sequence into text that may be shown at once: whole characters only, and
 * nothing that may turn out to be a part of a stop string.
 */
final class TextStream {
  private static final int LETTER_BYTES_MAX = 4;

  private final TokenBytes tokens;
  private final List<String> stops;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] unfinished = {};
  private boolean begun;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  TextStream(TokenBytes tokens, List<String> stops) {
    this.tokens = tokens;
    this.stops = stops;
  }

  /** What may be shown after {@code token}; empty while nothing is certain. */
  String append(int token) {
    held.append(characters(tokens.of(token)));
    int stop = firstStop();
    if (stop >= 0) {
      stopped = true;
      return take(stop);
    }
    return take(held.length() - heldBack());
  }

  /** Whether a stop string was met; it and all behind it are not shown. */
  boolean stopped() {
    return stopped;
  }

  /** What was held back, now that nothing follows; half a character is dropped. */
  String end() {
    return stopped ? "" : take(held.length());
  }

  private String take(int length) {
    String shown = held.substring(0, length);
    held.delete(0, length);
    return shown;
  }

  private String characters(byte[] more) {
    ByteBuffer bytes = ByteBuffer.allocate(unfinished.length + more.length);
    bytes.put(unfinished).put(more).flip();
    CharBuffer characters = CharBuffer.allocate(bytes.remaining() + LETTER_BYTES_MAX);
    var _ = decoder.decode(bytes, characters, false);
    unfinished = new byte[bytes.remaining()];
    bytes.get(unfinished);
    String text = characters.flip().toString();
    if (begun || text.isEmpty()) {
      return text;
    }
    begun = true;
    return tokens.leadingSpaceDropped() && text.charAt(0) == ' ' ? text.substring(1) : text;
  }

  private int firstStop() {
    int first = -1;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    return first;
  }

  /** The longest end of the held text with which some stop string begins. */
  private int heldBack() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
