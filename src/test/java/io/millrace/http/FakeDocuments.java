package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore.Artifact;
import io.millrace.document.Documents;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Documents in memory; the test makes them ready. */
final class FakeDocuments implements Documents {
  private static final Instant NOW = Instant.ofEpochMilli(1_795_257_000_000L);

  private final Map<String, Document> documents = new LinkedHashMap<>();
  private final List<Passage> passages = new ArrayList<>();

  /** Gives {@code id} a text of {@code count} passages. */
  synchronized void makeReady(String id, int count) {
    Document old = documents.get(id);
    documents.put(id, with(old, Status.READY, count, old.task()));
    passages.clear();
    for (int i = 0; i < count; i++) {
      passages.add(new Passage(id + "-" + i, i, i == 0 ? 1 : 0, 5 * i, 5 * i + 4, "A › B", "text"));
    }
  }

  /** Makes a document of the collection {@code manual}. */
  void add(String name) {
    String hash = HexFormat.of().toHexDigits(name.hashCode()) + "0".repeat(56);
    var upload = new Upload("manual", name, "text/plain", new Artifact(hash, 1));
    var _ = register(Scope.DEFAULT, upload);
  }

  private static Document with(Document old, Status status, int passages, Optional<String> task) {
    return new Document(
        old.id(),
        old.owner(),
        old.collection(),
        old.name(),
        old.title(),
        old.mediaType(),
        old.bytes(),
        old.artifact(),
        old.source(),
        1,
        status == Status.READY ? 1 : 0,
        status,
        Optional.empty(),
        Optional.empty(),
        passages,
        10,
        old.enabled(),
        old.tags(),
        task,
        old.createdAt(),
        NOW);
  }

  @Override
  public synchronized Future<List<CollectionSummary>> collections(Scope asker) {
    return Future.succeededFuture(
        documents.values().stream()
            .map(Document::collection)
            .distinct()
            .map(name -> new CollectionSummary(name, NOW, documents.size(), 0, 0, 0, 1))
            .toList());
  }

  @Override
  public synchronized Future<Void> deleteCollection(Scope asker, String name) {
    return documents.values().removeIf(document -> document.collection().equals(name))
        ? Future.succeededFuture()
        : Future.failedFuture(missing());
  }

  @Override
  public synchronized Future<Registered> register(Scope owner, Upload upload) {
    Artifact artifact = upload.artifact();
    String id = "d" + artifact.id().substring(0, 12);
    boolean repeated = documents.containsKey(id);
    documents.computeIfAbsent(
        id,
        key ->
            new Document(
                key,
                owner,
                upload.collection(),
                upload.name(),
                upload.name(),
                upload.mediaType(),
                artifact.bytes(),
                artifact.id(),
                upload.source(),
                1,
                0,
                Status.PENDING,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                true,
                upload.tags(),
                Optional.empty(),
                NOW,
                NOW));
    return Future.succeededFuture(new Registered(documents.get(id), repeated));
  }

  @Override
  public synchronized Future<Void> attachTask(Scope asker, String documentId, String taskId) {
    Document old = documents.get(documentId);
    documents.put(documentId, with(old, old.status(), old.passages(), Optional.of(taskId)));
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<DocumentPage> list(
      Scope asker, Filter filter, Optional<String> cursor, int limit) {
    int from =
        cursor.map(place -> Integer.parseInt(place.substring(0, place.indexOf('.')))).orElse(0);
    List<Document> all =
        documents.values().stream()
            .filter(document -> filter.collection().map(document.collection()::equals).orElse(true))
            .filter(document -> filter.tag().map(document.tags()::contains).orElse(true))
            .filter(document -> filter.status().map(s -> s == document.status()).orElse(true))
            .toList();
    int to = Math.min(all.size(), from + limit);
    return Future.succeededFuture(
        new DocumentPage(
            all.subList(Math.min(from, to), to),
            to < all.size() ? Optional.of(to + "." + "0".repeat(32)) : Optional.empty()));
  }

  @Override
  public synchronized Future<Document> get(Scope asker, String documentId) {
    Document document = documents.get(documentId);
    return document == null ? Future.failedFuture(missing()) : Future.succeededFuture(document);
  }

  @Override
  public synchronized Future<Document> change(Scope asker, String documentId, Change change) {
    return get(asker, documentId)
        .map(old -> {
          var changed =
              new Document(
                  old.id(),
                  old.owner(),
                  old.collection(),
                  old.name(),
                  old.title(),
                  old.mediaType(),
                  old.bytes(),
                  old.artifact(),
                  old.source(),
                  old.version(),
                  old.searchable(),
                  old.status(),
                  old.error(),
                  old.notice(),
                  old.passages(),
                  old.characters(),
                  change.enabled().orElse(old.enabled()),
                  change.tags().orElse(old.tags()),
                  old.task(),
                  old.createdAt(),
                  NOW);
          documents.put(documentId, changed);
          return changed;
        });
  }

  @Override
  public synchronized Future<Void> delete(Scope asker, String documentId) {
    return documents.remove(documentId) == null
        ? Future.failedFuture(missing())
        : Future.succeededFuture();
  }

  @Override
  public synchronized Future<List<Passage>> passages(
      Scope asker, String documentId, int fromOrdinal, int limit) {
    return Future.succeededFuture(
        passages.stream().filter(p -> p.ordinal() >= fromOrdinal).limit(limit).toList());
  }

  @Override
  public Future<String> text(Scope asker, String documentId) {
    return get(asker, documentId).map(document -> "text text ünï €");
  }

  @Override
  public Future<Optional<Indexable>> indexable(String documentId, long generation) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<String>> searchableIds(Optional<String> after, int limit) {
    throw new UnsupportedOperationException();
  }

  private static ProblemException missing() {
    return new ProblemException(new Problem.NotFound("There is no such document."));
  }
}
