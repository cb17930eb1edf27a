package io.millrace.handler.classify;

import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.handler.TextQuestion;
import io.millrace.inference.Classify;
import io.millrace.inference.Classify.Labelled;
import io.millrace.inference.ModelClient;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/** Asks for the labels of its texts. */
final class ClassifyHandler implements TaskHandler {
  private final ModelClient models;
  private final String model;
  private final Duration patience;

  ClassifyHandler(ModelClient models, String model, Duration patience) {
    this.models = models;
    this.model = model;
    this.patience = patience;
  }

  @Override
  public Outcome run(Task task, Context context) {
    List<String> texts = TextQuestion.texts(Input.of(task.input()), "texts");
    return TextQuestion.ask(
        models, context, id -> new Classify(model, texts, id), patience, ClassifyHandler::result);
  }

  private static Payload result(Labelled answer) {
    JsonArray results = new JsonArray();
    answer.rows().forEach(row -> results.add(text(answer.labels(), row)));
    return new Payload(
        new JsonObject()
            .put("model", answer.model())
            .put("tokens", answer.tokens())
            .put("results", results)
            .encode());
  }

  /** The strongest label, and how strong each is. */
  private static JsonObject text(List<String> labels, float[] row) {
    JsonObject scores = new JsonObject();
    int best = 0;
    for (int label = 0; label < row.length; label++) {
      scores.put(labels.get(label), row[label]);
      best = row[label] > row[best] ? label : best;
    }
    return new JsonObject().put("label", labels.get(best)).put("scores", scores);
  }
}
