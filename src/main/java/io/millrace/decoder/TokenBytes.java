package io.millrace.decoder;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What each token adds to a text, in bytes: a token may be half a letter. Read from a {@code
 * tokenizer.json} once, because asking the tokenizer for the text so far at every step costs more
 * with every step.
 */
public final class TokenBytes {
  private static final byte[] NOTHING = {};
  private static final Pattern BYTE_PIECE = Pattern.compile("<0x([0-9A-F]{2})>");
  private static final char SPACE_PIECE = '\u2581';

  private final List<byte[]> bytes;
  private final List<Added> added;
  private final boolean leadingSpaceDropped;

  /**
   * A token that the tokenizer finds in a text before it looks at anything else.
   *
   * @param special whether it is no text, but tells the model something about it
   */
  record Added(String spelling, boolean special) {}

  private TokenBytes(List<byte[]> bytes, List<Added> added, boolean leadingSpaceDropped) {
    this.bytes = List.copyOf(bytes);
    this.added = List.copyOf(added);
    this.leadingSpaceDropped = leadingSpaceDropped;
  }

  /** Understands byte-level vocabularies (GPT, Llama 3, Qwen) and those of SentencePiece. */
  public static TokenBytes read(Path tokenizerJson) throws IOException {
    return of(new JsonObject(Files.readString(tokenizerJson)));
  }

  static TokenBytes of(JsonObject tokenizer) {
    List<JsonObject> steps = steps(tokenizer.getJsonObject("decoder"));
    boolean byteLevel = steps.stream().anyMatch(step -> isType(step, "ByteLevel"));
    List<byte[]> bytes = new ArrayList<>();
    switch (tokenizer.getJsonObject("model").getValue("vocab")) {
      case JsonObject ids ->
          ids.forEach(entry ->
              put(bytes, ((Number) entry.getValue()).intValue(), of(entry.getKey(), byteLevel)));
      case JsonArray pieces -> {
        for (int id = 0; id < pieces.size(); id++) {
          put(bytes, id, of(pieces.getJsonArray(id).getString(0), byteLevel));
        }
      }
      default -> throw new IllegalArgumentException("tokenizer.json: model.vocab is missing");
    }
    JsonArray added = tokenizer.getJsonArray("added_tokens", new JsonArray());
    List<Added> found = new ArrayList<>();
    for (int i = 0; i < added.size(); i++) {
      JsonObject token = added.getJsonObject(i);
      boolean shown = !token.getBoolean("special", false);
      found.add(new Added(token.getString("content"), !shown));
      put(bytes, token.getInteger("id"), shown ? utf8(token.getString("content")) : NOTHING);
    }
    return new TokenBytes(bytes, found, steps.stream().anyMatch(TokenBytes::dropsLeadingSpace));
  }

  /** What {@code token} adds; nothing for a special token and for one outside the vocabulary. */
  byte[] of(int token) {
    return token >= 0 && token < bytes.size() ? bytes.get(token) : NOTHING;
  }

  /** Tokens that are found in a text as they are spelled. */
  List<Added> added() {
    return added;
  }

  /** Whether a space at the very beginning of a text belongs to the spelling only. */
  boolean leadingSpaceDropped() {
    return leadingSpaceDropped;
  }

  private static List<JsonObject> steps(@Nullable JsonObject decoder) {
    if (decoder == null) {
      return List.of();
    }
    if (!isType(decoder, "Sequence")) {
      return List.of(decoder);
    }
    return decoder.getJsonArray("decoders").stream().map(JsonObject.class::cast).toList();
  }

  private static boolean isType(JsonObject step, String type) {
    return type.equals(step.getString("type"));
  }

  private static boolean dropsLeadingSpace(JsonObject step) {
    boolean strips = isType(step, "Strip") && " ".equals(step.getString("content"));
    return (strips && step.getInteger("start", 0) > 0)
        || (isType(step, "Metaspace") && !"never".equals(step.getString("prepend_scheme")));
  }

  private static void put(List<byte[]> bytes, int id, byte[] value) {
    while (bytes.size() <= id) {
      bytes.add(NOTHING);
    }
    bytes.set(id, value);
  }

  private static byte[] of(String piece, boolean byteLevel) {
    if (byteLevel) {
      return byteLevel(piece);
    }
    Matcher single = BYTE_PIECE.matcher(piece);
    return single.matches()
        ? new byte[] {(byte) Integer.parseInt(single.group(1), 16)}
        : utf8(piece.replace(SPACE_PIECE, ' '));
  }

  /** A piece whose every character stands for one byte; any other is taken as it is written. */
  private static byte[] byteLevel(String piece) {
    byte[] bytes = new byte[piece.length()];
    for (int i = 0; i < bytes.length; i++) {
      Integer value = BYTE_OF.get(piece.charAt(i));
      if (value == null) {
        return utf8(piece);
      }
      bytes[i] = value.byteValue();
    }
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Printable bytes stand for themselves, the others for characters from U+0100 on. */
  private static final Map<Character, Integer> BYTE_OF = byteOf();

  private static Map<Character, Integer> byteOf() {
    Map<Character, Integer> byteOf = new HashMap<>();
    char next = 256;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
      byteOf.put(printable ? (char) value : next++, value);
    }
    return Map.copyOf(byteOf);
  }
}
