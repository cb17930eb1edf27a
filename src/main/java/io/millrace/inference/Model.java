package io.millrace.inference;

import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one declared model: in memory for as long as it is used, loaded once for all who
 * wait, replaced without a gap when its declaration changes. Questions and the engine's answers may
 * be of any kind. All state belongs to one Vert.x context.
 */
final class Model {
  private static final Logger LOG = LoggerFactory.getLogger(Model.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** Questions that may wait for a model that is being loaded. */
  private static final int WAITERS_MAX = 10_000;

  private final Vertx vertx;
  private final Context context;
  private final Loader loader;
  private final Duration loadWait;
  private final Meters meters;

  private ModelSpec spec;
  private String version;
  private volatile @Nullable Residence resident;
  private @Nullable Future<Residence> loading;
  private @Nullable Future<Void> stopped;
  private String trouble = "";

  /** Why the files are of no use, for questions that come soon after the attempt. */
  private @Nullable ProblemException broken;

  private long brokenNanos;
  private final AtomicInteger waiters = new AtomicInteger();
  private long restTimer = -1;
  private long loadMillis;
  private Optional<Instant> lastUsed = Optional.empty();

  /**
   * Makes the model known on the caller's context without reading its files.
   *
   * @param loadWait how long a question waits for the model to be loaded
   */
  Model(Vertx vertx, ModelFiles files, Loader loader, Duration loadWait, Meters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.spec = files.spec();
    this.version = files.version();
    this.loader = loader;
    this.loadWait = loadWait;
    this.meters = meters;
    meters.gauge("millrace_inference_texts_waiting", this::waiting, "model", spec.name());
    meters.gauge("millrace_inference_model_bytes", this::bytes, "model", spec.name());
  }

  private long bytes() {
    Residence current = resident;
    return current == null ? 0 : current.engine().memoryBytes();
  }

  private int waiting() {
    Residence current = resident;
    return waiters.get() + (current == null ? 0 : current.engine().waiting());
  }

  /**
   * Asks the engine, from any thread; loads the model when it is not in memory.
   *
   * @param kind what engine {@code work} needs; a model of another kind refuses the question
   */
  <E extends Engine, R> Future<R> use(Class<E> kind, Function<E, Future<R>> work) {
    return onContext(() -> {
      lastUsed = Optional.of(Instant.now());
      return enter(engine ->
          kind.isInstance(engine)
              ? work.apply(kind.cast(engine))
              : Future.failedFuture(notOfKind()));
    });
  }

  private <R> Future<R> enter(Function<Engine, Future<R>> work) {
    if (stopped != null) {
      return Future.failedFuture(stopping());
    }
    if (resident != null) {
      return resident.use(work, this::left);
    }
    if (broken != null && System.nanoTime() - brokenNanos < RETRY_AFTER.toNanos()) {
      return Future.failedFuture(broken);
    }
    if (waiters.get() >= WAITERS_MAX) {
      String detail = "As many questions wait for model %s as may wait.".formatted(spec.name());
      return Future.failedFuture(new ProblemException(new Problem.TooMany(detail, RETRY_AFTER)));
    }
    waiters.incrementAndGet();
    Promise<Residence> there = Promise.promise();
    residence().onComplete(there);
    return there
        .future()
        .timeout(loadWait.toMillis(), TimeUnit.MILLISECONDS)
        .recover(this::tooLate)
        .transform(result ->
            onContext(() -> {
              waiters.decrementAndGet();
              // It may have been asked to leave again meanwhile.
              return result.failed() ? Future.failedFuture(result.cause()) : enter(work);
            }));
  }

  private Future<Residence> tooLate(Throwable failure) {
    if (!(failure instanceof java.util.concurrent.TimeoutException)) {
      return Future.failedFuture(failure);
    }
    return Future.failedFuture(unavailable("Model %s is still being loaded."));
  }

  private void left() {
    restFor(spec.unloadAfter());
  }

  /** Brings the model into memory. */
  Future<Void> load() {
    return onContext(
            () -> {
              broken = null;
              return residence();
            })
        .mapEmpty();
  }

  private Future<Residence> residence() {
    if (stopped != null) {
      return Future.failedFuture(stopping());
    }
    if (resident != null) {
      return Future.succeededFuture(resident);
    }
    return fresh();
  }

  /** A new residence, as declared now; one load for all who wait. */
  private Future<Residence> fresh() {
    if (loading == null) {
      long start = System.nanoTime();
      loading =
          loader
              .load(this, spec)
              .transform(result ->
                  onContext(() -> {
                    loading = null;
                    return result.succeeded()
                        ? loaded(result.result(), start)
                        : Future.<Residence>failedFuture(cannotLoad(result.cause()));
                  }));
    }
    return loading;
  }

  private Future<Residence> loaded(Residence arrived, long start) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    String device = arrived.placement().device().label();
    loadMillis = took.toMillis();
    trouble = arrived.placement().fallback();
    meters.record("millrace_inference_load", took, "model", spec.name(), "device", device);
    LOG.atInfo()
        .addKeyValue("model", spec.name())
        .addKeyValue("version", arrived.files().version())
        .addKeyValue("device", device)
        .addKeyValue("tookMs", loadMillis)
        .log("Model loaded");
    if (stopped != null) {
      return gone(arrived, arrived.close(), "stopped")
          .compose(_ -> Future.failedFuture(stopping()));
    }
    broken = null;
    Residence before = resident;
    resident = arrived;
    if (before != null) {
      Future<Void> _ = gone(before, before.retire(), "replaced");
    }
    if (!isCurrent(arrived)) {
      Future<Residence> _ = fresh(); // declared anew meanwhile
    }
    restFor(spec.unloadAfter());
    return Future.succeededFuture(arrived);
  }

