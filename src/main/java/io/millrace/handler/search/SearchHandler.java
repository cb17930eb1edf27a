package io.millrace.handler.search;

import io.millrace.bus.Bus;
import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchSettings;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.tuning.SearchDefaults;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks the index for the owner's passages. The result has the form of {@code POST /api/v1/search}
 * with {@code relevantDocuments} beside the hits.
 */
final class SearchHandler implements TaskHandler {
  private final Bus bus;
  private final SearchDefaults defaults;
  private final Duration patience;

  SearchHandler(Bus bus, SearchDefaults defaults, Duration patience) {
    this.bus = bus;
    this.defaults = defaults;
    this.patience = patience;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    SearchSettings unsaid = defaults.of(task.owner(), SearchForm.collections(input)).await();
    SearchPassages question = SearchForm.read(task.owner(), input, unsaid);
    Hits hits = bus.ask(SearchPassages.ADDRESS, question, patience).await();
    JsonObject result = SearchForm.write(hits).put("relevantDocuments", relevantDocuments(hits));
    return new Outcome.Succeeded(new Payload(result.encode()));
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
