package io.millrace.app;

import io.millrace.handler.Declarations;
import io.millrace.handler.ModelDeclaration;
import io.millrace.inference.InferenceLimits;
import io.millrace.inference.InferenceVerticle;
import io.millrace.inference.ModelState;
import io.millrace.model.ModelSpec;
import io.millrace.observe.HealthChecks.Health;
import io.millrace.settings.InferenceSettings;
import io.millrace.settings.SettingsException;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the models of a worker from their declarations. */
final class Models {
  /** The model that reads questions and passages. */
  static final String SEARCH = "bge-small-en";

  private Models() {}

  static InferenceVerticle verticle(Foundations on, Declarations declared) {
    InferenceSettings settings = on.settings().inference();
    var verticle =
        new InferenceVerticle(
            on.name(),
            on.bus(),
            on.meters(),
            declared.models().stream().map(Models::spec).toList(),
            InferenceLimits.of(settings.threads(), settings.queuedTextsMax()),
            on.data().path().resolve("native"));
    on.health().show("inference", () -> health(verticle.states()));
    return verticle;
  }

  private static Future<Health> health(Future<List<ModelState>> states) {
    return states.map(
        all -> Health.up(all.stream().map(ModelState::describe).collect(Collectors.joining("; "))));
  }

  private static ModelSpec spec(ModelDeclaration declared) {
    if (declared.provider() != ModelDeclaration.Provider.BUNDLED) {
      throw new SettingsException(
          "models.%s.provider: \"directory\" is not available yet; allowed: bundled."
              .formatted(declared.name()));
    }
    if (declared.requireGpu() || declared.device().startsWith("cuda")) {
      throw new SettingsException(
          "models.%s: a GPU is not available yet; allowed: device auto or cpu, requireGpu false."
              .formatted(declared.name()));
    }
    ModelSpec.Load load =
        switch (declared.load()) {
          case LAZY -> ModelSpec.Load.LAZY;
          case EAGER -> ModelSpec.Load.EAGER;
        };
    try {
      return new ModelSpec(declared.name(), load, declared.unloadAfter());
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