  private ProblemException cannotLoad(Throwable failure) {
    String reason = "runtime";
    ProblemException problem = unavailable("Model %s cannot be loaded; the log says why.");
    if (failure instanceof ProblemException expected) {
      problem = expected;
      reason =
          expected.problem() instanceof Problem.Unavailable(String what, _, _) ? what : "problem";
      LOG.atWarn()
          .addKeyValue("model", spec.name())
          .log("cannot load: {}", expected.problem().detail());
    } else if (failure instanceof IllegalArgumentException) {
      problem = unavailable("models.%s." + failure.getMessage());
      reason = "files";
      LOG.atWarn().addKeyValue("model", spec.name()).log("cannot load: {}", failure.getMessage());
    } else {
      LOG.atError().setCause(failure).addKeyValue("model", spec.name()).log("cannot load");
    }
    trouble = problem.problem().detail();
    if (!(failure instanceof ProblemException)) {
      broken = problem;
      brokenNanos = System.nanoTime();
    }
    meters.count("millrace_inference_load_failures", "model", spec.name(), "reason", reason);
    return problem;
  }

  /** Takes {@code other} for the declaration; what is in memory serves until it is replaced. */
  Future<Void> declare(ModelFiles other) {
    return onContext(() -> {
      boolean lives = resident != null || loading != null;
      spec = other.spec();
      version = other.version();
      trouble = "";
      broken = null;
      boolean _ = vertx.cancelTimer(restTimer);
      restTimer = -1;
      restFor(spec.unloadAfter());
      if (resident != null && !isCurrent(resident) && loading == null) {
        Future<Residence> _ = fresh().recover(this::notBoth);
      } else if (!lives && spec.load() == ModelSpec.Load.EAGER) {
        Future<Residence> _ = fresh();
      }
      return Future.succeededFuture();
    });
  }

  /** Where memory does not hold the old one and the new one, the old one goes first. */
  private Future<Residence> notBoth(Throwable failure) {
    boolean crowded =
        failure instanceof ProblemException expected
            && expected.problem() instanceof Problem.Unavailable away
            && away.dependency().equals("memory");
    return crowded
        ? onContext(() -> leave("replaced").compose(_ -> residence()))
        : Future.failedFuture(failure);
  }

  private boolean isCurrent(Residence one) {
    return one.files().version().equals(version)
        && one.spec().with(spec.load(), spec.unloadAfter()).equals(spec);
  }

