package io.millrace.inference;

import ai.onnxruntime.OrtException;
import io.millrace.encoder.EncoderSession;
import io.millrace.encoder.Lane;
import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.model.TextTokenizer;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A sentence encoder in memory: admits texts up to a bound and runs each on the next free lane. All
 * state belongs to one Vert.x context; tokenising and running happen on threads of its own, which
 * are counted: closing a session that runs ends the JVM with a segmentation fault.
 */
final class EmbedEngine implements Engine {
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX = Duration.ofMinutes(1);
  private static final int TOKENIZER_THREADS = 2;

  /** What one passage of 200 tokens takes on one core, for telling clients when to come back. */
  private static final int RUN_MS_TYPICAL = 25;

  private final Context context;
  private final ModelFiles files;
  private final InferenceLimits limits;
  private final Meters meters;
  private final TextTokenizer tokenizer;
  private final EncoderSession session;
  private final WorkerExecutor runs;
  private final WorkerExecutor tokenizing;
  private final RunQueue queue = new RunQueue();
  private final Deque<Lane> idleLanes = new ArrayDeque<>();
  private final AtomicInteger textsWaiting = new AtomicInteger();
  private int users;
  private @Nullable Promise<Void> closing;
  private @Nullable Future<Void> closed;

  private EmbedEngine(
      Context context,
      ModelFiles files,
      InferenceLimits limits,
      Meters meters,
      TextTokenizer tokenizer,
      EncoderSession session) {
    this.context = context;
    this.files = files;
    this.limits = limits;
    this.meters = meters;
    this.tokenizer = tokenizer;
    this.session = session;
    Vertx vertx = context.owner();
    // Two versions of a model may be in memory for a while.
    String name = files.name() + "-" + Integer.toHexString(System.identityHashCode(this));
    runs = executor(vertx, "millrace-model-" + name, limits.lanes());
    tokenizing = executor(vertx, "millrace-tokenizer-" + name, TOKENIZER_THREADS);
    for (int lane = 0; lane < limits.lanes(); lane++) {
      idleLanes.push(new Lane(files.tokensMax(), files.dimension()));
    }
  }

  private static WorkerExecutor executor(Vertx vertx, String name, int threads) {
    return vertx.createSharedWorkerExecutor(name, threads, 1, TimeUnit.MINUTES);
  }

