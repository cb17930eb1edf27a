package io.millrace.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.decoder.Ending.FinishReason;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.Await;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop over a decoder that counts: token 3 is the letter d, and after it comes e. */
class GeneratorTest {
  private static final TokenBytes LETTERS = letters();

  private final Meters meters = new Meters();
  private final CountingSession session = new CountingSession(2, 60);
  private final Generator generator = generator(4, 8);

  @AfterEach
  void close() {
    session.free();
    generator.close();
    meters.close();
  }

  @Test
  void anAnswerEndsAtItsLength() throws Exception {
    session.free();
    Heard heard = ask(options(3), 0);

    assertThat(heard.ending().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(heard.textSoFar()).isEqualTo("bcd");
    assertThat(heard.ending().promptTokens()).isEqualTo(1);
    assertThat(heard.ending().completionTokens()).isEqualTo(3);
    assertThat(heard.ending().untilFirstToken()).isLessThanOrEqualTo(heard.ending().total());
  }

  @Test
  void anAnswerEndsWhenTheModelIsFull() throws Exception {
    session.free();
    Heard heard = ask(options(1000), 0, 1, 2);

    assertThat(heard.ending().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(heard.ending().completionTokens()).isEqualTo(57);
  }

  @Test
  void anEndTokenEndsTheAnswerAndIsNotShown() throws Exception {
    session.free();
    Heard heard = ask(new GenerationOptions(50, Sampling.GREEDY, List.of(), Set.of(5, 40)), 0);

    assertThat(heard.ending().reason()).isEqualTo(FinishReason.STOP);
    assertThat(heard.textSoFar()).isEqualTo("bcde");
  }

  @Test
  void aStopStringSplitOverTokensEndsTheAnswerAndNoPartOfItIsSent() throws Exception {
    session.free();
    Heard heard = ask(new GenerationOptions(50, Sampling.GREEDY, List.of("efg"), Set.of()), 0);

    assertThat(heard.ending().reason()).isEqualTo(FinishReason.STOP);
    assertThat(heard.deltas()).containsExactly("b", "c", "d");
  }

  @Test
  void aCancelledAnswerFreesItsSlotAtTheNextStep() throws Exception {
    Heard first = new Heard();
    Generation running = generator.submit(new int[] {0}, options(50), first);
    Heard _ = askBeside(options(50));
    Heard next = ask(options(50), 10);

    running.cancel();
    session.permits.release(); // ends the step that was running when it was cancelled
    Await.until("the next has begun", () -> !next.textSoFar().isEmpty());

    assertThat(first.ending().reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(session.steps).containsExactly(List.of(0), List.of(0, 1));
  }

  @Test
  void aCancelledRequestThatWaitsLeavesTheQueue() throws Exception {
    Heard _ = ask(options(50), 0);
    Heard _ = askBeside(options(50));
    Heard waits = new Heard();
    generator.submit(new int[] {0}, options(50), waits).cancel();

    session.permits.release();

    assertThat(waits.ending().reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(waits.ending().completionTokens()).isZero();
  }

  @Test
  void moreThanMayWaitIsRefused() {
    Heard _ = ask(options(50), 0);
    Heard _ = askBeside(options(50));
    for (int i = 0; i < 4; i++) {
      Heard _ = ask(options(50), 0);
    }

    assertThatThrownBy(() -> ask(options(50), 0))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.TooMany.class));
    assertThat(meters.scrape()).contains("ended=\"refused\"");
  }

  @Test
  void aPromptThatLeavesNoRoomToAnswerIsRefused() {
    assertThatThrownBy(() -> ask(options(1), new int[60]))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        problem -> assertThat(problem.pointer()).isEqualTo("/prompt")));
  }

  @Test
  void aLongPromptIsReadInPortionsBetweenTheStepsOfOthers() throws Exception {
    Heard runs = ask(options(50), 0);
    Await.until("it runs", () -> session.permits.getQueueLength() == 1);
    Heard reads = ask(options(1), new int[30]);

    session.permits.release(2);
    Await.until("two steps", () -> session.steps.size() == 2);
    Await.until("the third waits", () -> session.permits.getQueueLength() == 1);

    // the first answer's own prompt, then two portions before steps two and three
    assertThat(session.portions).containsExactly(1, 8, 8);
    assertThat(runs.textSoFar()).isEqualTo("bcd");
    assertThat(reads.textSoFar()).isEmpty();
    session.free();
    assertThat(reads.ending().promptTokens()).isEqualTo(30);
  }

