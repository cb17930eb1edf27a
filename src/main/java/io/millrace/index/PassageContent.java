package io.millrace.index;

import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.document.Documents;
import io.millrace.document.Documents.Indexable;
import io.millrace.index.CollectionChanges.Place;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The passages of all searchable documents in one generation. */
final class PassageContent implements Content {
  private static final int DOCUMENTS_PER_PORTION = 50;

  private final Source source;
  private final Runnable onGenerations;
  private final CollectionChanges changes = new CollectionChanges();
  private final Set<Place> applied = new HashSet<>();

  PassageContent(Source source) {
    this(source, () -> {});
  }

  /** Calls {@code onGenerations} when another generation was begun, switched to or dropped. */
  PassageContent(Source source, Runnable onGenerations) {
    this.source = source;
    this.onGenerations = onGenerations;
  }

  @Override
  public boolean concerns(Change change) {
    return change.kind() == Kind.DOCUMENT || change.kind() == Kind.GENERATION;
  }

  @Override
  public void apply(IndexStore store, List<Change> log) throws IOException {
    Map<String, String> tenants = new LinkedHashMap<>();
    log.stream()
        .filter(change -> change.kind() == Kind.DOCUMENT)
        .forEach(change -> tenants.put(change.entityId(), change.tenant()));
    for (var document : tenants.entrySet()) {
      // Where it was: as searches see it, for no answer was found in what they did not see.
      note(
          document.getValue(),
          store.label(PassageShape.key(document.getKey()), PassageShape.COLLECTION));
      Optional<Indexable> content = write(store, document.getKey());
      note(document.getValue(), content.map(now -> now.document().collection()));
    }
    if (log.stream().anyMatch(change -> change.kind() == Kind.GENERATION)) {
      onGenerations.run();
    }
  }

  /** What was in the part of the log that was not read may have been a switch. */
  @Override
  public void renewed() {
    onGenerations.run();
  }

  @Override
  public Optional<String> rebuild(IndexStore store, Optional<String> cursor) throws IOException {
    List<String> ids = Sources.await(source.searchableIds(cursor, DOCUMENTS_PER_PORTION));
    for (String id : ids) {
      Optional<Indexable> _ = write(store, id);
    }
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
  }

  private Optional<Indexable> write(IndexStore store, String id) throws IOException {
    Optional<Indexable> content = Sources.await(source.indexable(id));
    store.replace(PassageShape.key(id), content.map(PassageShape::documents).orElseGet(List::of));
    return content;
  }

  private void note(String tenant, Optional<String> collection) {
    collection.ifPresent(name -> applied.add(new Place(tenant, name)));
  }

  @Override
  public void shown() {
    changes.changed(applied);
    applied.clear();
  }

  @Override
  public void shownAnew() {
    changes.everythingChanged();
    applied.clear();
  }

  /** When what searches see last changed. */
  CollectionChanges changes() {
    return changes;
  }

  /** Where documents come from. */
  interface Source {
    /** As {@link Documents#indexable}, of the generation. */
    Future<Optional<Indexable>> indexable(String documentId);

    /** As {@link Documents#searchableIds}. */
    Future<List<String>> searchableIds(Optional<String> after, int limit);

    /** The documents of the database, as {@code generation} has them. */
    static Source of(Documents documents, long generation) {
      return new Source() {
        @Override
        public Future<Optional<Indexable>> indexable(String documentId) {
          return documents.indexable(documentId, generation);
        }

        @Override
        public Future<List<String>> searchableIds(Optional<String> after, int limit) {
          return documents.searchableIds(after, limit);
        }
      };
    }
  }
}
