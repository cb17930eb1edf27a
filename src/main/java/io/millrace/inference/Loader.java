package io.millrace.inference;

import io.millrace.model.Devices;
import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.NativeLibraries;
import io.millrace.model.Placement;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.DataSize;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Brings the models of a process into memory, one after another, on a thread of its own, and keeps
 * them within a bound: for a new one those leave that have not been used for longest. Belongs to
 * one Vert.x context.
 */
final class Loader {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  /** What a session takes beside its weights: its graph, its arena, the tokenizer. */
  private static final long BESIDE_WEIGHTS = 48L << 20;

  private final Vertx vertx;
  private final Context context;
  private final Path cache;
  private final long memoryBytesMax;
  private final Devices devices;
  private final EngineMaker maker;
  private final WorkerExecutor thread;
  private final Meters meters;
  private final long keepAliveTimer;
  private final Map<Residence, Model> residents = new LinkedHashMap<>();
  private Future<?> last = Future.succeededFuture();

  /** Loads with {@code maker} where {@code devices} says. */
  Loader(Vertx vertx, Residency limits, Devices devices, EngineMaker maker, Meters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.cache = limits.cache();
    this.memoryBytesMax = limits.memoryBytesMax();
    this.devices = devices;
    this.maker = maker;
    this.meters = meters;
    this.thread =
        vertx.createSharedWorkerExecutor("millrace-model-loader", 1, 10, TimeUnit.MINUTES);
    this.keepAliveTimer =
        vertx.setPeriodic(
            limits.keepAlive().toMillis(), _ -> context.runOnContext(_ -> stayAwake()));
  }

  /**
   * What a model will take of the processor's memory, in bytes: a quarter more than its weights,
   * and what a decoder keeps of the texts it writes.
   */
  static long estimate(ModelFiles files) {
    return files.weightsBytes() + files.weightsBytes() / 4 + BESIDE_WEIGHTS + files.cacheBytes();
  }

  /** A model found, and where it will run. */
  private record Found(ModelFiles files, Placement placement) {}

  /** Brings {@code spec} into memory for {@code model}. */
  Future<Residence> load(Model model, ModelSpec spec) {
    Future<Residence> next =
        last.transform(_ -> Contexts.on(context, () -> find(spec)))
            .compose(found -> Contexts.on(context, () -> room(model, found)))
            .compose(found -> Contexts.on(context, () -> open(model, found)));
    last = next;
    return next;
  }

  private Future<Found> find(ModelSpec spec) {
    return blocking(() -> {
      NativeLibraries.prepare(cache);
      return new Found(ModelFiles.of(spec), devices.place(spec));
    });
  }

  private Future<Found> room(Model model, Found found) {
    long needed = found.placement.gpu() ? 0 : estimate(found.files);
    long missing = needed - memoryBytesMax;
    for (Residence resident : residents.keySet()) {
      missing += resident.hostBytes();
    }
    List<Residence> leaving = new ArrayList<>();
    for (Residence idle : longestUnused(model)) {
      if (missing > 0) {
        leaving.add(idle);
        missing -= idle.hostBytes();
      }
    }
    if (missing > 0) {
      return Future.failedFuture(noRoom(found.files, needed));
    }
    return Future.join(leaving.stream().map(idle -> owner(idle).evict(idle)).toList()).map(found);
  }

  private Model owner(Residence resident) {
    return Objects.requireNonNull(residents.get(resident));
  }

  /** Those that may leave for another; one that was asked to be there from the start may not. */
  private List<Residence> longestUnused(Model forModel) {
    return residents.entrySet().stream()
        .filter(entry -> entry.getValue() != forModel)
        .map(Map.Entry::getKey)
        .filter(resident -> !resident.inUse() && resident.hostBytes() > 0)
        .filter(resident -> resident.spec().load() != ModelSpec.Load.EAGER)
        .sorted(Comparator.comparingLong(Residence::usedNanos))
        .toList();
  }

  private ProblemException noRoom(ModelFiles files, long needed) {
    String taken =
        residents.keySet().stream()
            .map(resident -> "%s %s".formatted(resident.files().name(), size(resident.hostBytes())))
            .collect(Collectors.joining(", "));
    String detail =
        "Model %s needs about %s, and inference.memoryMax is %s; in memory: %s."
            .formatted(
                files.name(), size(needed), size(memoryBytesMax), taken.isEmpty() ? "none" : taken);
    return new ProblemException(new Problem.Unavailable("memory", detail, RETRY_AFTER));
  }

  private static String size(long bytes) {
    return DataSize.megabytes(bytes >> 20).toString();
  }

  private Future<Residence> open(Model model, Found found) {
    return this.<Engine>blocking(() -> maker.open(found.files, found.placement))
        .map(engine -> {
          Residence resident = new Residence(context, found.files, found.placement, engine);
          residents.put(resident, model);
          return resident;
        });
  }

  /** The model is out of memory. */
  void left(Residence resident) {
    context.runOnContext(_ -> residents.remove(resident));
  }

  private <T> Future<T> blocking(java.util.concurrent.Callable<T> work) {
    return thread.executeBlocking(work, true).map(made -> Objects.requireNonNull(made));
  }

  private void stayAwake() {
    List<String> gpus =
        residents.keySet().stream()
            .filter(resident -> resident.placement().gpu())
            .map(resident -> resident.placement().device().label())
            .distinct()
            .toList();
    if (!gpus.isEmpty()) {
      Future<Boolean> _ =
          blocking(
                  () -> {
                    devices.keepAlive();
                    return true;
                  })
              .onSuccess(_ ->
                  gpus.forEach(
                      gpu -> meters.count("millrace_inference_keep_alives", "device", gpu)));
    }
  }

  /** Lets the thread and the devices go. */
  Future<Void> close() {
    boolean _ = vertx.cancelTimer(keepAliveTimer);
    return blocking(
            () -> {
              devices.close();
              return true;
            })
        .eventually(thread::close)
        .mapEmpty();
  }
}
