package io.millrace.handler.ingest;

import io.millrace.document.Ingest;
import io.millrace.document.Ingest.Ended;
import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Hands a task to {@link Ingest} and its stages back as progress. */
final class IngestHandler implements TaskHandler {
  private final Ingest ingest;
  private final String model;

  IngestHandler(Ingest ingest, String model) {
    this.ingest = ingest;
    this.model = model;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    Optional<String> document = input.optionalText("documentId");
    Optional<String> artifact = input.optionalText("artifact");
    Optional<String> collection = input.optionalText("collection");
    if (document.isEmpty() && artifact.isEmpty()) {
      throw input.refused("documentId", "or artifact must be given");
    }
    if (document.isEmpty() && collection.isEmpty()) {
      throw input.refused("collection", "must be given with an artifact");
    }
    var request =
        new Ingest.Request(
            task.id().value(), model, document, artifact, collection, input.optionalText("name"));
    Ended ended =
        ingest.run(
            task.owner(),
            request,
            (stage, done, total) -> context.progress(done, total, stage),
            context::stopping);
    return switch (ended) {
      case Ended.Done done -> new Outcome.Succeeded(result(done));
      case Ended.Refused(var problem) -> new Outcome.Failed(problem);
      case Ended.Stopped() -> new Outcome.Cancelled();
    };
  }

  private static Payload result(Ended.Done done) {
    return new Payload(
        new JsonObject()
            .put("documentId", done.document())
            .put("collection", done.collection())
            .put("title", done.title())
            .put("mediaType", done.mediaType())
            .put("version", done.version())
            .put("passages", done.passages())
            .put("characters", done.characters())
            .encode());
  }
}
