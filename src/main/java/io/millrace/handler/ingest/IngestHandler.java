package io.millrace.handler.ingest;

import io.millrace.document.Ingest;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Subject;
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

  IngestHandler(Ingest ingest) {
    this.ingest = ingest;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    var request = new Ingest.Request(task.id().value(), subject(input), input.flag("again", false));
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

  private static Subject subject(Input input) {
    Optional<String> document = input.optionalText("documentId");
    Optional<String> artifact = input.optionalText("artifact");
    Optional<String> url = input.optionalText("url");
    if (url.isPresent() && (document.isPresent() || artifact.isPresent())) {
      throw input.refused("url", "cannot be given together with documentId or artifact");
    }
    int generation = input.number("generation", 0, 0, Integer.MAX_VALUE);
    if (generation > 0 && document.isEmpty()) {
      throw input.refused("generation", "can be given together with documentId only");
    }
    if (document.isPresent()) {
      return generation > 0
          ? new Subject.Shown(document.get(), generation)
          : new Subject.Registered(document.get());
    }
    if (url.isPresent()) {
      return new Subject.Page(
          url.get(), collection(input), input.optionalText("name"), input.texts("tags"));
    }
    if (artifact.isPresent()) {
      return new Subject.Stored(
          artifact.get(), collection(input), input.optionalText("name"), input.texts("tags"));
    }
    throw input.refused("url", "or documentId or artifact must be given");
  }

  private static String collection(Input input) {
    return input
        .optionalText("collection")
        .orElseThrow(() -> input.refused("collection", "must be given with a url or an artifact"));
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
