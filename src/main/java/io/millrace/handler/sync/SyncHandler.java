package io.millrace.handler.sync;

import io.millrace.document.SyncedDocuments.Waiting;
import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.source.Synchronizer;
import io.millrace.source.Synchronizer.Ended;
import io.millrace.task.ChildRequest;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Syncs a source; each file that is new or changed is brought in by a child of the task. */
final class SyncHandler implements TaskHandler {
  private final Synchronizer synchronizer;
  private final String ingest;

  /** {@code ingest} names the handler of the children. */
  SyncHandler(Synchronizer synchronizer, String ingest) {
    this.synchronizer = synchronizer;
    this.ingest = ingest;
  }

  @Override
  public Outcome run(Task task, Context context) {
    var request =
        new Synchronizer.Request(
            task.owner(),
            Input.of(task.input()).text("source"),
            task.id().value(),
            task.children(),
            Outcome.Wait.CHILDREN_MAX);
    Ended ended =
        synchronizer.run(
            request, (stage, files) -> context.progress(files, 0, stage), context::stopping);
    return switch (ended) {
      case Ended.Bringing(var documents) ->
          new Outcome.Wait(documents.stream().map(this::child).toList());
      case Ended.Done done -> new Outcome.Succeeded(new Payload(result(done).encode()));
      case Ended.Busy(String other) ->
          new Outcome.Succeeded(
              new Payload(new JsonObject().put("skipped", true).put("taskId", other).encode()));
      case Ended.Refused(var problem) -> new Outcome.Failed(problem);
      case Ended.Stopped() -> new Outcome.Cancelled();
    };
  }

  private ChildRequest child(Waiting document) {
    var input =
        new JsonObject()
            .put("name", document.name())
            .put("collection", document.collection())
            .put("documentId", document.id());
    return new ChildRequest(ingest, new Payload(input.encode()), Priority.LOW, 1);
  }

  private static JsonObject result(Ended.Done done) {
    var failures = new JsonArray();
    done.failures()
        .forEach(failure ->
            failures.add(
                new JsonObject().put("file", failure.key()).put("error", failure.error())));
    return new JsonObject()
        .put("source", done.source().plan().name())
        .put("collection", done.source().plan().collection())
        .put("new", done.counts().created())
        .put("changed", done.counts().changed())
        .put("unchanged", done.counts().unchanged())
        .put("gone", done.counts().gone())
        .put("failed", done.counts().failed())
        .put("failures", failures);
  }
}
