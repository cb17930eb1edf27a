package io.millrace.testing;

import io.millrace.access.Scope;
import io.millrace.index.SearchSettings;
import io.millrace.tuning.SearchDefaults;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Searches as they are where nobody set anything. */
public final class UsualSearches implements SearchDefaults {
  @Override
  public Future<SearchSettings> of(Scope asker, List<String> collections) {
    return Future.succeededFuture(SearchSettings.USUAL);
  }

  @Override
  public Future<Optional<Kept>> get(Scope asker, Optional<String> collection) {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public Future<Void> put(Scope asker, Optional<String> collection, SearchSettings settings) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> delete(Scope asker, Optional<String> collection) {
    throw new UnsupportedOperationException();
  }
}
