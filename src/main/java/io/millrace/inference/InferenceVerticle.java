package io.millrace.inference;

import io.millrace.bus.Bus;
import io.millrace.model.ModelSpec;
import io.millrace.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@link Embed#ADDRESS} with the models of this process. Deployed once per process, and
 * undeployed before the JVM exits: a session that is torn down while it runs takes the JVM with it.
 */
public final class InferenceVerticle extends VerticleBase {
  private final Bus bus;
  private final Meters meters;
  private final List<ModelSpec> specs;
  private final InferenceLimits limits;
  private final Path cache;
  private @Nullable Catalogue catalogue;

  /**
   * With everything it needs.
   *
   * @param cache a directory of ours, where native libraries are unpacked once
   */
  public InferenceVerticle(
      Bus bus, Meters meters, List<ModelSpec> specs, InferenceLimits limits, Path cache) {
    this.bus = bus;
    this.meters = meters;
    this.specs = List.copyOf(specs);
    this.limits = limits;
    this.cache = cache;
  }

  @Override
  public Future<?> start() {
    Map<String, Model> models = new LinkedHashMap<>();
    List<Future<Void>> eager = new ArrayList<>();
    for (ModelSpec spec : specs) {
      Model model = new Model(vertx, spec, limits, cache, meters);
      if (models.put(spec.name(), model) != null) {
        throw new IllegalArgumentException("models.%s: declared twice".formatted(spec.name()));
      }
      switch (spec.load()) {
        case EAGER -> eager.add(model.load());
        case LAZY -> {} // its first question loads it
      }
    }
    Catalogue started = new Catalogue(models, limits);
    catalogue = started;
    return Future.all(eager).compose(_ -> bus.serve(Embed.ADDRESS, started::embed));
  }

  /** How the models stand, for health and people; wakes none. */
  public Future<List<ModelState>> states() {
    return catalogue == null ? Future.succeededFuture(List.of()) : catalogue.states();
  }

  @Override
  public Future<?> stop() {
    return catalogue == null ? Future.succeededFuture() : catalogue.stop();
  }
}
