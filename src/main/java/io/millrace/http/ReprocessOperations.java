package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.document.Documents;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.DocumentPage;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bringing documents in anew from the bytes that are there: one, or many as one job. */
final class ReprocessOperations {
  private static final String INGEST = "ingest";
  private static final String JOB = "job";

  private final Documents documents;
  private final TaskOperations tasks;

  ReprocessOperations(Documents documents, TaskOperations tasks) {
    this.documents = documents;
    this.tasks = tasks;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "reprocessDocument", this::one,
        "reprocessCollection", this::many);
  }

  private Future<Reply> one(Call call) {
    return documents
        .get(call.asker(), DocumentOperations.id(call))
        .compose(
            document -> tasks.submitOne(call, request(document.owner(), INGEST, input(document))))
        .map(TaskOperations::accepted);
  }

  private Future<Reply> many(Call call) {
    var filter =
        new Documents.Filter(
            Optional.of(call.parameters().path("name")),
            call.parameters().text("status").flatMap(Documents.Status::ofLabel),
            call.parameters().text("tag"));
    Optional<String> cursor = Cursor.read(call.parameters(), Documents::isCursor);
    return many(call, filter, cursor, Outcome.Wait.CHILDREN_MAX);
  }

  /** As many as fit the input of one job: long names take more of it. */
  private Future<Reply> many(
      Call call, Documents.Filter filter, Optional<String> cursor, int limit) {
    return documents
        .list(call.asker(), filter, cursor, limit)
        .compose(page -> {
          int count = page.documents().size();
          if (count == 0) {
            return Future.succeededFuture(Reply.ok(view(page)));
          }
          TaskRequest job = request(call.asker(), JOB, job(page.documents()));
          int bytes = job.input().bytes();
          if (bytes > Submissions.INPUT_BYTES_MAX && count > 1) {
            long fitting = (long) count * Submissions.INPUT_BYTES_MAX / bytes;
            return many(call, filter, cursor, Math.clamp(fitting, 1, count - 1));
          }
          return tasks.submitOne(call, job).map(task -> accepted(page, task));
        });
  }

  private static Reply accepted(DocumentPage page, Task task) {
    return Reply.at(202, "/api/v1/tasks/" + task.id(), view(page).put("taskId", task.id().value()));
  }

  private static JsonObject view(DocumentPage page) {
    var view = new JsonObject().put("documents", page.documents().size());
    page.next().ifPresent(next -> view.put("next", Cursor.of(next)));
    return view;
  }

  private static JsonObject job(List<Document> documents) {
    var children = new JsonArray();
    documents.forEach(document ->
        children.add(new JsonObject().put("handler", INGEST).put("input", input(document))));
    return new JsonObject().put("tasks", children);
  }

  private static JsonObject input(Document document) {
    return new JsonObject()
        .put("name", document.name())
        .put("documentId", document.id())
        .put("again", true);
  }

  private static TaskRequest request(Scope owner, String handler, JsonObject input) {
    return TaskRequest.now(owner, handler, new Payload(input.encode()), Priority.NORMAL);
  }
}
