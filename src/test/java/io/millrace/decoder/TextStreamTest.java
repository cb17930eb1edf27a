package io.millrace.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TextStreamTest {
  /** A token for each byte, as SentencePiece spells them; the id is the byte. */
  private static final TokenBytes BYTES = TokenBytes.of(tokenizer(256));

  @Test
  void aLetterIsShownWhenItsLastByteHasCome() {
    TextStream text = new TextStream(BYTES, List.of());

    assertThat(deltas(text, "я🙂")).containsExactly("", "я", "", "", "", "🙂");
  }

  @Test
  void halfALetterAtTheEndIsDropped() {
    TextStream text = new TextStream(BYTES, List.of());
    String shown = text.append('a') + text.append(0xD1);

    assertThat(shown + text.end()).isEqualTo("a");
  }

  @Test
  void whatIsNoLetterIsShownAsTheMarkForIt() {
    TextStream text = new TextStream(BYTES, List.of());

    assertThat(text.append(0xFF) + text.append('a')).isEqualTo("\uFFFDa");
  }

  @Test
  void aPartOfAStopStringWaitsUntilItIsNone() {
    TextStream text = new TextStream(BYTES, List.of("###"));

    assertThat(deltas(text, "a##b")).containsExactly("a", "", "", "##b");
    assertThat(text.stopped()).isFalse();
  }

  @Test
  void aStopStringSplitOverTokensEndsTheTextBeforeIt() {
    TextStream text = new TextStream(BYTES, List.of("стоп"));

    assertThat(String.join("", deltas(text, "и тут стоп"))).isEqualTo("и тут ");
    assertThat(text.stopped()).isTrue();
    assertThat(text.end()).isEmpty();
  }

  @Test
  void whatWasHeldBackIsShownAtTheEnd() {
    TextStream text = new TextStream(BYTES, List.of("###"));
    List<String> deltas = deltas(text, "a#");

    assertThat(deltas).containsExactly("a", "");
    assertThat(text.end()).isEqualTo("#");
  }

  @Test
  void aStopStringMayBeginInsideAFalseStart() {
    TextStream text = new TextStream(BYTES, List.of("aab"));

    assertThat(String.join("", deltas(text, "xaaab"))).isEqualTo("xa");
    assertThat(text.stopped()).isTrue();
  }

  @Test
  void howeverATextIsSplitItIsShownUpToItsFirstStopStringAndNeverFurther() {
    Seeds.check(random -> {
      String text = word(random, 30);
      List<String> stops =
          random.nextBoolean()
              ? List.of(word(random, 3))
              : List.of(word(random, 4), word(random, 2));
      TextStream stream = new TextStream(BYTES, stops);

      StringBuilder shown = new StringBuilder();
      for (byte part : text.getBytes(StandardCharsets.UTF_8)) {
        if (!stream.stopped()) {
          String delta = stream.append(part & 0xFF);
          assertThat(Character.isHighSurrogate(last(delta))).isFalse();
          shown.append(delta);
          assertThat(text).startsWith(shown);
          assertThat(stops).noneMatch(stop -> shown.indexOf(stop) >= 0);
        }
      }
      shown.append(stream.end());

      assertThat(shown.toString()).isEqualTo(upToFirstStop(text, stops));
    });
  }

  @Test
  void piecesOfSentencePieceBecomeSpacesAndBytes() {
    JsonObject tokenizer = tokenizer(1);
    tokenizer
        .getJsonObject("model")
        .put(
            "vocab",
            JsonArray.of(
                JsonArray.of("▁при", 0), JsonArray.of("вет", 0), JsonArray.of("<0xD1>", 0)));
    TokenBytes bytes = TokenBytes.of(tokenizer);

    assertThat(new String(bytes.of(0), StandardCharsets.UTF_8)).isEqualTo(" при");
    assertThat(bytes.of(2)).containsExactly(0xD1);
    assertThat(bytes.of(99)).isEmpty();
  }

  @Test
  void theSpaceThatSpellingPutsInFrontIsNotShown() {
    JsonObject tokenizer = tokenizer(256);
    tokenizer.put(
        "decoder", new JsonObject().put("type", "Strip").put("content", " ").put("start", 1));
    TextStream text = new TextStream(TokenBytes.of(tokenizer), List.of());

    assertThat(String.join("", deltas(text, " a b"))).isEqualTo("a b");
  }

  private static String upToFirstStop(String text, List<String> stops) {
    // the stop string that is complete first; of two complete at once the one that begins first
    for (int end = 1; end <= text.length(); end++) {
      String sofar = text.substring(0, end);
      int first = stops.stream().mapToInt(sofar::indexOf).filter(at -> at >= 0).min().orElse(-1);
      if (first >= 0) {
        return text.substring(0, first);
      }
    }
    return text;
  }

  private static char last(String text) {
    return text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
  }

  private static String word(RandomGenerator random, int lengthMax) {
    String[] letters = {"a", "b", "я", "🙂"};
    StringBuilder word = new StringBuilder();
    int length = 1 + random.nextInt(lengthMax);
    for (int i = 0; i < length; i++) {
      word.append(letters[random.nextInt(letters.length)]);
    }
    return word.toString();
  }

  private static List<String> deltas(TextStream stream, String text) {
    List<String> deltas = new ArrayList<>();
    for (byte part : text.getBytes(StandardCharsets.UTF_8)) {
      deltas.add(stream.append(part & 0xFF));
    }
    return deltas;
  }

  static JsonObject tokenizer(int bytes) {
    JsonObject vocabulary = new JsonObject();
    for (int value = 0; value < bytes; value++) {
      vocabulary.put("<0x%02X>".formatted(value), value);
    }
    return new JsonObject()
        .put("model", new JsonObject().put("vocab", vocabulary))
        .put("decoder", new JsonObject().put("type", "ByteFallback"));
  }
}
