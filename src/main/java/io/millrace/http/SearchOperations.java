package io.millrace.http;

import io.millrace.bus.Bus;
import io.millrace.index.SearchPassages;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.Role;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Searching passages; processes with the role {@code index} answer. */
final class SearchOperations {
  private static final int LIMIT = 10;

  private final Bus bus;

  SearchOperations(Bus bus) {
    this.bus = bus;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of("search", this::search);
  }

  private Future<Reply> search(Call call) {
    JsonObject body = call.body();
    JsonObject filters = body.getJsonObject("filters", new JsonObject());
    if (body.getString("query").isBlank()) {
      throw new ProblemException(new Problem.Invalid("/query", "The query holds no word."));
    }
    var question =
        new SearchPassages(
            call.asker(),
            body.getString("query"),
            texts(body, "collections"),
            SearchPassages.Mode.valueOf(body.getString("mode", "hybrid").toUpperCase(Locale.ROOT)),
            body.getInteger("limit", LIMIT),
            new SearchPassages.Filters(texts(filters, "documents"), texts(filters, "mediaTypes")));
    return RoleAway.told(Role.INDEX, bus.ask(SearchPassages.ADDRESS, question))
        .map(hits -> Reply.ok(view(hits)));
  }

  private static List<String> texts(JsonObject body, String name) {
    return body.getJsonArray(name, new JsonArray()).stream().map(String.class::cast).toList();
  }

  private static JsonObject view(SearchPassages.Hits found) {
    var hits = new JsonArray();
    found.hits().forEach(hit -> hits.add(view(hit)));
    var body =
        new JsonObject()
            .put("hits", hits)
            .put("total", found.total())
            .put("mode", found.mode().name().toLowerCase(Locale.ROOT))
            .put("tookMs", numbers(found.tookMs()));
    found.notice().ifPresent(notice -> body.put("notice", notice));
    return body;
  }

  private static JsonObject view(SearchPassages.Hit hit) {
    var highlights = new JsonArray();
    hit.highlights()
        .forEach(range ->
            highlights.add(new JsonObject().put("start", range.start()).put("end", range.end())));
    var view =
        new JsonObject()
            .put("passageId", hit.passageId())
            .put("documentId", hit.documentId())
            .put("documentName", hit.documentName())
            .put("documentTitle", hit.documentTitle())
            .put("collection", hit.collection())
            .put("mediaType", hit.mediaType())
            .put("ordinal", hit.ordinal())
            .put("start", hit.start())
            .put("end", hit.end())
            .put("heading", hit.heading())
            .put("text", hit.text())
            .put("highlights", highlights)
            .put("scores", numbers(hit.scores()));
    if (hit.page() > 0) {
      view.put("page", hit.page());
    }
    return view;
  }

  private static JsonObject numbers(Map<String, Double> numbers) {
    var view = new JsonObject();
    numbers.forEach(view::put);
    return view;
  }
}
