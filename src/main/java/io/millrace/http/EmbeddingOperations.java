package io.millrace.http;

import io.millrace.inference.Embed;
import io.millrace.inference.Timing;
import io.millrace.model.TextKind;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.Role;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code /v1/embeddings}: texts in, vectors out. */
final class EmbeddingOperations {
  private final Portions portions;

  EmbeddingOperations(Portions portions) {
    this.portions = portions;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of("createEmbeddings", this::embed);
  }

  /** The vectors of one portion as they will be sent, and what they took. */
  private record Written(Buffer items, int tokens, Timing timing) {}

  private Future<Reply> embed(Call call) {
    JsonObject body = ModelAnswers.given(call.body());
    String model = body.getString("model");
    TextKind kind =
        body.getString("input_type", "passage").equals("query") ? TextKind.QUERY : TextKind.PASSAGE;
    int dimensions = body.getInteger("dimensions", 0);
    boolean base64 = body.getString("encoding_format", "float").equals("base64");
    return RoleAway.told(
            Role.WORKER,
            portions.ask(
                call,
                texts(body.getValue("input")),
                portion -> new Embed(model, portion.texts(), kind, dimensions, portion.id()),
                (portion, vectors) ->
                    new Written(
                        EmbeddingJson.items(vectors.rows(), portion.start(), base64),
                        vectors.tokens(),
                        vectors.timing())))
        .map(written -> reply(model, written));
  }

  private static Reply reply(String model, List<Written> portions) {
    Buffer json = Buffer.buffer("{\"object\":\"list\",\"data\":[");
    int tokens = 0;
    Timing timing = Timing.NONE;
    for (int i = 0; i < portions.size(); i++) {
      Written written = portions.get(i);
      json.appendString(i == 0 ? "" : ",").appendBuffer(written.items());
      tokens += written.tokens();
      timing = timing.and(written.timing());
    }
    var rest =
        new JsonObject()
            .put("model", model)
            .put(
                "usage", new JsonObject().put("prompt_tokens", tokens).put("total_tokens", tokens));
    json.appendString("],").appendString(rest.encode().substring(1));
    return new Reply.Bytes("application/json", json, ModelAnswers.headers(timing));
  }

  private static List<String> texts(Object input) {
    if (input instanceof String text) {
      return List.of(ModelAnswers.text("/input", text));
    }
    JsonArray items = (JsonArray) input;
    List<String> texts = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      Object item = items.getValue(i);
      if (item instanceof Number || item instanceof JsonArray) {
        throw new ProblemException(
            new Problem.Invalid(
                "/input",
                "Token ids are not taken, as they belong to the tokenizer of another model. Send the"
                    + " texts themselves; in LangChain, with check_embedding_ctx_length=False."));
      }
      texts.add(ModelAnswers.text("/input/" + i, item));
    }
    return texts;
  }
}
