package io.millrace.http;

import io.millrace.inference.Rerank;
import io.millrace.inference.Timing;
import io.millrace.settings.Role;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** {@code /v1/rerank}: documents in, their order by a query out. */
final class RerankOperations {
  private final Portions portions;

  RerankOperations(Portions portions) {
    this.portions = portions;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of("rerank", this::rerank);
  }

  private Future<Reply> rerank(Call call) {
    JsonObject body = ModelAnswers.given(call.body());
    String model = body.getString("model");
    String query = ModelAnswers.text("/query", body.getString("query"));
    List<String> documents = documents(body.getJsonArray("documents"));
    return RoleAway.told(
            Role.WORKER,
            portions.ask(
                call,
                documents,
                portion -> new Rerank(model, query, portion.texts(), portion.id()),
                (portion, scores) -> scores))
        .map(scores -> reply(body, documents, scores));
  }

  private static List<String> documents(JsonArray items) {
    List<String> documents = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      String pointer = "/documents/" + i;
      documents.add(
          items.getValue(i) instanceof JsonObject document
              ? ModelAnswers.text(pointer + "/text", document.getValue("text"))
              : ModelAnswers.text(pointer, items.getValue(i)));
    }
    return documents;
  }

  private static Reply reply(
      JsonObject body, List<String> documents, List<Rerank.Scores> portions) {
    List<Double> scores = portions.stream().flatMap(portion -> portion.values().stream()).toList();
    boolean returned = body.getBoolean("return_documents", false);
    var results = new JsonArray();
    IntStream.range(0, scores.size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> scores.get(i)).reversed())
        .limit(body.getLong("top_n", (long) scores.size()))
        .forEach(i -> {
          var result = new JsonObject().put("index", i).put("relevance_score", scores.get(i));
          if (returned) {
            result.put("document", new JsonObject().put("text", documents.get(i)));
          }
          results.add(result);
        });
    int tokens = portions.stream().mapToInt(Rerank.Scores::tokens).sum();
    Timing timing = portions.stream().map(Rerank.Scores::timing).reduce(Timing.NONE, Timing::and);
    return new Reply.Body(
        200,
        new JsonObject()
            .put("model", body.getString("model"))
            .put("results", results)
            .put("usage", new JsonObject().put("total_tokens", tokens)),
        ModelAnswers.headers(timing));
  }
}
