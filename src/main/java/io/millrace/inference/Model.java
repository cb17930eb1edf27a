package io.millrace.inference;

import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.NativeLibraries;
import io.millrace.model.TextTokenizer;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One declared model of this process: loads it once for all who ask, admits texts up to a bound,
 * runs each on the next free lane, unloads it when it rests. All state belongs to one Vert.x
 * context; reading files, tokenising and running happen on this model's own named threads.
 */
final class Model {
  private static final Logger LOGGER = LoggerFactory.getLogger(Model.class);
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX = Duration.ofMinutes(1);
  private static final int TOKENIZER_THREADS = 2;

  /** What one passage of 200 tokens takes on one core, for telling clients when to come back. */
  private static final int RUN_MS_TYPICAL = 25;

  private final Vertx vertx;
  private final Context context;
  private final ModelFiles files;
  private final InferenceLimits limits;
  private final Path cache;
  private final Meters meters;
  private final WorkerExecutor runs;
  private final WorkerExecutor tokenizing;
  private final RunQueue queue = new RunQueue();
  private final long restTimer;

  private @Nullable Future<LoadedModel> loading;
  private @Nullable Future<Void> stopped;
  private boolean failed;
  private boolean touched;
  private long loadMillis;
  private Optional<Instant> lastUsed = Optional.empty();
  private final Map<String, Question> open = new HashMap<>();
  private final AtomicInteger textsWaiting = new AtomicInteger();

  /** Makes the model known on the caller's context without reading its files. */
  Model(Vertx vertx, ModelSpec spec, InferenceLimits limits, Path cache, Meters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.meters = meters;
    this.files = ModelFiles.of(spec);
    this.limits = limits;
    this.cache = cache;
    runs = executor(vertx, "millrace-model-" + spec.name(), limits.lanes());
    tokenizing = executor(vertx, "millrace-tokenizer-" + spec.name(), TOKENIZER_THREADS);
    meters.gauge("millrace_inference_texts_waiting", textsWaiting::get, "model", spec.name());
    restTimer =
        spec.unloadAfter().isPositive()
            ? vertx.setPeriodic(
                spec.unloadAfter().toMillis(), _ -> context.runOnContext(_ -> unloadIfAtRest()))
            : -1;
  }

  private static WorkerExecutor executor(Vertx vertx, String name, int threads) {
    return vertx.createSharedWorkerExecutor(name, threads, 1, TimeUnit.MINUTES);
  }

  /** The vectors of a checked question, from any thread. */
  Future<Embed.Vectors> embed(Embed question) {
    return onContext(() -> admit(question));
  }

  /** Components of each of its vectors. */
  int dimension() {
    return files.dimension();
  }

  /** Brings the model into memory. */
  Future<Void> load() {
    return onContext(this::loaded).mapEmpty();
  }

  /** How the model stands; does not wake it. */
  Future<ModelState> state() {
    return onContext(() ->
        Future.succeededFuture(
            new ModelState(
                files.name(),
                files.version(),
                "embed",
                "bundled",
                status(),
                "cpu",
                0,
                loadMillis,
                lastUsed,
                textsWaiting.get())));
  }

  /** Takes a question back; what of it runs already runs to its end. */
  void cancel(String id) {
    context.runOnContext(_ -> {
      Question taken = open.get(id);
      if (taken != null) {
        taken.fail(new ProblemException(new Problem.Conflict("The question was taken back.")));
      }
    });
  }

  /** Takes the model out of memory, unless somebody waits for it. */
  Future<Void> unload() {
    return onContext(() -> {
      if (textsWaiting.get() > 0) {
        return Future.failedFuture(
            new ProblemException(new Problem.Conflict("Texts wait for this model.")));
      }
      if (loading == null || !loading.succeeded()) {
        return Future.succeededFuture();
      }
      LoadedModel model = loading.result();
      loading = null;
      return model.close(runs);
    });
  }

  /** Refuses what waits, lets what runs end, then closes; a second call waits for the first. */
  Future<Void> stop() {
    return onContext(() -> {
      if (stopped == null) {
        stopped = Future.succeededFuture(); // from here on, nothing is admitted
        stopped = drain();
      }
      return stopped;
    });
  }

  private <T> Future<T> onContext(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(_ -> action.get().onComplete(promise));
    return promise.future();
  }

  private Future<Embed.Vectors> admit(Embed question) {
    int texts = question.texts().size();
    if (stopped != null) {
      return Future.failedFuture(stopping());
    }
    if (textsWaiting.get() + texts > limits.queuedTextsMax()) {
      return Future.failedFuture(tooMany());
    }
    textsWaiting.addAndGet(texts);
    touched = true;
    lastUsed = Optional.of(Instant.now());
    long start = System.nanoTime();
    Question asked = new Question(files.version(), texts);
    if (!question.id().isEmpty()) {
      open.put(question.id(), asked);
    }
    return loaded()
        .compose(model -> tokens(model, question, asked).compose(_ -> run(model, question, asked)))
        .eventually(() -> {
          textsWaiting.addAndGet(-texts);
          open.remove(question.id(), asked);
          return Future.succeededFuture();
        })
        .onSuccess(
            answer -> measure(question, answer, Duration.ofNanos(System.nanoTime() - start)));
  }

