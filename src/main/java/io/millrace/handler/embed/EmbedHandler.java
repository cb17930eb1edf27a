package io.millrace.handler.embed;

import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.handler.TextQuestion;
import io.millrace.inference.Embed;
import io.millrace.inference.Embed.Vectors;
import io.millrace.inference.ModelClient;
import io.millrace.model.TextKind;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/** Asks for the vectors of its texts, and takes the question back when it is to stop. */
final class EmbedHandler implements TaskHandler {
  private static final int WHOLE = 0;

  private final ModelClient models;
  private final String model;
  private final Duration patience;

  EmbedHandler(ModelClient models, String model, Duration patience) {
    this.models = models;
    this.model = model;
    this.patience = patience;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    List<String> texts = TextQuestion.texts(input, "texts");
    TextKind kind = kind(input);
    return TextQuestion.ask(
        models,
        context,
        id -> new Embed(model, texts, kind, WHOLE, id),
        patience,
        EmbedHandler::result);
  }

  private static TextKind kind(Input input) {
    return switch (input.optionalText("kind").orElse("passage")) {
      case "query" -> TextKind.QUERY;
      case "passage" -> TextKind.PASSAGE;
      default -> throw input.refused("kind", "must be one of query, passage");
    };
  }

  /** The rows are written by hand: a boxed number per component would cost more. */
  private static Payload result(Vectors vectors) {
    List<float[]> rows = vectors.rows();
    int dimensions = rows.getFirst().length;
    String head =
        new JsonObject()
            .put("model", vectors.model())
            .put("dimensions", dimensions)
            .put("tokens", vectors.tokens())
            .encode();
    StringBuilder json = new StringBuilder(rows.size() * dimensions * 13 + 100);
    json.append(head, 0, head.length() - 1).append(",\"vectors\":[");
    for (int row = 0; row < rows.size(); row++) {
      json.append(row == 0 ? "[" : ",[");
      float[] values = rows.get(row);
      for (int i = 0; i < values.length; i++) {
        json.append(i == 0 ? "" : ",").append(values[i]);
      }
      json.append(']');
    }
    return new Payload(json.append("]}").toString());
  }
}
