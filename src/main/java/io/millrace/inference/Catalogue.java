package io.millrace.inference;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The models of this process by name; checks each question before a model sees it. */
final class Catalogue {
  private final Map<String, Model> models;
  private final Loader loader;
  private final InferenceLimits limits;
  private final Askers askers = new Askers();

  Catalogue(Map<String, Model> models, Loader loader, InferenceLimits limits) {
    this.loader = loader;
    this.models = Map.copyOf(models);
    this.limits = limits;
  }

  Future<Embed.Vectors> embed(Embed question) {
    Model model = models.get(question.model());
    if (model == null) {
      return refuse(
          new Problem.NotFound(
              "There is no model %s; there are %s."
                  .formatted(question.model(), models.keySet().stream().sorted().toList())));
    }
    Problem wrong = wrong(question.texts());
    if (wrong != null) {
      return refuse(wrong);
    }
    return askers.ask(
        question.id(),
        gone -> model.use(EmbedEngine.class, engine -> engine.embed(question, gone)));
  }

  /** Takes a question back, whoever has it. */
  void cancel(Cancel cancel) {
    askers.leave(cancel.id());
  }

  /** Brings a model into memory or out of it, when there is one of that name. */
  Future<Void> move(MoveModel question) {
    Model model = models.get(question.model());
    if (model == null) {
      return Future.succeededFuture();
    }
    return switch (question.to()) {
      case IN -> model.load();
      case OUT -> model.unload();
    };
  }

  private static Future<Embed.Vectors> refuse(Problem problem) {
    return Future.failedFuture(new ProblemException(problem));
  }

  private @Nullable Problem wrong(List<String> texts) {
    if (texts.isEmpty()) {
      return new Problem.Invalid("/texts", "At least one text is needed.");
    }
    if (texts.size() > limits.textsMax()) {
      return new Problem.Invalid(
          "/texts", "At most %d texts fit in one question.".formatted(limits.textsMax()));
    }
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).isBlank()) {
        return new Problem.Invalid("/texts/" + i, "A text must not be blank.");
      }
      if (texts.get(i).length() > limits.charactersMax()) {
        return new Problem.Invalid(
            "/texts/" + i,
            "A text may have at most %d characters.".formatted(limits.charactersMax()));
      }
    }
    return null;
  }

  Future<List<ModelState>> states() {
    return Future.all(models.values().stream().map(Model::state).toList())
        .map(all -> all.<ModelState>list());
  }

  Future<Void> stop() {
    return Future.join(models.values().stream().map(Model::stop).toList())
        .<Void>mapEmpty()
        .eventually(loader::close);
  }
}
