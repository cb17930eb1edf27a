package io.millrace.inference;

import io.millrace.bus.Bus;
import io.millrace.encoder.Encoder;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@link Embed}, {@link Rerank} and {@link Classify} with the models of this process.
 * Deployed once per process, and undeployed before the JVM exits: a session that is torn down while
 * it runs takes the JVM with it.
 */
public final class InferenceVerticle extends VerticleBase {
  private static final Duration LOAD_WAIT = Duration.ofMinutes(1);

  private final String process;
  private final Bus bus;
  private final Meters meters;
  private final List<ModelSpec> specs;
  private final InferenceLimits limits;
  private final Path cache;
  private @Nullable Catalogue catalogue;

  /**
   * With everything it needs.
   *
   * @param process the name of this process, unique among all
   * @param cache a directory of ours, where native libraries are unpacked once
   */
  public InferenceVerticle(
      String process,
      Bus bus,
      Meters meters,
      List<ModelSpec> specs,
      InferenceLimits limits,
      Path cache) {
    this.process = process;
    this.bus = bus;
    this.meters = meters;
    this.specs = List.copyOf(specs);
    this.limits = limits;
    this.cache = cache;
  }

  @Override
  public Future<?> start() {
    Loader loader =
        new Loader(vertx, cache, files -> Encoder.open(files, limits.encoder(), meters));
    Map<String, Model> models = new LinkedHashMap<>();
    List<Future<Void>> eager = new ArrayList<>();
    for (ModelSpec spec : specs) {
      Model model = new Model(vertx, ModelFiles.of(spec), loader, LOAD_WAIT, meters);
      if (models.put(spec.name(), model) != null) {
        throw new IllegalArgumentException("models.%s: declared twice".formatted(spec.name()));
      }
      switch (spec.load()) {
        case EAGER -> eager.add(model.load());
        case LAZY -> {} // its first question loads it
      }
    }
    Catalogue started = new Catalogue(models, loader, limits);
    catalogue = started;
    return Future.all(eager)
        .compose(_ -> bus.serveEach(ListModels.ADDRESS, _ -> listed(started)))
        .compose(_ -> bus.serveEach(MoveModel.ADDRESS, question -> moved(started, question)))
        .compose(_ -> bus.serve(Cancel.ADDRESS, question -> cancelled(started, question)))
        .compose(_ -> bus.serve(Rerank.ADDRESS, started::rerank))
        .compose(_ -> bus.serve(Classify.ADDRESS, started::classify))
        .compose(_ -> bus.serve(Embed.ADDRESS, started::embed));
  }

  private Future<ListModels.Listed> listed(Catalogue models) {
    return models.states().map(states -> new ListModels.Listed(process, states));
  }

  private Future<ListModels.Listed> moved(Catalogue models, MoveModel question) {
    return models.move(question).compose(_ -> listed(models));
  }

  private static Future<Cancel> cancelled(Catalogue models, Cancel question) {
    models.cancel(question);
    return Future.succeededFuture(question);
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
