package io.millrace.handler.rerank;

import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.handler.TextQuestion;
import io.millrace.inference.ModelClient;
import io.millrace.inference.Rerank;
import io.millrace.inference.Rerank.Scores;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Asks for the scores of its documents and answers them best first. */
final class RerankHandler implements TaskHandler {
  private final ModelClient models;
  private final String model;
  private final Duration patience;

  RerankHandler(ModelClient models, String model, Duration patience) {
    this.models = models;
    this.model = model;
    this.patience = patience;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    String query = input.text("query");
    if (query.isBlank()) {
      throw input.refused("query", "must not be blank");
    }
    List<String> documents = TextQuestion.texts(input, "documents");
    int limit = input.number("limit", documents.size(), 1, Integer.MAX_VALUE);
    return TextQuestion.ask(
        models,
        context,
        id -> new Rerank(model, query, documents, id),
        patience,
        scores -> result(scores, limit));
  }

  private static Payload result(Scores answer, int limit) {
    List<Double> scores = answer.values();
    JsonArray results = new JsonArray();
    IntStream.range(0, scores.size())
        .boxed()
        .sorted(Comparator.comparing(scores::get).reversed())
        .limit(limit)
        .forEach(index ->
            results.add(new JsonObject().put("index", index).put("score", scores.get(index))));
    return new Payload(
        new JsonObject()
            .put("model", answer.model())
            .put("tokens", answer.tokens())
            .put("results", results)
            .encode());
  }
}
