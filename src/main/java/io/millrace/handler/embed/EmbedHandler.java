package io.millrace.handler.embed;

import io.millrace.bus.Bus;
import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.inference.Embed;
import io.millrace.inference.Embed.Vectors;
import io.millrace.model.TextKind;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks for the vectors of its texts, a portion at a time, so that it can be stopped between. */
final class EmbedHandler implements TaskHandler {
  private static final int TEXTS_MAX = 256;
  private static final int PORTION = 32;

  private final Bus bus;
  private final String model;
  private final Duration patience;

  EmbedHandler(Bus bus, String model, Duration patience) {
    this.bus = bus;
    this.model = model;
    this.patience = patience;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    List<String> texts = checked(input);
    TextKind kind = kind(input);

    String made = model;
    int tokens = 0;
    List<float[]> rows = new ArrayList<>(texts.size());
    while (rows.size() < texts.size()) {
      if (context.stopping()) {
        return new Outcome.Cancelled();
      }
      int to = Math.min(texts.size(), rows.size() + PORTION);
      Embed question = new Embed(model, texts.subList(rows.size(), to), kind);
      Vectors vectors = bus.ask(Embed.ADDRESS, question, patience).await();
      made = vectors.model();
      tokens += vectors.tokens();
      rows.addAll(vectors.rows());
      if (texts.size() > PORTION) {
        context.progress(rows.size(), texts.size(), "embed");
      }
    }
    return new Outcome.Succeeded(result(made, rows, tokens));
  }

  private static List<String> checked(Input input) {
    List<String> texts = input.texts("texts");
    if (texts.isEmpty() || texts.size() > TEXTS_MAX) {
      throw input.refused("texts", "must hold 1 to %d texts".formatted(TEXTS_MAX));
    }
    int blank = texts.indexOf("");
    if (blank >= 0) {
      throw input.refused("texts/" + blank, "must not be empty");
    }
    return texts;
  }

  private static TextKind kind(Input input) {
    return switch (input.optionalText("kind").orElse("passage")) {
      case "query" -> TextKind.QUERY;
      case "passage" -> TextKind.PASSAGE;
      default -> throw input.refused("kind", "must be one of query, passage");
    };
  }

  /** The rows are written by hand: a boxed number per component would cost more. */
  private static Payload result(String model, List<float[]> rows, int tokens) {
    int dimensions = rows.getFirst().length;
    String head =
        new JsonObject()
            .put("model", model)
            .put("dimensions", dimensions)
            .put("tokens", tokens)
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
