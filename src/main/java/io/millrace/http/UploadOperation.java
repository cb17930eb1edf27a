package io.millrace.http;

import io.millrace.artifact.ArtifactStore;
import io.millrace.document.Documents;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Taking a file in: to disk, to the store, into the register, and its ingest to the queue. */
final class UploadOperation {
  private static final String HANDLER = "ingest";

  /** What a form adds around its file at most. */
  private static final long FORM_BYTES_MAX = 64 << 10;

  private final Documents documents;
  private final ArtifactStore artifacts;
  private final TaskQueue queue;
  private final long bytesMax;

  UploadOperation(HttpServices services) {
    this.documents = services.documents();
    this.artifacts = services.artifacts();
    this.queue = services.queue();
    this.bytesMax = services.settings().uploadBytesMax().bytes();
  }

  Map<String, Call.Handler> handlers() {
    return Map.of("uploadDocument", this::upload);
  }

  private Future<Reply> upload(Call call) {
    HttpServerRequest request = call.routing().request();
    refuseTooLarge(request);
    String type = request.getHeader("Content-Type");
    if (type == null || !type.contains("boundary=")) {
      throw Refusal.malformed("The Content-Type names no boundary.").asException();
    }
    return new UploadReceiver(call.routing().vertx(), request, artifacts.incoming(), bytesMax)
        .receive()
        .compose(file -> store(call, file))
        .compose(stored -> ingest(call, stored));
  }

  private void refuseTooLarge(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    if (length != null && Long.parseLong(length) > bytesMax + FORM_BYTES_MAX) {
      throw new ProblemException(
          new Problem.TooLarge("A file may have " + bytesMax + " bytes.", bytesMax));
    }
  }

  /** What was registered, and the name that it was uploaded under. */
  private record Stored(Documents.Registered registered, String name) {}

  private Future<Stored> store(Call call, UploadedFile file) {
    String collection = call.parameters().path("name");
    return checkedName(file)
        .compose(name ->
            artifacts
                .put(file.path())
                .compose(artifact ->
                    documents.register(
                        call.asker(),
                        new Documents.Upload(collection, name, file.mediaType(), artifact)
                            .tagged(tags(call))))
                .map(registered -> new Stored(registered, name)))
        .recover(failure ->
            call.routing()
                .vertx()
                .fileSystem()
                .delete(file.path().toString())
                .transform(gone -> Future.failedFuture(failure)));
  }

  private static List<String> tags(Call call) {
    return call.parameters()
        .text("tags")
        .map(tags -> List.of(tags.split("\\s*,\\s*")))
        .orElse(List.of());
  }

  private static Future<String> checkedName(UploadedFile file) {
    String name = file.name().replace('\\', '/');
    boolean plain =
        !name.isBlank()
            && name.length() <= Documents.NAME_LENGTH_MAX
            && name.chars().noneMatch(Character::isISOControl)
            && List.of(name.split("/", -1)).stream()
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    return plain
        ? Future.succeededFuture(name)
        : Future.failedFuture(
            new ProblemException(
                new Problem.Invalid(
                    "/file",
                    "The file needs a name of at most "
                        + Documents.NAME_LENGTH_MAX
                        + " characters, folders divided by single slashes.")));
  }

  /** Bytes that are in or on their way need no second ingest. */
  private Future<Reply> ingest(Call call, Stored stored) {
    Documents.Registered registered = stored.registered();
    Documents.Document document = registered.document();
    boolean underWay =
        registered.repeated()
            && document.task().isPresent()
            && document.status() != Documents.Status.FAILED;
    if (underWay) {
      return Future.succeededFuture(accepted(document.task().get(), stored));
    }
    var input =
        new JsonObject()
            .put("name", document.name())
            .put("collection", document.collection())
            .put("documentId", document.id())
            .put("artifact", document.artifact());
    var request =
        TaskRequest.now(call.asker(), HANDLER, new Payload(input.encode()), Priority.NORMAL);
    return queue
        .submit(List.of(request))
        .map(outcomes ->
            switch (outcomes.getFirst()) {
              case TaskQueue.Submitted.Accepted accepted -> accepted.task().id().value();
              case TaskQueue.Submitted.Archived archived -> archived.id().value();
              case TaskQueue.Submitted.Refused(Problem problem) ->
                  throw new ProblemException(problem);
            })
        .compose(task ->
            documents
                .attachTask(call.asker(), document.id(), task)
                .map(attached -> accepted(task, stored)));
  }

  private static Reply accepted(String task, Stored stored) {
    Documents.Document document = stored.registered().document();
    boolean repeated = stored.registered().repeated();
    var body =
        new JsonObject()
            .put("taskId", task)
            .put("documentId", document.id())
            .put("repeated", repeated);
    if (repeated && !document.name().equals(stored.name())) {
      var original = new JsonObject().put("documentId", document.id()).put("name", document.name());
      body.put("duplicateOf", original);
    }
    return Reply.at(202, "/api/v1/documents/" + document.id(), body);
  }
}
