package io.millrace.http;

import io.millrace.bus.Bus;
import io.millrace.handler.Input;
import io.millrace.handler.search.SearchForm;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchSettings;
import io.millrace.json.Times;
import io.millrace.settings.Role;
import io.millrace.tuning.SearchDefaults;
import io.millrace.tuning.SearchDefaults.Kept;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;

/**
 * Searching passages, which processes with the role {@code index} answer, and the settings that
 * hold where a search does not say otherwise.
 */
final class SearchOperations {
  private final Bus bus;
  private final SearchDefaults defaults;

  SearchOperations(Bus bus, SearchDefaults defaults) {
    this.bus = bus;
    this.defaults = defaults;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "search",
        this::search,
        "getSearchSettings",
        this::get,
        "putSearchSettings",
        this::put,
        "deleteSearchSettings",
        call -> defaults.delete(call.asker(), collection(call)).compose(gone -> get(call)));
  }

  private Future<Reply> search(Call call) {
    Input body = Input.of(call.body());
    return defaults
        .of(call.asker(), SearchForm.collections(body))
        .map(unsaid -> SearchForm.read(call.asker(), body, unsaid))
        .compose(question -> RoleAway.told(Role.INDEX, asked(question)))
        .map(hits -> Reply.ok(SearchForm.write(hits)));
  }

  /** Once more when the process that was asked is gone: another one may have the index, too. */
  private Future<SearchPassages.Hits> asked(SearchPassages question) {
    return bus.ask(SearchPassages.ADDRESS, question)
        .recover(failure ->
            Bus.nobodyAnswered(SearchPassages.ADDRESS, failure)
                ? bus.ask(SearchPassages.ADDRESS, question)
                : Future.failedFuture(failure));
  }

  private static Optional<String> collection(Call call) {
    return call.parameters().text("collection");
  }

  private Future<Reply> get(Call call) {
    Optional<String> collection = collection(call);
    return defaults
        .get(call.asker(), collection)
        .compose(own ->
            own.isPresent() || collection.isEmpty()
                ? Future.succeededFuture(
                    view(own, collection.isPresent() ? "collection" : "project"))
                : defaults
                    .get(call.asker(), Optional.empty())
                    .map(project -> view(project, "project")))
        .map(Reply::ok);
  }

  private static JsonObject view(Optional<Kept> kept, String of) {
    var view =
        new JsonObject()
            .put(
                "settings", SearchForm.write(kept.map(Kept::settings).orElse(SearchSettings.USUAL)))
            .put("from", kept.isPresent() ? of : "usual");
    kept.ifPresent(one -> view.put("updatedAt", Times.format(one.updatedAt())));
    return view;
  }

  /** What the body leaves out is as usual. */
  private Future<Reply> put(Call call) {
    SearchSettings settings = SearchForm.settings(Input.of(call.body()), SearchSettings.USUAL);
    return defaults.put(call.asker(), collection(call), settings).compose(kept -> get(call));
  }
}
