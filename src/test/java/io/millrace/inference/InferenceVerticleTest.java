package io.millrace.inference;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.millrace.bus.Bus;
import io.millrace.model.ModelSpec;
import io.millrace.model.TextKind;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.Await;
import io.millrace.testing.Natives;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InferenceVerticleTest {
  private static final String MODEL = "bge-small-en";
  private static final InferenceLimits LIMITS = new InferenceLimits(2, 40_000, 100, 5_000);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Meters meters = new Meters();
  private Vertx vertx;
  private Bus bus;
  private String deployment;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    bus = new Bus(vertx, PATIENCE);
  }

  @AfterEach
  void close() {
    vertx.close().timeout(30, SECONDS).await();
    meters.close();
  }

  @Test
  void rowsComeInTheOrderOfTheTexts() {
    deploy();
    List<String> texts =
        new ArrayList<>(IntStream.range(0, 40).mapToObj(InferenceVerticleTest::text).toList());
    Collections.shuffle(texts, new Random(7));

    Embed.Vectors all = ask(passages(texts));

    assertThat(all.model()).isEqualTo("bge-small-en-v1.5-q");
    assertThat(all.rows()).hasSameSizeAs(texts);
    for (int i = 0; i < texts.size(); i += 13) {
      assertThat(all.rows().get(i))
          .as("text %s alone and among others", i)
          .isEqualTo(ask(passages(List.of(texts.get(i)))).rows().getFirst());
    }
  }

  @Test
  void manyAskersEachGetTheirOwnAnswer() {
    deploy();

    List<Future<Embed.Vectors>> answers =
        IntStream.range(0, 60).mapToObj(i -> asked(passages(List.of(text(i))))).toList();
    Future.all(answers).timeout(60, SECONDS).await();

    assertThat(answers.get(17).result().rows().getFirst())
        .isEqualTo(ask(passages(List.of(text(17)))).rows().getFirst());
    assertThat(answers.stream().map(answer -> answer.result().rows().getFirst()[0]).distinct())
        .hasSize(60);
  }

  @Test
  void aQueryIsNotThePassageWithTheSameWords() {
    deploy();

    float[] passage = ask(passages(List.of("water mill"))).rows().getFirst();
    float[] query = ask(new Embed(MODEL, List.of("water mill"), TextKind.QUERY)).rows().getFirst();

    assertThat(query).isNotEqualTo(passage);
  }

  @Test
  void aQueryDoesNotWaitForTheWholeBulkOfPassages() {
    deploy();
    List<String> bulk = IntStream.range(0, 100).mapToObj(InferenceVerticleTest::text).toList();

    List<Integer> answered = new CopyOnWriteArrayList<>();
    Embed query = new Embed(MODEL, List.of("who overtakes?"), TextKind.QUERY);
    Future<Embed.Vectors> slow = asked(passages(bulk));
    Future<Embed.Vectors> fast = asked(query);
    Future.all(
            slow.onSuccess(vectors -> answered.add(vectors.rows().size())),
            fast.onSuccess(vectors -> answered.add(vectors.rows().size())))
        .timeout(60, SECONDS)
        .await();

    assertThat(answered).containsExactly(1, 100);
  }

  @Test
  void stoppingUnderLoadEndsEveryQuestionAndTheProcessLives() {
    for (int round = 0; round < 3; round++) {
      deploy();
      wakeUp();
      List<Future<Embed.Vectors>> answers =
          IntStream.range(0, 150)
              .mapToObj(i -> asked(passages(List.of(text(i).repeat(50)))))
              .toList();

      vertx.undeploy(deployment).timeout(30, SECONDS).await();
      Throwable failure = catchThrowable(() -> Future.join(answers).timeout(30, SECONDS).await());

      assertThat(answers).allMatch(Future::isComplete);
      assertThat(problem(failure)).isInstanceOf(Problem.Unavailable.class);
    }
  }

  @Test
  void stoppingWhileTheModelLoadsWaitsForIt() {
    deploy();

    List<String> bulk = IntStream.range(0, 100).mapToObj(InferenceVerticleTest::text).toList();
    Future<Embed.Vectors> answer = asked(passages(bulk));
    vertx.undeploy(deployment).timeout(30, SECONDS).await();

    assertThat(problem(catchThrowable(() -> answer.timeout(30, SECONDS).await())))
        .isInstanceOf(Problem.Unavailable.class);
  }

  @Test
  void refusesMoreThanMayWaitAndSaysWhenToComeBack() {
    deploy();
    List<String> bulk = IntStream.range(0, 40).mapToObj(i -> text(i).repeat(40)).toList();
    List<Future<Embed.Vectors>> admitted = List.of(asked(passages(bulk)), asked(passages(bulk)));

    Problem problem = refusal(passages(bulk));

    assertThat(problem)
        .isInstanceOfSatisfying(
            Problem.TooMany.class,
            tooMany ->
                assertThat(tooMany.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1)));
    Future.all(admitted).timeout(60, SECONDS).await();
    assertThat(ask(passages(List.of("one more"))).rows()).hasSize(1);
  }

  @Test
  void anUnknownModelIsNotFound() {
    deploy();

    assertThat(refusal(new Embed("house-model", List.of("x"), TextKind.QUERY)))
        .isInstanceOf(Problem.NotFound.class);
  }

  @Test
  void wrongInputIsInvalidAndPointsAtTheText() {
    deploy();

    assertThat(pointer(List.of())).isEqualTo("/texts");
    assertThat(pointer(Collections.nCopies(101, "x"))).isEqualTo("/texts");
    assertThat(pointer(List.of("fine", " \n "))).isEqualTo("/texts/1");
    assertThat(pointer(List.of("fine", "also fine", "x".repeat(5_001)))).isEqualTo("/texts/2");
  }

  @Test
  void aQuestionThatIsTakenBackDoesNotRunAndMakesRoom() {
    deploy();
    wakeUp();
    List<String> bulk = IntStream.range(0, 40).mapToObj(i -> text(i).repeat(40)).toList();
    Future<Embed.Vectors> first = asked(passages(bulk));
    Future<Embed.Vectors> second = asked(new Embed(MODEL, bulk, TextKind.PASSAGE, 0, "second"));

    bus.tell(Cancel.ADDRESS, new Cancel("second"));

    assertThat(problem(catchThrowable(() -> second.timeout(60, SECONDS).await())))
        .isInstanceOf(Problem.Conflict.class);
    assertThat(first.isComplete()).as("the bulk before it").isFalse();
    bus.tell(Cancel.ADDRESS, new Cancel("nobody's"));
    assertThat(first.timeout(60, SECONDS).await().rows()).hasSize(40);
    assertThat(meters.scrape())
        .contains("millrace_encoder_texts_total{model=\"" + MODEL + "\"} 41.0");
  }

  @Test
  void fewerDimensionsAreCutAndOfUnitLengthAgain() {
    deploy();
    float[] whole = ask(passages(List.of("water mill"))).rows().getFirst();

    Embed.Vectors cut = ask(new Embed(MODEL, List.of("water mill"), TextKind.PASSAGE, 64, ""));

    float[] row = cut.rows().getFirst();
    assertThat(row).hasSize(64);
    double squares = 0;
    for (float x : row) {
      squares += (double) x * x;
    }
    assertThat(squares).isCloseTo(1, within(1e-5));
    assertThat(row[0] / row[63]).isCloseTo(whole[0] / whole[63], within(1e-4f));
    assertThat(refusal(new Embed(MODEL, List.of("x"), TextKind.PASSAGE, 385, "")))
        .isInstanceOfSatisfying(
            Problem.Invalid.class,
            invalid -> assertThat(invalid.pointer()).isEqualTo("/dimensions"));
  }

  @Test
  void tellsWhereTheTimeWent() {
    deploy();

    Timing timing = ask(passages(List.of(text(1), text(2)))).timing();

    assertThat(timing.queueMicros()).as("with the load of the model").isPositive();
    assertThat(timing.tokenizeMicros()).isPositive();
    assertThat(timing.inferenceMicros()).isPositive();
  }

  @Test
  void aModelIsMovedInAndOutOfMemoryAndListedOverTheBus() {
    deploy();
    assertThat(listed().getFirst().status()).isEqualTo(ModelState.Status.UNLOADED);
    assertThat(listed().getFirst().lastUsed()).isEmpty();

    assertThat(moved(MoveModel.Where.IN).status()).isEqualTo(ModelState.Status.READY);
    assertThat(moved(MoveModel.Where.OUT).status()).isEqualTo(ModelState.Status.UNLOADED);

    wakeUp();
    assertThat(listed().getFirst().lastUsed()).isPresent();
    assertThat(listed().getFirst().loadMillis()).isPositive();
  }

  @Test
  void lookingAtTheStateWakesNoModel() {
    InferenceVerticle verticle = verticle(ModelSpec.bundled(MODEL));
    vertx.deployVerticle(verticle).timeout(30, SECONDS).await();

    assertThat(states(verticle)).containsExactly(ModelState.Status.UNLOADED);
    wakeUp();
    assertThat(states(verticle)).containsExactly(ModelState.Status.READY);
  }

  @Test
  void anEagerModelIsReadyWhenTheVerticleIs() {
    InferenceVerticle verticle =
        verticle(ModelSpec.bundled(MODEL).with(ModelSpec.Load.EAGER, Duration.ZERO));

    vertx.deployVerticle(verticle).timeout(60, SECONDS).await();

    assertThat(states(verticle)).containsExactly(ModelState.Status.READY);
  }

  @Test
  void aModelThatRestsIsUnloadedAndComesBackWhenAsked() {
    InferenceVerticle verticle =
        verticle(ModelSpec.bundled(MODEL).with(ModelSpec.Load.LAZY, Duration.ofMillis(50)));
    vertx.deployVerticle(verticle).timeout(30, SECONDS).await();
    float[] before = ask(passages(List.of("again"))).rows().getFirst();

    Await.until("the model to unload", () -> states(verticle).contains(ModelState.Status.UNLOADED));

    assertThat(ask(passages(List.of("again"))).rows().getFirst()).isEqualTo(before);
  }

  @Test
  void stoppingBeforeStartAndTwiceIsFine() throws Exception {
    InferenceVerticle verticle = verticle(ModelSpec.bundled(MODEL));
    verticle.stop().timeout(30, SECONDS).await();
    deployment = vertx.deployVerticle(verticle).timeout(30, SECONDS).await();

    vertx.undeploy(deployment).timeout(30, SECONDS).await();
    verticle.stop().timeout(30, SECONDS).await();

    assertThat(states(verticle)).containsExactly(ModelState.Status.STOPPED);
  }

  private InferenceVerticle verticle(ModelSpec spec) {
    return new InferenceVerticle("here", bus, meters, List.of(spec), LIMITS, Natives.CACHE);
  }

  private List<ModelState> listed() {
    return bus.askEach(ListModels.ADDRESS, new ListModels(), PATIENCE)
        .timeout(30, SECONDS)
        .await()
        .getFirst()
        .models();
  }

  private ModelState moved(MoveModel.Where to) {
    return bus.askEach(MoveModel.ADDRESS, new MoveModel(MODEL, to), PATIENCE)
        .timeout(30, SECONDS)
        .await()
        .getFirst()
        .models()
        .getFirst();
  }

  private void deploy() {
    deployment =
        vertx.deployVerticle(verticle(ModelSpec.bundled(MODEL))).timeout(60, SECONDS).await();
  }

  private static List<ModelState.Status> states(InferenceVerticle verticle) {
    return verticle.states().timeout(30, SECONDS).await().stream().map(ModelState::status).toList();
  }

  private static Embed passages(List<String> texts) {
    return new Embed(MODEL, texts, TextKind.PASSAGE);
  }

  private Future<Embed.Vectors> asked(Embed question) {
    return new ModelClient(bus).ask(question, PATIENCE);
  }

  private Embed.Vectors ask(Embed question) {
    return asked(question).timeout(60, SECONDS).await();
  }

  private void wakeUp() {
    assertThat(ask(passages(List.of("wake up"))).rows()).hasSize(1);
  }

  private Problem refusal(Embed question) {
    return problem(catchThrowable(() -> ask(question)));
  }

  private String pointer(List<String> texts) {
    return ((Problem.Invalid) refusal(passages(texts))).pointer();
  }

  private static Problem problem(Throwable failure) {
    assertThat(failure).isInstanceOf(ProblemException.class);
    return ((ProblemException) failure).problem();
  }

  private static String text(int n) {
    return "Wheel number %d grinds the grain of day %d.".formatted(n, n * n);
  }
}
