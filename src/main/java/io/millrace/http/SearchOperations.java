package io.millrace.http;

import io.millrace.bus.Bus;
import io.millrace.handler.Input;
import io.millrace.handler.search.SearchForm;
import io.millrace.index.SearchPassages;
import io.millrace.settings.Role;
import io.vertx.core.Future;
import java.util.Map;

/** Searching passages; processes with the role {@code index} answer. */
final class SearchOperations {
  private final Bus bus;

  SearchOperations(Bus bus) {
    this.bus = bus;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of("search", this::search);
  }

  private Future<Reply> search(Call call) {
    SearchPassages question = SearchForm.read(call.asker(), Input.of(call.body()));
    return RoleAway.told(Role.INDEX, bus.ask(SearchPassages.ADDRESS, question))
        .map(hits -> Reply.ok(SearchForm.write(hits)));
  }
}