  private void measure(Embed question, Embed.Vectors answer, Duration took) {
    String kind = question.kind().name().toLowerCase(Locale.ROOT);
    meters.record("millrace_inference_embed", took, "model", files.name(), "kind", kind);
    meters.count("millrace_inference_texts", answer.rows().size(), "model", files.name());
    meters.count("millrace_inference_tokens", answer.tokens(), "model", files.name());
  }

  private Future<LoadedModel> loaded() {
    if (stopped != null) {
      return Future.failedFuture(stopping());
    }
    if (loading == null) {
      long start = System.nanoTime();
      loading =
          runs.executeBlocking(this::open, false)
              .map(model -> opened(Objects.requireNonNull(model), start))
              .recover(this::loadFailed);
    }
    return loading;
  }

  private LoadedModel open() throws Exception {
    NativeLibraries.prepare(cache);
    return LoadedModel.open(files, limits.lanes());
  }

  private LoadedModel opened(LoadedModel model, long start) {
    loadMillis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    LOGGER.atInfo().addKeyValue("model", files.name()).log("Model loaded");
    failed = false;
    return model;
  }

  private Future<LoadedModel> loadFailed(Throwable failure) {
    LOGGER.atError().setCause(failure).addKeyValue("model", files.name()).log("cannot load");
    loading = null;
    failed = true;
    String detail = "Model %s cannot be loaded; the log says why.".formatted(files.name());
    return Future.failedFuture(
        new ProblemException(new Problem.Unavailable("inference", detail, RETRY_MAX)));
  }

  private Future<?> tokens(LoadedModel model, Embed question, Question asked) {
    if (stopped != null) {
      return Future.failedFuture(stopping());
    }
    if (asked.ended()) {
      return asked.answer();
    }
    return model
        .tokenize(tokenizing, tokenizer -> tokenized(tokenizer, question))
        .map(done -> {
          asked.tokenized(done.ids(), done.nanos());
          return done;
        });
  }

  /** Texts as tokens, and what that took. */
  private record Tokenized(List<long[]> ids, long nanos) {}

  private Tokenized tokenized(TextTokenizer tokenizer, Embed question) {
    long start = System.nanoTime();
    List<long[]> ids =
        question.texts().stream()
            .map(text -> tokenizer.ids(files.prompt(question.kind(), text)))
            .toList();
    return new Tokenized(ids, System.nanoTime() - start);
  }

  private Future<Embed.Vectors> run(LoadedModel model, Embed question, Question asked) {
    if (stopped != null) {
      return Future.failedFuture(stopping());
    }
    queue.add(question.kind(), asked);
    fillLanes(model);
    return asked.answer();
  }

  private void fillLanes(LoadedModel model) {
    while (model.hasIdleLane()) {
      RunQueue.Run next = queue.poll();
      if (next == null) {
        return;
      }
      next.question().begins();
      long start = System.nanoTime();
      Future<float[]> _ =
          model
              .embed(runs, next.ids())
              .onComplete(result -> {
                if (result.succeeded()) {
                  next.question().row(next.row(), result.result(), System.nanoTime() - start);
                } else {
                  next.question().fail(result.cause());
                }
                fillLanes(model);
              });
    }
  }

  private void unloadIfAtRest() {
    if (touched || textsWaiting.get() > 0 || loading == null || !loading.succeeded()) {
      touched = false;
      return;
    }
    LoadedModel model = loading.result();
    loading = null;
    LOGGER.atInfo().addKeyValue("model", files.name()).log("unloads after a rest");
    Future<Void> _ = model.close(runs).onFailure(this::cannotClose);
  }

  private Future<Void> drain() {
    boolean _ = vertx.cancelTimer(restTimer);
    queue.drain().forEach(run -> run.question().fail(stopping()));
    Future<LoadedModel> current = loading;
    Future<Void> closed =
        current == null
            ? Future.succeededFuture()
            : current
                .transform(opened ->
                    opened.succeeded()
                        ? opened.result().close(runs)
                        : Future.<Void>succeededFuture())
                .onFailure(this::cannotClose);
    return closed.eventually(runs::close).eventually(tokenizing::close);
  }

  private void cannotClose(Throwable failure) {
    LOGGER.atError().setCause(failure).addKeyValue("model", files.name()).log("cannot close");
  }

  private ModelState.Status status() {
    if (stopped != null) {
      return ModelState.Status.STOPPED;
    }
    if (loading == null) {
      return failed ? ModelState.Status.FAILED : ModelState.Status.UNLOADED;
    }
    return loading.isComplete() ? ModelState.Status.READY : ModelState.Status.LOADING;
  }

  private ProblemException tooMany() {
    long waitMs = (long) textsWaiting.get() * RUN_MS_TYPICAL / limits.lanes();
    Duration wait =
        Duration.ofMillis(Math.clamp(waitMs, RETRY_MIN.toMillis(), RETRY_MAX.toMillis()));
    String detail = "As many texts wait for model %s as may wait.".formatted(files.name());
    return new ProblemException(new Problem.TooMany(detail, wait));
  }

  private static ProblemException stopping() {
    return new ProblemException(
        new Problem.Unavailable("inference", "The process that runs models stops.", RETRY_MIN));
  }
}
