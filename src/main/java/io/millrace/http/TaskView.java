package io.millrace.http;

import io.millrace.json.Times;
import io.millrace.task.Children;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Tasks as clients see them. */
final class TaskView {
  private static final int PREVIEW_LENGTH = 200;

  private TaskView() {}

  /** All of a task. */
  static JsonObject whole(Task task) {
    JsonObject view = head(task).put("input", Json.decodeValue(task.input().json()));
    task.result()
        .map(Payload::json)
        .map(Json::decodeValue)
        .ifPresent(result -> {
          view.put("result", result);
          documents(result).ifPresent(documents -> view.put("relevantDocuments", documents));
        });
    return view;
  }

  /** A task in a list. */
  static JsonObject summary(Task task) {
    return head(task).put("preview", preview(task.input()));
  }

  /** The beginning of an input. */
  static String preview(Payload input) {
    String text = input.json();
    if (text.length() <= PREVIEW_LENGTH) {
      return text;
    }
    int end = PREVIEW_LENGTH - (Character.isHighSurrogate(text.charAt(PREVIEW_LENGTH - 1)) ? 1 : 0);
    return text.substring(0, end) + "…";
  }

  private static JsonObject head(Task task) {
    var view =
        new JsonObject()
            .put("id", task.id().value())
            .put("handler", task.handler())
            .put("status", task.status().label())
            .put("priority", task.priority().label())
            .put("project", task.owner().project())
            .put("user", task.owner().user())
            .put("attempts", task.attempts())
            .put("deliveries", task.deliveries())
            .put("round", task.round())
            .put("cancelRequested", task.cancelRequested())
            .put("createdAt", Times.format(task.createdAt()));
    task.worker().ifPresent(worker -> view.put("worker", worker));
    task.parent().ifPresent(parent -> view.put("parent", parent.value()));
    task.children().ifPresent(children -> view.put("children", children(children)));
    task.error().ifPresent(error -> view.put("error", error(error)));
    task.runAt().ifPresent(moment -> view.put("runAt", Times.format(moment)));
    task.startedAt().ifPresent(moment -> view.put("startedAt", Times.format(moment)));
    task.finishedAt().ifPresent(moment -> view.put("finishedAt", Times.format(moment)));
    return view;
  }

  static JsonObject children(Children children) {
    return new JsonObject()
        .put("total", children.total())
        .put("open", children.open())
        .put("succeeded", children.succeeded())
        .put("failed", children.failed())
        .put("dead", children.dead())
        .put("cancelled", children.cancelled());
  }

  /** Why a run failed. */
  static JsonObject error(TaskError error) {
    return new JsonObject()
        .put("type", error.type())
        .put("message", error.message())
        .put("retryable", error.retryable());
  }

  /** The documents a result rests on, where its handler says so. */
  private static Optional<JsonArray> documents(Object result) {
    boolean named =
        result instanceof JsonObject object
            && object.getValue("relevantDocuments") instanceof JsonArray;
    return named
        ? Optional.of(((JsonObject) result).getJsonArray("relevantDocuments"))
        : Optional.empty();
  }
}
