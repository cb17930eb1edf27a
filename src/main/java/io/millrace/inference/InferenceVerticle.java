package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.Bus;
import io.millrace.bus.BusMessage;
import io.millrace.bus.Serving;
import io.millrace.encoder.Encoder;
import io.millrace.model.CudaGpus;
import io.millrace.model.Devices;
import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.Placement;
import io.millrace.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers every {@link ModelQuestion} to the models of this process. Deployed once per process, and
 * undeployed before the JVM exits: a session that is torn down while it runs takes the JVM with it.
 */
public final class InferenceVerticle extends VerticleBase {
  private final String process;
  private final Bus bus;
  private final Meters meters;
  private final List<ModelSpec> specs;
  private final InferenceLimits limits;
  private final Residency residency;
  private volatile @Nullable DeclaredModels models;
  private volatile @Nullable Catalogue catalogue;
  private @Nullable Loader loader;
  private @Nullable Future<Void> stopped;

  /**
   * With the usual limits of memory.
   *
   * @param cache a directory of ours, where native libraries are unpacked once
   */
  public InferenceVerticle(
      String process,
      Bus bus,
      Meters meters,
      List<ModelSpec> specs,
      InferenceLimits limits,
      Path cache) {
    this(process, bus, meters, specs, limits, Residency.in(cache));
  }

  /**
   * With everything it needs.
   *
   * @param process the name of this process, unique among all
   * @param specs the models to begin with
   */
  public InferenceVerticle(
      String process,
      Bus bus,
      Meters meters,
      List<ModelSpec> specs,
      InferenceLimits limits,
      Residency residency) {
    this.process = process;
    this.bus = bus;
    this.meters = meters;
    this.specs = List.copyOf(specs);
    this.limits = limits;
    this.residency = residency;
  }

  @Override
  public Future<?> start() {
    Loader started =
        new Loader(
            vertx,
            residency,
            new Devices(new CudaGpus(), residency.gpuBytesMax()),
            this::open,
            meters);
    loader = started;
    DeclaredModels declared =
        new DeclaredModels(vertx, started, residency.loadWait(), meters, this::serve);
    models = declared;
    Catalogue known = new Catalogue(declared, limits);
    catalogue = known;
    return resolved(specs)
        .compose(declared::declare)
        .compose(_ -> bus.serveEach(ListModels.ADDRESS, _ -> listed(declared)))
        .compose(
            _ -> bus.serveEach(MoveModel.ADDRESS, question -> moved(declared, known, question)))
        .compose(_ -> bus.serve(Cancel.ADDRESS, question -> cancelled(known, question)));
  }

  private Future<Serving> serve(String model) {
    var at = new Address<>(ModelQuestion.address(model), BusMessage.class, BusMessage.class);
    return bus.serveUntilClosed(at, message -> answer((ModelQuestion<?>) message));
  }

  private Future<BusMessage> answer(ModelQuestion<?> question) {
    return Objects.requireNonNull(catalogue)
        .answer(question, (listener, delta) -> bus.tell(Generate.deltas(listener), delta));
  }

  private Engine open(ModelFiles files, Placement placement) throws Exception {
    return switch (files.task()) {
      case EMBED, RERANK, CLASSIFY ->
          Encoder.open(files, placement, limits.encoder(placement), meters);
      case GENERATE -> GenerateEngine.open(context, files, placement, limits, meters);
    };
  }

  /**
   * Makes {@code all} the models of this process; those that changed are replaced without a gap.
   * Fails with an {@link IllegalArgumentException} that names the key which cannot be used.
   */
  public Future<Void> declare(List<ModelSpec> all) {
    DeclaredModels running = models;
    return running == null
        ? Future.failedFuture(new IllegalStateException("not started"))
        : resolved(all).compose(files -> Contexts.on(context, () -> running.declare(files)));
  }

  private Future<List<ModelFiles>> resolved(List<ModelSpec> all) {
    return vertx
        .executeBlocking(() -> all.stream().map(InferenceVerticle::files).toList())
        .map(files -> Objects.requireNonNull(files));
  }

  private static ModelFiles files(ModelSpec spec) {
    try {
      return ModelFiles.of(spec);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("models.%s.%s".formatted(spec.name(), e.getMessage()), e);
    }
  }

  private Future<ListModels.Listed> listed(DeclaredModels declared) {
    return declared
        .states()
        .map(states -> new ListModels.Listed(process, states, declared.removedNames()));
  }

  private Future<ListModels.Listed> moved(
      DeclaredModels declared, Catalogue catalogue, MoveModel question) {
    return catalogue.move(question).compose(_ -> listed(declared));
  }

  private static Future<Cancel> cancelled(Catalogue models, Cancel question) {
    models.cancel(question);
    return Future.succeededFuture(question);
  }

  /** How the models stand, for health and people; wakes none. */
  public Future<List<ModelState>> states() {
    return models == null ? Future.succeededFuture(List.of()) : models.states();
  }

  @Override
  public Future<?> stop() {
    if (models == null || loader == null) {
      return Future.succeededFuture();
    }
    if (stopped == null) {
      stopped = models.stop().eventually(loader::close);
    }
    return stopped;
  }
}
