package io.millrace.app;

import io.millrace.handler.Declarations;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.index.SearchModel;
import io.millrace.inference.InferenceLimits;
import io.millrace.inference.InferenceVerticle;
import io.millrace.inference.ModelState;
import io.millrace.inference.Residency;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.ModelTask;
import io.millrace.observe.HealthChecks.Health;
import io.millrace.settings.InferenceSettings;
import io.millrace.settings.SettingsException;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the models of a worker from their declarations. */
final class Models {
  /** The model that reads questions and passages where no handler brings documents in. */
  private static final String BUNDLED = "bge-small-en";

  private Models() {}

  /**
   * The model that the first generation of an index is made with: that of the first ingest handler,
   * none where it names none.
   */
  static Optional<String> first(Declarations declared) {
    return declared.handlers().stream()
        .filter(handler -> handler.type().equals("ingest"))
        .findFirst()
        .map(HandlerDeclaration::model)
        .orElse(Optional.of(BUNDLED));
  }

  /** What searches ask where the model {@code name} reads questions. */
  static SearchModel search(Declarations declared, String name) {
    Set<String> languages =
        declared.models().stream()
            .filter(model -> model.name().equals(name))
            .findFirst()
            .map(model -> Set.copyOf(model.languages()))
            .orElse(Set.of());
    Optional<String> reranker =
        declared.models().stream()
            .filter(model -> model.task() == ModelTask.RERANK)
            .map(ModelSpec::name)
            .findFirst();
    return new SearchModel(name, languages, reranker);
  }

  static InferenceVerticle verticle(Foundations on, Declarations declared) {
    InferenceSettings settings = on.settings().inference();
    var verticle =
        new InferenceVerticle(
            on.name(),
            on.bus(),
            on.meters(),
            declared.models().stream().map(Models::checked).toList(),
            InferenceLimits.of(settings.threads(), settings.queuedTokensMax()),
            residency(on));
    on.health().show("inference", () -> health(verticle.states()));
    return verticle;
  }

  private static Residency residency(Foundations on) {
    InferenceSettings inference = on.settings().inference();
    long memoryMax = inference.memoryMax().bytes();
    return new Residency(
        on.data().path().resolve("native"),
        memoryMax == 0 ? Residency.machineBytes() : memoryMax,
        on.settings().gpu().memoryMax().bytes(),
        inference.loadWait(),
        on.settings().gpu().keepAlive());
  }

  private static Future<Health> health(Future<List<ModelState>> states) {
    return states.map(
        all -> Health.up(all.stream().map(ModelState::describe).collect(Collectors.joining("; "))));
  }

  /** Looks for the files of a model now, so that a wrong declaration stops the start. */
  private static ModelSpec checked(ModelSpec spec) {
    try {
      var _ = ModelFiles.of(spec);
      return spec;
    } catch (IllegalArgumentException e) {
      throw new SettingsException("models.%s.%s".formatted(spec.name(), e.getMessage()));
    }
  }
}
