package io.millrace.handler.search;

import io.millrace.bus.Bus;
import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Asks the index for the owner's passages. The result has the form of {@code POST /api/v1/search}
 * with {@code relevantDocuments} beside the hits.
 */
final class SearchHandler implements TaskHandler {
  private final Bus bus;
  private final Duration patience;

  SearchHandler(Bus bus, Duration patience) {
    this.bus = bus;
    this.patience = patience;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    Input filters = input.object("filters");
    String query = input.text("query");
    if (query.isBlank()) {
      throw input.refused("query", "must not be blank");
    }
    SearchPassages question =
        new SearchPassages(
            task.owner(),
            query,
            input.texts("collections"),
            mode(input),
            input.number("limit", 10, 1, 100),
            new Filters(filters.texts("documents"), filters.texts("mediaTypes")));
    Hits hits = bus.ask(SearchPassages.ADDRESS, question, patience).await();
    return new Outcome.Succeeded(new Payload(result(hits).encode()));
  }

  private static Mode mode(Input input) {
    return switch (input.optionalText("mode").orElse("hybrid")) {
      case "hybrid" -> Mode.HYBRID;
      case "keyword" -> Mode.KEYWORD;
      case "vector" -> Mode.VECTOR;
      default -> throw input.refused("mode", "must be one of hybrid, keyword, vector");
    };
  }

  private static JsonObject result(Hits hits) {
    JsonArray list = new JsonArray();
    hits.hits().forEach(hit -> list.add(hit(hit)));
    JsonObject result =
        new JsonObject()
            .put("hits", list)
            .put("total", hits.total())
            .put("mode", hits.mode().name().toLowerCase(Locale.ROOT))
            .put("tookMs", new JsonObject(new LinkedHashMap<>(hits.tookMs())))
            .put("relevantDocuments", relevantDocuments(hits));
    hits.notice().ifPresent(notice -> result.put("notice", notice));
    return result;
  }

  private static JsonObject hit(Hit hit) {
    JsonArray highlights = new JsonArray();
    hit.highlights()
        .forEach(range ->
            highlights.add(new JsonObject().put("start", range.start()).put("end", range.end())));
    JsonObject json =
        new JsonObject()
            .put("passageId", hit.passageId())
            .put("documentId", hit.documentId())
            .put("documentName", hit.documentName())
            .put("documentTitle", hit.documentTitle())
            .put("collection", hit.collection())
            .put("mediaType", hit.mediaType())
            .put("ordinal", hit.ordinal());
    if (hit.page() > 0) {
      json.put("page", hit.page());
    }
    return json.put("start", hit.start())
        .put("end", hit.end())
        .put("heading", hit.heading())
        .put("text", hit.text())
        .put("highlights", highlights)
        .put("scores", new JsonObject(new LinkedHashMap<>(hit.scores())));
  }

  /** Each document once, with its best passage, in the order of the hits. */
  private static JsonArray relevantDocuments(Hits hits) {
    Map<String, JsonObject> documents = new LinkedHashMap<>();
    for (Hit hit : hits.hits()) {
      documents.computeIfAbsent(
          hit.documentId(),
          id ->
              new JsonObject()
                  .put("documentId", id)
                  .put("name", hit.documentName())
                  .put("title", hit.documentTitle())
                  .put("collection", hit.collection())
                  .put("passageId", hit.passageId()));
    }
    JsonArray list = new JsonArray();
    documents.values().forEach(list::add);
    return list;
  }
}
