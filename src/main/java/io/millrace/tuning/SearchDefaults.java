package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.index.SearchSettings;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How searches are answered that do not say it themselves. A search of one collection goes by the
 * settings of that collection; where it has none, and of several or all collections, by those of
 * the project; where that has none, by {@link SearchSettings#USUAL}.
 */
public interface SearchDefaults {
  /** What holds for a search of {@code collections}; never fails. */
  Future<SearchSettings> of(Scope asker, List<String> collections);

  /** The settings kept for a collection, or without one for the project. */
  Future<Optional<Kept>> get(Scope asker, Optional<String> collection);

  /** Keeps settings; fails with {@code NotFound} when there is no such collection. */
  Future<Void> put(Scope asker, Optional<String> collection, SearchSettings settings);

  /** Forgets them; it is fine when there are none. */
  Future<Void> delete(Scope asker, Optional<String> collection);

  /** Settings, and when they were kept. */
  record Kept(SearchSettings settings, Instant updatedAt) {}
}
