package io.millrace.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusTest {
  record Ask(String text) implements BusMessage {}

  record Length(int characters, List<float[]> rows) implements BusMessage {}

  static final Address<Ask, Length> LENGTH =
      new Address<>("millrace.test.length", Ask.class, Length.class);

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, Duration.ofSeconds(30));

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void anAnswerReachesTheAskerByReference() {
    var length = new Length(4, List.of());
    bus.serve(LENGTH, ask -> Future.succeededFuture(length)).await();

    Length answer = bus.ask(LENGTH, new Ask("four")).await();

    assertThat(answer).isSameAs(length);
  }

  @Test
  void aRefusalReachesTheAskerAsItsProblem() {
    var full = new Problem.TooMany("1000 tasks wait already.", Duration.ofSeconds(5));
    bus.serve(LENGTH, ask -> Future.failedFuture(new ProblemException(full))).await();

    assertThatThrownBy(() -> bus.ask(LENGTH, new Ask("x")).await())
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem()).isEqualTo(full));
  }

  @Test
  void aDefectOfTheAnswererReachesTheAskerWithoutTimeout() {
    bus.serve(
            LENGTH,
            ask -> {
              throw new IllegalStateException("boom");
            })
        .await();

    assertThatThrownBy(() -> bus.ask(LENGTH, new Ask("x")).await())
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.Internal.class));
  }

  @Test
  void whoAsksEachHearsAllThatAnswerOrWhyNoneDoes() {
    Duration patience = Duration.ofSeconds(30);
    assertThatThrownBy(() -> bus.askEach(LENGTH, new Ask("x"), patience).await())
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));

    var full = new Problem.TooMany("1000 tasks wait already.", Duration.ofSeconds(5));
    bus.serveEach(
            LENGTH,
            ask ->
                ask.text().isEmpty()
                    ? Future.failedFuture(new ProblemException(full))
                    : Future.succeededFuture(new Length(ask.text().length(), List.of())))
        .await();

    assertThat(bus.askEach(LENGTH, new Ask("four"), patience).await())
        .extracting(Length::characters)
        .containsExactly(4);
    assertThatThrownBy(() -> bus.askEach(LENGTH, new Ask(""), patience).await())
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem()).isEqualTo(full));
  }

  @Test
  void whatIsToldReachesWhoServes() {
    Promise<String> heard = Promise.promise();
    bus.serve(
            LENGTH,
            ask -> {
              heard.complete(ask.text());
              return Future.succeededFuture(new Length(0, List.of()));
            })
        .await();

    bus.tell(LENGTH, new Ask("news"));

    assertThat(heard.future().await()).isEqualTo("news");
  }

  @Test
  void whatIsClosedTakesNoMoreQuestions() {
    Length answer = new Length(1, List.of());
    Serving first = bus.serveUntilClosed(LENGTH, _ -> Future.succeededFuture(answer)).await();
    assertThat(bus.ask(LENGTH, new Ask("x")).await()).isSameAs(answer);

    first.close().await();
    first.close().await();

    assertThatThrownBy(() -> bus.ask(LENGTH, new Ask("x")).await())
        .matches(failure -> Bus.nobodyAnswered(LENGTH, failure));
  }

  @Test
  void nobodyThereIsUnavailableAtOnce() {
    assertThatThrownBy(() -> bus.ask(LENGTH, new Ask("x")).await())
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
  }

  @Test
  void anAnswerThatNeverComesTimesOut() {
    bus.serve(LENGTH, ask -> Promise.<Length>promise().future()).await();

    assertThatThrownBy(() -> bus.ask(LENGTH, new Ask("x"), Duration.ofMillis(20)).await())
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.TimedOut.class));
  }

  @Test
  void aWaitingAnswererOnAVirtualThreadDoesNotHoldUpTheNext() {
    Promise<Length> first = Promise.promise();
    var verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return bus.serve(
                LENGTH,
                ask -> {
                  if (ask.text().equals("first")) {
                    return Future.succeededFuture(first.future().await());
                  }
                  first.complete(new Length(1, List.of()));
                  return Future.succeededFuture(new Length(2, List.of()));
                });
          }
        };
    vertx
        .deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .await();

    Future<Length> slow = bus.ask(LENGTH, new Ask("first"));
    Future<Length> fast = bus.ask(LENGTH, new Ask("second"));

    assertThat(fast.await().characters()).isEqualTo(2);
    assertThat(slow.await().characters()).isEqualTo(1);
  }

  @Test
  void theWireCarriesAnswersAndRefusals() {
    var answer = new Reply.Answer(new Length(3, List.of(new float[] {0.5f, -1f})));
    var refusal = new Reply.Refusal(new Problem.TooLarge("Too large.", 7));

    assertThat(overTheWire(refusal)).isEqualTo(refusal);
    assertThat(overTheWire(answer))
        .isInstanceOfSatisfying(
            Length.class,
            length -> {
              assertThat(length.characters()).isEqualTo(3);
              assertThat(length.rows().getFirst()).containsExactly(0.5f, -1f);
            });
  }

  @Test
  void theWireRefusesForeignClasses() {
    byte[] name = "java.lang.ProcessBuilder".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Buffer wire = Buffer.buffer().appendInt(name.length).appendBytes(name).appendInt(2);

    assertThatThrownBy(() -> new BusCodec().decodeFromWire(0, wire.appendString("{}")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static BusMessage overTheWire(BusMessage message) {
    Buffer buffer = Buffer.buffer().appendString("before");
    new BusCodec().encodeToWire(buffer, message);
    return new BusCodec().decodeFromWire(6, buffer);
  }
}
