package io.millrace.http;

import io.millrace.artifact.ArtifactStore;
import io.millrace.document.Documents;
import io.millrace.json.Times;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reading and deleting collections, documents and passages. */
final class DocumentOperations {
  private static final Pattern DOCUMENT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern ORDINAL = Pattern.compile("\\d{1,9}");
  private static final int LIMIT = 50;

  private final Documents documents;
  private final ArtifactStore artifacts;

  DocumentOperations(Documents documents, ArtifactStore artifacts) {
    this.documents = documents;
    this.artifacts = artifacts;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listCollections", this::collections,
        "deleteCollection", this::deleteCollection,
        "listDocuments", this::list,
        "getDocument", this::get,
        "changeDocument", this::change,
        "deleteDocument", this::delete,
        "getDocumentPassages", this::passages,
        "getDocumentText", this::text,
        "getDocumentOriginal", this::original);
  }

  private Future<Reply> collections(Call call) {
    return documents
        .collections(call.asker())
        .map(all -> {
          var items = new JsonArray();
          all.forEach(collection -> items.add(view(collection)));
          return Reply.ok(new JsonObject().put("items", items));
        });
  }

  private Future<Reply> deleteCollection(Call call) {
    return documents
        .deleteCollection(call.asker(), call.parameters().path("name"))
        .map(gone -> new Reply.Nothing());
  }

  private Future<Reply> list(Call call) {
    String collection = call.parameters().path("name");
    var filter =
        new Documents.Filter(
            Optional.of(collection),
            call.parameters().text("status").flatMap(Documents.Status::ofLabel),
            call.parameters().text("tag"));
    Optional<String> cursor = Cursor.read(call.parameters(), Documents::isCursor);
    return documents
        .list(call.asker(), filter, cursor, call.parameters().number("limit", LIMIT))
        .compose(page ->
            page.documents().isEmpty()
                ? known(call, collection).map(page)
                : Future.succeededFuture(page))
        .map(DocumentOperations::page);
  }

  /** An empty list of a collection that is not there is no list. */
  private Future<Void> known(Call call, String collection) {
    return documents
        .collections(call.asker())
        .map(all -> {
          if (all.stream().noneMatch(known -> known.name().equals(collection))) {
            throw new ProblemException(new Problem.NotFound("There is no such collection."));
          }
          return null;
        });
  }

  private static Reply page(Documents.DocumentPage page) {
    var items = new JsonArray();
    page.documents().forEach(document -> items.add(view(document)));
    var body = new JsonObject().put("items", items);
    page.next().ifPresent(next -> body.put("next", Cursor.of(next)));
    return Reply.ok(body);
  }

  /** The id in the path; what cannot be one is not there. */
  static String id(Call call) {
    String id = call.parameters().path("id");
    if (!DOCUMENT_ID.matcher(id).matches()) {
      throw new ProblemException(new Problem.NotFound("There is no such document."));
    }
    return id;
  }

  private Future<Reply> get(Call call) {
    return documents.get(call.asker(), id(call)).map(document -> Reply.ok(view(document)));
  }

  private Future<Reply> change(Call call) {
    JsonObject body = call.body();
    var change =
        new Documents.Change(
            Optional.ofNullable(body.getBoolean("enabled")),
            Optional.ofNullable(body.getJsonArray("tags"))
                .map(tags -> tags.stream().map(String.class::cast).toList()));
    return documents
        .change(call.asker(), id(call), change)
        .map(document -> Reply.ok(view(document)));
  }

  private Future<Reply> delete(Call call) {
    return documents.delete(call.asker(), id(call)).map(gone -> new Reply.Nothing());
  }

  private Future<Reply> passages(Call call) {
    String id = id(call);
    int from =
        Cursor.read(call.parameters(), place -> ORDINAL.matcher(place).matches())
            .map(Integer::parseInt)
            .orElse(0);
    int limit = call.parameters().number("limit", LIMIT);
    return documents
        .get(call.asker(), id)
        .compose(there -> documents.passages(call.asker(), id, from, limit))
        .map(passages -> page(passages, limit));
  }

  private static Reply page(List<Documents.Passage> passages, int limit) {
    var items = new JsonArray();
    passages.forEach(passage -> items.add(view(passage)));
    var body = new JsonObject().put("items", items);
    if (passages.size() >= limit) {
      body.put("next", Cursor.of(Integer.toString(passages.getLast().ordinal() + 1)));
    }
    return Reply.ok(body);
  }

  private Future<Reply> text(Call call) {
    return documents
        .text(call.asker(), id(call))
        .map(text -> new Reply.Bytes("text/plain; charset=utf-8", Buffer.buffer(text)));
  }

  private Future<Reply> original(Call call) {
    return documents
        .get(call.asker(), id(call))
        .compose(document ->
            artifacts
                .get(document.artifact())
                .map(file -> new Reply.Download(file, document.name())));
  }

  private static JsonObject view(Documents.CollectionSummary collection) {
    return new JsonObject()
        .put("name", collection.name())
        .put("documents", collection.documents())
        .put("ready", collection.ready())
        .put("failed", collection.failed())
        .put("passages", collection.passages())
        .put("bytes", collection.bytes())
        .put("createdAt", Times.format(collection.createdAt()));
  }

  private static JsonObject view(Documents.Document document) {
    var view =
        new JsonObject()
            .put("id", document.id())
            .put("collection", document.collection())
            .put("name", document.name())
            .put("title", document.title())
            .put("mediaType", document.mediaType())
            .put("bytes", document.bytes())
            .put("version", document.version())
            .put("searchableVersion", document.searchable())
            .put("status", document.status().label())
            .put("passages", document.passages())
            .put("characters", document.characters())
            .put("enabled", document.enabled())
            .put("tags", new JsonArray(document.tags()))
            .put("createdAt", Times.format(document.createdAt()))
            .put("updatedAt", Times.format(document.updatedAt()));
    document.source().ifPresent(source -> view.put("source", source));
    document.error().ifPresent(error -> view.put("error", error));
    document.notice().ifPresent(notice -> view.put("notice", notice));
    document.task().ifPresent(task -> view.put("taskId", task));
    return view;
  }

  private static JsonObject view(Documents.Passage passage) {
    var view =
        new JsonObject()
            .put("id", passage.id())
            .put("ordinal", passage.ordinal())
            .put("start", passage.start())
            .put("end", passage.end())
            .put("heading", passage.heading())
            .put("text", passage.text());
    if (passage.page() > 0) {
      view.put("page", passage.page());
    }
    return view;
  }
}
