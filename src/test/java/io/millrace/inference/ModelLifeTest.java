package io.millrace.inference;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.handler.HandlersFile;
import io.millrace.model.Devices;
import io.millrace.model.ModelFiles;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.Await;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.EncoderShape;
import io.millrace.testing.onnx.TestModels;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLifeTest {
  private static final Duration LOAD_WAIT = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Meters meters = new Meters();
  private final List<FakeEngine> engines = new CopyOnWriteArrayList<>();
  private final Semaphore mayLoad = new Semaphore(1000);
  private final FakeGpu gpu = new FakeGpu();
  private final AtomicInteger attempts = new AtomicInteger();
  private volatile boolean broken;
  private Loader loader;
  private DeclaredModels models;

  @BeforeEach
  void open() {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    begin(Long.MAX_VALUE / 2, LOAD_WAIT);
  }

  private void begin(long memoryBytesMax, Duration loadWait) {
    var limits = new Residency(Natives.CACHE, memoryBytesMax, 0, loadWait, Duration.ofMillis(20));
    on(() -> {
      loader =
          new Loader(
              vertx,
              limits,
              new Devices(gpu, 0),
              (files, _) -> {
                mayLoad.acquire();
                attempts.incrementAndGet();
                if (broken) {
                  throw new IllegalArgumentException("path: model.onnx is cut off");
                }
                FakeEngine engine = new FakeEngine(files);
                engines.add(engine);
                return engine;
              },
              meters);
      models =
          new DeclaredModels(
              vertx,
              loader,
              loadWait,
              meters,
              _ -> Future.succeededFuture(Future::succeededFuture));
      return Future.succeededFuture();
    });
  }

  @AfterEach
  void close() {
    mayLoad.release(1000);
    models.stop().timeout(30, SECONDS).await();
    loader.close().timeout(30, SECONDS).await();
    vertx.close().timeout(30, SECONDS).await();
    meters.close();
  }

  @Test
  void allWhoWaitShareOneLoad() {
    declare("a: {}");
    mayLoad.drainPermits();
    List<Future<String>> answers = Stream.generate(() -> ask("a")).limit(50).toList();

    mayLoad.release(1000);
    Await.until("all to be admitted", () -> waiting() == 50);
    engines.getFirst().answer();

    Future.all(answers).timeout(30, SECONDS).await();
    assertThat(engines).hasSize(1);
  }

  @Test
  void aQuestionDoesNotWaitForEverForALoad() {
    begin(Long.MAX_VALUE / 2, Duration.ofMillis(50));
    declare("a: {}");
    mayLoad.drainPermits();

    Problem problem = refusal(ask("a"));

    assertThat(problem).isInstanceOf(Problem.Unavailable.class);
    assertThat(problem.detail()).isEqualTo("Model a is still being loaded.");
    mayLoad.release(1000);
    Await.until("the load to go on", () -> status("a") == ModelState.Status.READY);
  }

  @Test
  void aModelThatIsAskedToLeaveAnswersWhatItWasAskedFirst() {
    declare("a: {}");
    Future<String> answer = asked("a");

    Future<Void> unloaded = model("a").unload();
    Await.until("it to take no more", () -> status("a") == ModelState.Status.UNLOADED);
    assertThat(engines.getFirst().closed()).isFalse();
    engines.getFirst().answer();

    assertThat(answer.timeout(30, SECONDS).await()).isNotEmpty();
    unloaded.timeout(30, SECONDS).await();
    assertThat(engines.getFirst().closed()).isTrue();
  }

  @Test
  void aNewVersionIsLoadedBesideTheOldOneWhichDrains() {
    declare("a: { version: v1 }");
    Future<String> early = asked("a");
    mayLoad.drainPermits();

    declare("a: { version: v2 }");
    Future<String> meanwhile = asked("a");
    mayLoad.release(1000);
    Await.until("the new version", () -> state("a").version().equals("v2"));
    Future<String> late = asked("a");

    FakeEngine old = engines.getFirst();
    assertThat(old.closed()).isFalse();
    old.answer();
    engines.getLast().answer();
    assertThat(early.timeout(30, SECONDS).await()).isEqualTo("v1");
    assertThat(meanwhile.timeout(30, SECONDS).await()).isEqualTo("v1");
    assertThat(late.timeout(30, SECONDS).await()).isEqualTo("v2");
    Await.until("the old version to close", old::closed);
    assertThat(meters.scrape())
        .contains("millrace_inference_unloads_total{model=\"a\",reason=\"replaced\"} 1.0");
  }

  @Test
  void theVersionThatWasDeclaredLastWins() {
    declare("a: { version: v1 }");
    mayLoad.drainPermits();
    Future<String> waiting = ask("a");

    declare("a: { version: v2 }");
    declare("a: { version: v3 }");
    mayLoad.release(1000);

    Await.until("the last version", () -> state("a").version().equals("v3"));
    Await.until(
        "the question to be answered",
        () -> {
          engines.forEach(FakeEngine::answer);
          return waiting.succeeded();
        });
    Await.until(
        "the others to close", () -> engines.stream().filter(e -> !e.closed()).count() == 1);
  }

  @Test
  void anotherRestChangesNothingInMemory() {
    declare("a: { unloadAfter: 1h }");
    Future<String> answer = asked("a");

    declare("a: { unloadAfter: 10ms }");
    engines.getFirst().answer();
    answer.timeout(30, SECONDS).await();

    Await.until("the model to rest", () -> status("a") == ModelState.Status.UNLOADED);
    assertThat(engines).hasSize(1);
  }

  @Test
  void aModelThatIsNoLongerDeclaredAnswersWhatItWasAskedAndGoes() {
    declare("a: {}, b: {}");
    Future<String> answer = asked("a");

    declare("b: {}");
    assertThat(models.names()).containsExactly("b");
    engines.getFirst().answer();

    assertThat(answer.timeout(30, SECONDS).await()).isNotEmpty();
    Await.until("the model to go", () -> engines.getFirst().closed());
  }

  @Test
  void whoWasUnusedForLongestMakesRoom() {
    begin(roomFor(2), LOAD_WAIT);
    declare("a: {}, b: {}, c: {}");
    answered("a");
    answered("b");
    answered("a");

    answered("c");

    assertThat(status("a")).isEqualTo(ModelState.Status.READY);
    assertThat(status("b")).isEqualTo(ModelState.Status.UNLOADED);
    assertThat(meters.scrape())
        .contains("millrace_inference_unloads_total{model=\"b\",reason=\"memory\"} 1.0");
  }

  @Test
  void whoIsInUseOrWantedFromTheStartStaysAndTheQuestionIsRefused() {
    begin(roomFor(2), LOAD_WAIT);
    declare("a: {}, b: { load: eager }, c: {}");
    Future<String> busy = asked("a");

    Problem problem = refusal(ask("c"));

    assertThat(problem.detail())
        .startsWith("Model c needs about 48MB, and inference.memoryMax is ")
        .contains("in memory: ", "a 48MB", "b 48MB");
    assertThat(status("c")).isEqualTo(ModelState.Status.FAILED);
    assertThat(meters.scrape())
        .contains("millrace_inference_load_failures_total{model=\"c\",reason=\"memory\"} 1.0");
    engines.forEach(FakeEngine::answer);
    busy.timeout(30, SECONDS).await();
    answered("c");
    assertThat(state("c").trouble()).isEmpty();
  }

  @Test
  void filesThatAreOfNoUseAreNotReadAgainForEveryQuestion() {
    declare("a: {}");
    broken = true;
    Problem first = refusal(ask("a"));

    Problem second = refusal(ask("a"));

    assertThat(first.detail()).isEqualTo("models.a.path: model.onnx is cut off");
    assertThat(second).isEqualTo(first);
    assertThat(attempts).hasValue(1);
    broken = false;
    model("a").load().timeout(30, SECONDS).await();
    answered("a");
  }

  @Test
  void whereMemoryHoldsOnlyOneVersionTheOldOneGoesFirst() {
    begin(roomFor(1), LOAD_WAIT);
    declare("a: { version: v1 }");
    answered("a");

    declare("a: { version: v2 }");

    Await.until(
        "the new version",
        () -> status("a") == ModelState.Status.READY && state("a").version().equals("v2"));
    assertThat(engines.getFirst().closed()).isTrue();
  }

  @Test
  void aGpuThatDoesNotWorkIsSaidOrRefused() {
    declare("a: { device: 'cuda:0' }, b: { device: auto }, c: { device: auto, requireGpu: true }");
    answered("a");
    answered("b");

    Problem problem = refusal(ask("c"));

    assertThat(state("a").device()).isEqualTo("cpu");
    assertThat(state("a").trouble()).isEqualTo("no GPU here");
    assertThat(state("b").trouble()).isEmpty();
    assertThat(problem.detail()).isEqualTo("Model c must run on a GPU: no GPU here.");
  }

  @Test
  void aGpuThatWorksIsUsedAndKeptAwake() {
    gpu.work();
    declare("a: {}");

    answered("a");

    assertThat(state("a").device()).isEqualTo("cuda:0");
    Await.until(
        "a run that keeps it awake",
        () -> meters.scrape().contains("millrace_inference_keep_alives_total{device=\"cuda:0\"}"));
  }

  @Test
  void lookingWakesNoModel() {
    declare("a: {}");

    assertThat(meters.scrape()).contains("millrace_inference_model_bytes{model=\"a\"} 0.0");
    assertThat(status("a")).isEqualTo(ModelState.Status.UNLOADED);

    assertThat(engines).isEmpty();
  }

  @Test
  void stoppingWhileOthersWaitForTheLoaderEndsEverything() {
    declare("a: {}, b: {}");
    mayLoad.drainPermits();
    Future<String> first = ask("a");
    Future<String> second = ask("b");

    Future<Void> stopped = models.stop();
    mayLoad.release(1000);
    stopped.timeout(30, SECONDS).await();

    assertThat(refusal(first)).isInstanceOf(Problem.Unavailable.class);
    assertThat(refusal(second)).isInstanceOf(Problem.Unavailable.class);
    assertThat(engines).allMatch(FakeEngine::closed);
  }

  private long roomFor(int count) {
    return Loader.estimate(declared("a: {}").getFirst()) * count + 1024;
  }

  private void declare(String entries) {
    on(() -> models.declare(declared(entries)));
  }

  /** {@code entries} such as {@code a: { version: v1 }}, all of the same directory. */
  private List<ModelFiles> declared(String entries) {
    String place = "{ provider: directory, task: embed, path: '" + directory + "', ";
    String models = entries.replace("{", place);
    return HandlersFile.parse("models: { " + models + " }\nhandlers: { echo: { type: echo } }")
        .models()
        .stream()
        .map(ModelFiles::of)
        .toList();
  }

  private Model model(String name) {
    return models.named(name).orElseThrow();
  }

  private Future<String> ask(String name) {
    return model(name).use(FakeEngine.class, FakeEngine::ask);
  }

  /** A question that is in the engine. */
  private Future<String> asked(String name) {
    int before = waiting();
    Future<String> answer = ask(name);
    Await.until("the question to be in the engine", () -> waiting() > before);
    return answer;
  }

  private int waiting() {
    return engines.stream().mapToInt(FakeEngine::waiting).sum();
  }

  private void answered(String name) {
    Future<String> answer = asked(name);
    engines.forEach(FakeEngine::answer);
    assertThat(answer.timeout(30, SECONDS).await()).isNotEmpty();
  }

  private ModelState state(String name) {
    return model(name).state().timeout(30, SECONDS).await();
  }

  private ModelState.Status status(String name) {
    return state(name).status();
  }

  private static Problem refusal(Future<?> answer) {
    Throwable failure = catchThrowable(() -> answer.timeout(30, SECONDS).await());
    assertThat(failure).isInstanceOf(ProblemException.class);
    return ((ProblemException) failure).problem();
  }

  private void on(java.util.function.Supplier<Future<Void>> action) {
    Contexts.on(context, action).timeout(30, SECONDS).await();
  }
}
