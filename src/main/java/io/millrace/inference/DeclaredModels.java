package io.millrace.inference;

import io.millrace.bus.Serving;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The models that are declared now, by name, each asked at its own place on the bus; what is
 * declared may change.
 */
final class DeclaredModels {
  private final Vertx vertx;
  private final Loader loader;
  private final Duration loadWait;
  private final Meters meters;
  private final Function<String, Future<Serving>> serve;
  private final Map<String, Model> models = new ConcurrentHashMap<>();
  private final Set<String> removed = ConcurrentHashMap.newKeySet();
  private final Map<String, Future<Void>> leaving = new ConcurrentHashMap<>();
  private final Map<String, Future<Serving>> served = new ConcurrentHashMap<>();

  /**
   * Without any yet.
   *
   * @param serve begins to answer for the model of that name
   */
  DeclaredModels(
      Vertx vertx,
      Loader loader,
      Duration loadWait,
      Meters meters,
      Function<String, Future<Serving>> serve) {
    this.serve = serve;
    this.vertx = vertx;
    this.loader = loader;
    this.loadWait = loadWait;
    this.meters = meters;
  }

  /**
   * Makes {@code all} the declared models, on the context they belong to: new ones become known,
   * changed ones are replaced without a gap, those that are missing answer what they were asked and
   * go. Completes when eager new ones are in memory; one that changed serves as it was until then.
   */
  Future<Void> declare(List<ModelFiles> all) {
    Set<String> names = new HashSet<>();
    List<Future<Void>> ready = new ArrayList<>();
    for (ModelFiles files : all) {
      if (!names.add(files.name())) {
        throw new IllegalArgumentException("models.%s: declared twice".formatted(files.name()));
      }
      Model known = models.get(files.name());
      ready.add(known == null ? added(files) : known.declare(files));
    }
    for (String name : List.copyOf(models.keySet())) {
      if (!names.contains(name)) {
        removed(name);
      }
    }
    return Future.all(ready).mapEmpty();
  }

  private Future<Void> added(ModelFiles files) {
    Model model = new Model(vertx, files, loader, loadWait, meters);
    models.put(files.name(), model);
    removed.remove(files.name());
    // Until an eager one is there, other processes answer for it.
    Future<Void> there =
        files.spec().load() == ModelSpec.Load.EAGER ? model.load() : Future.succeededFuture();
    return there.eventually(() -> served(files.name(), model));
  }

  private Future<Serving> served(String name, Model model) {
    if (models.get(name) != model) {
      return Future.failedFuture(new IllegalStateException(name + " was removed meanwhile"));
    }
    Future<Void> before = leaving.getOrDefault(name, Future.succeededFuture());
    return served.computeIfAbsent(name, _ -> before.transform(_ -> serve.apply(name)));
  }

  private void removed(String name) {
    Model model = models.remove(name);
    removed.add(name);
    if (model != null) {
      Future<Void> _ = left(name).eventually(model::unload).eventually(model::stop);
    }
  }

  /** Nothing more is asked of the model {@code name} here. */
  private Future<Void> left(String name) {
    Future<Serving> serving = served.remove(name);
    if (serving == null) {
      return Future.succeededFuture();
    }
    Future<Void> closed = serving.compose(Serving::close);
    leaving.put(name, closed);
    return closed.onComplete(_ -> leaving.remove(name, closed));
  }

  Optional<Model> named(String name) {
    return Optional.ofNullable(models.get(name));
  }

  List<String> names() {
    return models.keySet().stream().sorted().toList();
  }

  Set<String> removedNames() {
    return Set.copyOf(removed);
  }

  Future<List<ModelState>> states() {
    return Future.all(
            names().stream().flatMap(name -> named(name).stream()).map(Model::state).toList())
        .map(all -> all.<ModelState>list());
  }

  /** Takes no more questions, refuses what waits, lets what runs end, and frees everything. */
  Future<Void> stop() {
    return Future.join(names().stream().map(this::left).toList())
        .eventually(() -> Future.join(models.values().stream().map(Model::stop).toList()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