  /** Reads the files; blocks for a second or so. */
  static EmbedEngine open(Context context, ModelFiles files, InferenceLimits limits, Meters meters)
      throws IOException, OrtException {
    TextTokenizer tokenizer = TextTokenizer.open(files);
    try {
      EncoderSession session = EncoderSession.open(files);
      return new EmbedEngine(context, files, limits, meters, tokenizer, session);
    } catch (IOException | OrtException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** The vectors of a checked question; what waits of it does not run once {@code gone} is done. */
  Future<Embed.Vectors> embed(Embed question, Future<Void> gone) {
    return onContext(() -> admit(question, gone));
  }

  private Future<Embed.Vectors> admit(Embed question, Future<Void> gone) {
    int texts = question.texts().size();
    if (closing != null) {
      return Future.failedFuture(unloading());
    }
    if (question.dimensions() > files.dimension()) {
      String detail =
          "Vectors of model %s have %d dimensions.".formatted(files.name(), files.dimension());
      return Future.failedFuture(new ProblemException(new Problem.Invalid("/dimensions", detail)));
    }
    if (textsWaiting.get() + texts > limits.queuedTextsMax()) {
      return Future.failedFuture(tooMany());
    }
    textsWaiting.addAndGet(texts);
    long start = System.nanoTime();
    Question asked = new Question(files.version(), texts);
    gone.onSuccess(_ -> takeBack(asked));
    return tokens(question, asked)
        .compose(_ -> run(question, asked))
        .eventually(() -> {
          textsWaiting.addAndGet(-texts);
          return Future.succeededFuture();
        })
        .onSuccess(answer -> measure(question, answer, Duration.ofNanos(System.nanoTime() - start)))
        .map(answer -> answer.cut(question.dimensions()));
  }

  private void takeBack(Question taken) {
    context.runOnContext(_ ->
        taken.fail(new ProblemException(new Problem.Conflict("The question was taken back."))));
  }

  private void measure(Embed question, Embed.Vectors answer, Duration took) {
    String kind = question.kind().name().toLowerCase(Locale.ROOT);
    meters.record("millrace_inference_embed", took, "model", files.name(), "kind", kind);
    meters.count("millrace_inference_texts", answer.rows().size(), "model", files.name());
    meters.count("millrace_inference_tokens", answer.tokens(), "model", files.name());
  }

  private Future<?> tokens(Embed question, Question asked) {
    return use(tokenizing, () -> tokenized(question))
        .map(done -> {
          asked.tokenized(done.ids(), done.nanos());
          return done;
        });
  }

  /** Texts as tokens, and what that took. */
  private record Tokenized(List<long[]> ids, long nanos) {}

  private Tokenized tokenized(Embed question) {
    long start = System.nanoTime();
    List<long[]> ids =
        question.texts().stream()
            .map(text -> tokenizer.ids(files.prompt(question.kind(), text)))
            .toList();
    return new Tokenized(ids, System.nanoTime() - start);
  }

  private Future<Embed.Vectors> run(Embed question, Question asked) {
    if (closing != null) {
      return Future.failedFuture(unloading());
    }
    queue.add(question.kind(), asked);
    fillLanes();
    return asked.answer();
  }

  private void fillLanes() {
    while (closing == null && !idleLanes.isEmpty()) {
      RunQueue.Run next = queue.poll();
      if (next == null) {
        return;
      }
      next.question().begins();
      long start = System.nanoTime();
      Lane lane = idleLanes.pop();
      Future<float[]> _ =
          use(runs, () -> session.embed(next.ids(), lane))
              .onComplete(result -> {
                idleLanes.push(lane);
                if (result.succeeded()) {
                  next.question().row(next.row(), result.result(), System.nanoTime() - start);
                } else {
                  next.question().fail(result.cause());
                }
                fillLanes();
              });
    }
  }

  private <T> Future<T> use(WorkerExecutor pool, Callable<T> work) {
    users++;
    return pool.executeBlocking(work, false)
        .map(made -> Objects.requireNonNull(made))
        .transform(result ->
            onContext(() -> {
              users--;
              completeWhenUnused();
              return result.succeeded()
                  ? Future.succeededFuture(result.result())
                  : Future.failedFuture(result.cause());
            }));
  }

  @Override
  public int waiting() {
    return textsWaiting.get();
  }

  @Override
  public long memoryBytes() {
    return files.weightsBytes()
        + (long) limits.lanes() * files.tokensMax() * files.dimension() * Float.BYTES;
  }

  @Override
  public Future<Void> close() {
    return onContext(() -> {
      if (closed == null) {
        closing = Promise.promise();
        closed =
            closing
                .future()
                .compose(_ -> runs.executeBlocking(this::free, false))
                .<Void>mapEmpty()
                .eventually(runs::close)
                .eventually(tokenizing::close);
        queue.drain().forEach(run -> run.question().fail(unloading()));
        completeWhenUnused();
      }
      return closed;
    });
  }

  private void completeWhenUnused() {
    if (closing != null && users == 0) {
      boolean _ = closing.tryComplete();
    }
  }

  private boolean free() throws OrtException {
    tokenizer.close();
    session.close();
    return true;
  }

  private <T> Future<T> onContext(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(_ -> action.get().onComplete(promise));
    return promise.future();
  }

  private ProblemException tooMany() {
    long waitMs = (long) textsWaiting.get() * RUN_MS_TYPICAL / limits.lanes();
    Duration wait =
        Duration.ofMillis(Math.clamp(waitMs, RETRY_MIN.toMillis(), RETRY_MAX.toMillis()));
    String detail = "As many texts wait for model %s as may wait.".formatted(files.name());
    return new ProblemException(new Problem.TooMany(detail, wait));
  }

  private static ProblemException unloading() {
    return new ProblemException(
        new Problem.Unavailable("inference", "The model is being unloaded.", RETRY_MIN));
  }
}
