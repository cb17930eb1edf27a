package io.millrace.testing.onnx;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A small {@code tokenizer.json} as multilingual SentencePiece models have it. */
public final class UnigramTokenizer {
  /** Ids 0 and up, as XLM-R numbers them; a space is written as U+2581. */
  public static final List<String> PIECES =
      List.of(
          "<s>",
          "<pad>",
          "</s>",
          "<unk>",
          "▁",
          "▁мельниц",
          "а",
          "▁вода",
          "▁the",
          "▁mill",
          "s",
          "▁水車",
          "м",
          "е",
          "л",
          "ь",
          "н",
          "и",
          "ц",
          "▁query",
          ":");

  private UnigramTokenizer() {}

  /** The file. */
  public static String json() {
    JsonArray vocabulary = new JsonArray();
    for (int id = 0; id < PIECES.size(); id++) {
      double score = id < 4 ? 0 : PIECES.get(id).length() > 1 ? -3 : -9;
      vocabulary.add(new JsonArray().add(PIECES.get(id)).add(score));
    }
    JsonObject space =
        new JsonObject()
            .put("type", "Metaspace")
            .put("replacement", "▁")
            .put("add_prefix_space", true)
            .put("prepend_scheme", "always");
    return new JsonObject()
        .put("version", "1.0")
        .put("added_tokens", added())
        .put("normalizer", new JsonObject().put("type", "NFKC"))
        .put("pre_tokenizer", space)
        .put("decoder", space)
        .put("post_processor", template())
        .put(
            "model",
            new JsonObject().put("type", "Unigram").put("unk_id", 3).put("vocab", vocabulary))
        .encode();
  }

  private static JsonArray added() {
    JsonArray added = new JsonArray();
    for (int id = 0; id < 4; id++) {
      added.add(
          new JsonObject()
              .put("id", id)
              .put("content", PIECES.get(id))
              .put("single_word", false)
              .put("lstrip", false)
              .put("rstrip", false)
              .put("normalized", false)
              .put("special", true));
    }
    return added;
  }

  private static JsonObject template() {
    JsonArray single = new JsonArray().add(special("<s>")).add(sequence("A")).add(special("</s>"));
    JsonArray pair = single.copy().add(special("</s>")).add(sequence("B")).add(special("</s>"));
    JsonObject tokens = new JsonObject();
    for (String token : List.of("<s>", "</s>")) {
      tokens.put(
          token,
          new JsonObject()
              .put("id", token)
              .put("ids", new JsonArray().add(PIECES.indexOf(token)))
              .put("tokens", new JsonArray().add(token)));
    }
    return new JsonObject()
        .put("type", "TemplateProcessing")
        .put("single", single)
        .put("pair", pair)
        .put("special_tokens", tokens);
  }

  private static JsonObject special(String token) {
    return new JsonObject()
        .put("SpecialToken", new JsonObject().put("id", token).put("type_id", 0));
  }

  private static JsonObject sequence(String id) {
    return new JsonObject().put("Sequence", new JsonObject().put("id", id).put("type_id", 0));
  }
}
