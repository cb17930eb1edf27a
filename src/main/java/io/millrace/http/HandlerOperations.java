package io.millrace.http;

import io.millrace.handler.HandlerRegistry;
import io.millrace.handler.HandlerView;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What may be submitted. */
final class HandlerOperations {
  private final HandlerRegistry handlers;

  HandlerOperations(HandlerRegistry handlers) {
    this.handlers = handlers;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listHandlers",
        this::list,
        "listHandlerTypes",
        this::types,
        "getHandler",
        this::get,
        "pauseHandler",
        call -> pause(call, true),
        "resumeHandler",
        call -> pause(call, false));
  }

  private Future<Reply> list(Call call) {
    return handlers.list().map(all -> Reply.ok(view(all)));
  }

  private Future<Reply> get(Call call) {
    return handlers
        .find(call.parameters().path("name"))
        .map(found -> Reply.ok(view(found.orElseThrow(HandlerOperations::unknown))));
  }

  private Future<Reply> pause(Call call, boolean paused) {
    return handlers
        .pause(call.parameters().path("name"), paused)
        .map(found -> Reply.ok(view(found.orElseThrow(HandlerOperations::unknown))));
  }

  private static ProblemException unknown() {
    return new ProblemException(
        new Problem.NotFound("No live worker runs a handler of that name."));
  }

  /** The types of the live handlers, each once. */
  private Future<Reply> types(Call call) {
    return handlers
        .list()
        .map(all -> {
          var types = new TreeMap<String, JsonObject>();
          all.forEach(handler ->
              types.putIfAbsent(
                  handler.type(),
                  new JsonObject()
                      .put("type", handler.type())
                      .put("description", handler.description())
                      .put("inputSchema", new JsonObject(handler.inputSchema()))));
          return Reply.ok(
              new JsonObject().put("items", new JsonArray(List.copyOf(types.values()))));
        });
  }

  /** All handlers, also as the data of an event. */
  static JsonObject view(List<HandlerView> handlers) {
    var items = new JsonArray();
    handlers.forEach(handler -> items.add(view(handler)));
    return new JsonObject().put("items", items);
  }

  private static JsonObject view(HandlerView handler) {
    var view =
        new JsonObject()
            .put("name", handler.name())
            .put("type", handler.type())
            .put("version", handler.version())
            .put("description", handler.description())
            .put("inputSchema", new JsonObject(handler.inputSchema()))
            .put("liveWorkers", handler.liveWorkers())
            .put("concurrency", handler.concurrency())
            .put("timeoutMs", handler.timeoutMs())
            .put("paused", handler.paused());
    if (!handler.model().isEmpty()) {
      view.put("model", handler.model());
    }
    return view;
  }
}