  @Test
  void anAnswerJoinsWhileAnotherRuns() throws Exception {
    Heard first = ask(options(3), 0);
    Await.until("it runs", () -> session.permits.getQueueLength() == 1);
    Heard second = ask(options(4), 10);
    session.free();

    assertThat(first.ending().completionTokens()).isEqualTo(3);
    assertThat(second.ending().completionTokens()).isEqualTo(4);
    assertThat(second.textSoFar()).isEqualTo("lmno");
    assertThat(session.steps).containsExactly(List.of(0), List.of(0, 1), List.of(1), List.of(1));
  }

  @Test
  void aRunThatFailsFailsItsAnswersAndNotTheNext() throws Exception {
    session.breakDown(true);
    session.free();
    Heard failing = ask(options(3), 0);
    assertThatThrownBy(failing::ending).hasMessageContaining("broken");

    session.breakDown(false);
    Heard next = ask(options(3), 0);

    assertThat(next.ending().reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aListenerThatThrowsLosesItsSlotAndNobodyElseDoes() throws Exception {
    CountDownLatch threw = new CountDownLatch(1);
    Heard bad =
        new Heard() {
          @Override
          public void text(String delta) {
            threw.countDown();
            throw new IllegalStateException("a listener's defect");
          }
        };
    Heard good = ask(options(20), 0);
    Generation _ = generator.submit(new int[] {0}, options(20), bad);
    session.free();
    threw.await();

    assertThat(bad.ending().reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(good.ending().completionTokens()).isEqualTo(20);
  }

  @Test
  void closingLetsRunningAnswersEndAndRefusesTheRest() throws Exception {
    Heard one = ask(options(5), 0);
    Heard two = askBeside(options(5));
    Heard waits = ask(options(5), 0);
    Thread closer = closing(Duration.ofSeconds(60));

    session.free();
    boolean closed = closer.join(Duration.ofSeconds(20));

    assertThat(closed).isTrue();

    assertThat(one.ending().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(two.ending().reason()).isEqualTo(FinishReason.LENGTH);
    assertThatThrownBy(waits::ending).hasCauseInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> ask(options(1), 0)).isInstanceOf(ProblemException.class);
    assertThat(session.closed()).isTrue();
  }

  @Test
  void closingAtOnceCutsShortWhatRuns() throws Exception {
    Heard heard = ask(options(50), 0);
    Await.until("it runs", () -> session.permits.getQueueLength() == 1);
    Thread closer = closing(Duration.ZERO);

    session.permits.release(); // ends the step that was running
    boolean closed = closer.join(Duration.ofSeconds(20));

    assertThat(closed).isTrue();
    assertThat(heard.ending().reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(session.closed()).isTrue();
  }

  @Test
  void itCountsWhatItDoes() throws Exception {
    session.free();
    var _ = ask(options(3), 0, 1).ending();

    assertThat(meters.scrape())
        .contains("millrace_decoder_tokens_total{kind=\"prompt\",model=\"counting\"} 2.0")
        .contains("millrace_decoder_tokens_total{kind=\"completion\",model=\"counting\"} 3.0")
        .contains("millrace_decoder_first_token_seconds_count{model=\"counting\"} 1")
        .contains("millrace_decoder_next_token_seconds_count{model=\"counting\"} 2")
        .contains("millrace_decoder_answers_total{ended=\"length\",model=\"counting\"} 1.0")
        .contains("millrace_decoder_slots{model=\"counting\"} 2.0");
  }

  private Generator generator(int queuedMax, int promptChunk) {
    DecoderLimits limits = new DecoderLimits(2, 60, promptChunk, queuedMax, 1);
    return new Generator("counting", session, LETTERS, limits, meters);
  }

  /** A thread that closes the generator, and has come as far as waiting for what runs. */
  private Thread closing(Duration grace) {
    Thread closer = Thread.ofPlatform().start(() -> generator.close(grace));
    Await.until("it closes", () -> closer.getState() == Thread.State.TIMED_WAITING);
    return closer;
  }

  private Heard ask(GenerationOptions options, int... prompt) {
    Heard heard = new Heard();
    Generation _ = generator.submit(prompt, options, heard);
    return heard;
  }

  /** Asks for a second answer and returns when a step of both is under way, the second of all. */
  private Heard askBeside(GenerationOptions options) {
    Await.until("the first runs", () -> session.permits.getQueueLength() == 1);
    Heard second = ask(options, 0);
    session.permits.release();
    Await.until("both run", () -> session.permits.getQueueLength() == 1 && generator.busy() == 2);
    return second;
  }

  private static GenerationOptions options(int tokensMax) {
    return new GenerationOptions(tokensMax, Sampling.GREEDY, List.of(), Set.of());
  }

  private static TokenBytes letters() {
    JsonObject vocabulary = new JsonObject();
    for (int id = 0; id < CountingSession.VOCABULARY; id++) {
      vocabulary.put(Character.toString('a' + id), id);
    }
    return TokenBytes.of(new JsonObject().put("model", new JsonObject().put("vocab", vocabulary)));
  }
}
