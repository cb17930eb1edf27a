package io.millrace.index;

import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.document.Documents;
import io.millrace.document.Documents.Indexable;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The passages of all searchable documents. */
final class PassageContent implements Content {
  private static final int DOCUMENTS_PER_PORTION = 50;

  private final Source source;

  PassageContent(Source source) {
    this.source = source;
  }

  @Override
  public boolean concerns(Change change) {
    return change.kind() == Kind.DOCUMENT;
  }

  @Override
  public void apply(IndexStore store, List<Change> changes) throws IOException {
    for (String id : changes.stream().map(Change::entityId).distinct().toList()) {
      write(store, id);
    }
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
    /** As {@link Documents#indexable}. */
    Future<Optional<Indexable>> indexable(String documentId);

    /** As {@link Documents#searchableIds}. */
    Future<List<String>> searchableIds(Optional<String> after, int limit);

    /** The documents of the database. */
    static Source of(Documents documents) {
      return new Source() {
        @Override
        public Future<Optional<Indexable>> indexable(String documentId) {
          return documents.indexable(documentId);
        }

        @Override
        public Future<List<String>> searchableIds(Optional<String> after, int limit) {
          return documents.searchableIds(after, limit);
        }
      };
    }
  }
}
