package io.millrace.index;

import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.document.Documents;
import io.millrace.document.Documents.Indexable;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The passages of all searchable documents in one generation. */
final class PassageContent implements Content {
  private static final int DOCUMENTS_PER_PORTION = 50;

  private final Source source;
  private final Runnable onGenerations;

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
  public void apply(IndexStore store, List<Change> changes) throws IOException {
    List<String> documents =
        changes.stream()
            .filter(change -> change.kind() == Kind.DOCUMENT)
            .map(Change::entityId)
            .distinct()
            .toList();
    for (String id : documents) {
      write(store, id);
    }
    if (changes.stream().anyMatch(change -> change.kind() == Kind.GENERATION)) {
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
      write(store, id);
    }
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
  }

  private void write(IndexStore store, String id) throws IOException {
    Optional<Indexable> content = Sources.await(source.indexable(id));
    store.replace(PassageShape.key(id), content.map(PassageShape::documents).orElseGet(List::of));
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