  /** Takes the model out of memory once what was asked is answered; the next question loads it. */
  Future<Void> unload() {
    return onContext(() -> loading == null ? Future.succeededFuture() : loading.otherwiseEmpty())
        .compose(_ -> onContext(() -> leave("asked")));
  }

  private Future<Void> leave(String reason) {
    Residence leaving = resident;
    if (leaving == null) {
      return Future.succeededFuture();
    }
    resident = null;
    return gone(leaving, leaving.retire(), reason);
  }

  /** Leaves to another model; called on the context. */
  Future<Void> evict(Residence one) {
    return one == resident ? leave("memory") : one.retire().otherwiseEmpty();
  }

  private Future<Void> gone(Residence one, Future<Void> closed, String reason) {
    meters.count("millrace_inference_unloads", "model", spec.name(), "reason", reason);
    LOG.atInfo()
        .addKeyValue("model", spec.name())
        .addKeyValue("version", one.files().version())
        .addKeyValue("reason", reason)
        .log("Model unloads");
    return closed.onFailure(this::cannotClose).onComplete(_ -> loader.left(one));
  }

  private void restFor(Duration duration) {
    if (restTimer == -1 && spec.unloadAfter().isPositive() && stopped == null) {
      restTimer =
          vertx.setTimer(
              Math.max(1, duration.toMillis()), _ -> context.runOnContext(_ -> rested()));
    }
  }

  private void rested() {
    restTimer = -1;
    if (resident == null || stopped != null) {
      return;
    }
    Duration left = spec.unloadAfter().minusNanos(System.nanoTime() - resident.usedNanos());
    if (resident.inUse() || left.isPositive()) {
      restFor(left.isPositive() ? left : spec.unloadAfter());
    } else {
      Future<Void> _ = leave("idle");
    }
  }

  /** Refuses what waits, lets what runs end, then closes; a second call waits for the first. */
  Future<Void> stop() {
    return onContext(() -> {
      if (stopped == null) {
        Promise<Void> done = Promise.promise();
        stopped = done.future(); // from here on, nothing is admitted
        boolean _ = vertx.cancelTimer(restTimer);
        Future<Void> closed = resident == null ? Future.succeededFuture() : resident.close();
        Future<?> loaded = loading == null ? Future.succeededFuture() : loading.otherwiseEmpty();
        closed
            .onFailure(this::cannotClose)
            .eventually(() -> loaded)
            .onComplete(_ -> done.complete());
      }
      return stopped;
    });
  }

  private void cannotClose(Throwable failure) {
    LOG.atError().setCause(failure).addKeyValue("model", spec.name()).log("cannot close");
  }

  /** How the model stands; does not wake it. */
  Future<ModelState> state() {
    return onContext(() -> Future.succeededFuture(stateNow()));
  }

  private ModelState stateNow() {
    Residence current = resident;
    return new ModelState(
        spec.name(),
        current == null ? version : current.files().version(),
        spec.task().label(),
        spec.provider().label(),
        status(),
        current == null ? spec.device().label() : current.placement().device().label(),
        bytes(),
        loadMillis,
        lastUsed,
        waiting(),
        trouble);
  }

  private ModelState.Status status() {
    if (stopped != null) {
      return ModelState.Status.STOPPED;
    }
    if (resident != null) {
      return ModelState.Status.READY;
    }
    if (loading != null) {
      return ModelState.Status.LOADING;
    }
    return !trouble.isEmpty() ? ModelState.Status.FAILED : ModelState.Status.UNLOADED;
  }

  private <T> Future<T> onContext(Supplier<Future<T>> action) {
    return Contexts.on(context, action);
  }

  private ProblemException unavailable(String form) {
    String detail = form.formatted(spec.name());
    return new ProblemException(new Problem.Unavailable("inference", detail, RETRY_AFTER));
  }

  private ProblemException notOfKind() {
    return new ProblemException(
        new Problem.Invalid(
            "/model", "Model %s is for %s.".formatted(spec.name(), spec.task().label())));
  }

  private static ProblemException stopping() {
    return new ProblemException(
        new Problem.Unavailable(
            "inference", "The process that runs models stops.", Duration.ofSeconds(1)));
  }
}
