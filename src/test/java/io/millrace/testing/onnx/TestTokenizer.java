package io.millrace.testing.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A small {@code tokenizer.json}: byte-level pieces, so that it spells every text, with merges for
 * a few common words.
 */
final class TestTokenizer {
  /** Ids 0 and up, in this order. */
  static final List<String> SPECIAL =
      List.of("[PAD]", "[CLS]", "[SEP]", "<|endoftext|>", "<|im_start|>", "<|im_end|>");

  private static final List<String> WORDS =
      List.of(
          "the",
          " the",
          " of",
          " and",
          " to",
          " in",
          " a",
          " is",
          " that",
          " for",
          " water",
          " mill",
          " wheel",
          " work",
          " question",
          " answer",
          "ing",
          "er",
          "при",
          " не",
          " что",
          " на",
          " вода",
          " колесо",
          " мельница",
          " ответ",
          " вопрос",
          " и",
          " в",
          "🙂");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode vocabulary = JSON.createObjectNode();
  private final ArrayNode merges = JSON.createArrayNode();

  private TestTokenizer() {
    SPECIAL.forEach(this::add);
    for (int value = 0; value < 256; value++) {
      add(spelled(value));
    }
    WORDS.forEach(this::merge);
  }

  /** As BERT-like models have it: [CLS] first, [SEP] after each text, second text of type 1. */
  static ObjectNode ofEncoder() {
    ObjectNode tokenizer = new TestTokenizer().json();
    ObjectNode template = tokenizer.putObject("post_processor").put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    part(single, "SpecialToken", "[CLS]", 0);
    part(single, "Sequence", "A", 0);
    part(single, "SpecialToken", "[SEP]", 0);
    ArrayNode pair = template.putArray("pair").addAll(single);
    part(pair, "Sequence", "B", 1);
    part(pair, "SpecialToken", "[SEP]", 1);
    ObjectNode special = template.putObject("special_tokens");
    for (String token : List.of("[CLS]", "[SEP]")) {
      ObjectNode entry = special.putObject(token).put("id", token);
      entry.putArray("ids").add(SPECIAL.indexOf(token));
      entry.putArray("tokens").add(token);
    }
    return tokenizer;
  }

  /** As GPT-like models have it: the text and nothing around it. */
  static ObjectNode ofDecoder() {
    return new TestTokenizer().json();
  }

  private static void part(ArrayNode template, String kind, String id, int type) {
    template.addObject().putObject(kind).put("id", id).put("type_id", type);
  }

  private ObjectNode json() {
    ObjectNode tokenizer = JSON.createObjectNode().put("version", "1.0");
    ArrayNode added = tokenizer.putArray("added_tokens");
    for (String token : SPECIAL) {
      added
          .addObject()
          .put("id", SPECIAL.indexOf(token))
          .put("content", token)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    tokenizer.set("pre_tokenizer", byteLevel());
    tokenizer.set("decoder", byteLevel());
    ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
    model.set("vocab", vocabulary);
    model.set("merges", merges);
    return tokenizer;
  }

  private static ObjectNode byteLevel() {
    return JSON.createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private void add(String piece) {
    if (!vocabulary.has(piece)) {
      vocabulary.put(piece, vocabulary.size());
    }
  }

  /** Adds each beginning of {@code word} as a piece, so that its bytes join from the left. */
  private void merge(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    String piece = spelled(bytes[0] & 0xFF);
    for (int i = 1; i < bytes.length; i++) {
      String next = spelled(bytes[i] & 0xFF);
      if (!vocabulary.has(piece + next)) {
        add(piece + next);
        merges.add(piece + " " + next);
      }
      piece += next;
    }
  }

  /** The printable character that stands for a byte in a byte-level vocabulary. */
  private static String spelled(int value) {
    if (printable(value)) {
      return Character.toString(value);
    }
    int before = 0;
    for (int other = 0; other < value; other++) {
      before += printable(other) ? 0 : 1;
    }
    return Character.toString(256 + before);
  }

  private static boolean printable(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
  }
}
