package io.millrace.encoder;

import static io.millrace.encoder.Turn.BULK;
import static io.millrace.encoder.Turn.INTERACTIVE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.encoder.Request.Text;
import io.millrace.model.Tokens;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.Await;
import io.millrace.testing.Niceness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The batcher over a model that runs only when it is let. */
class BatcherTest {
  private static final BatchPolicy CPU = BatchPolicy.cpu(2);
  private static final BatchPolicy GPU = new BatchPolicy(1, true, 512, 16, 512, 0.2, 64);
  private static final long TOKENS_MAX = 1_000_000;

  private final Meters meters = new Meters();
  private final Semaphore let = new Semaphore(0);
  private final List<Batch> ran = new CopyOnWriteArrayList<>();
  private final AtomicInteger filled = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger insideMost = new AtomicInteger();
  private final List<Batcher> opened = new ArrayList<>();
  private final Map<Turn, Long> niceness = new ConcurrentHashMap<>();
  private volatile boolean fails;

  /** Answers to each text its first id. */
  private final class Gated implements Runner {
    private Batch batch = Batch.of(List.of(new Request(BULK, 1, 0).text(0, tokens(1, 0))));

    @Override
    public void fill(Batch next) {
      batch = next;
      filled.incrementAndGet();
    }

    @Override
    public float[][] run() {
      ran.add(batch);
      niceness.put(turn(batch), Niceness.ofThisThread());
      insideMost.accumulateAndGet(inside.incrementAndGet(), Math::max);
      let.acquireUninterruptibly();
      inside.decrementAndGet();
      if (fails) {
        throw new IllegalStateException("planted");
      }
      return batch.texts().stream()
          .map(text -> new float[] {text.tokens().ids()[0]})
          .toArray(float[][]::new);
    }
  }

  @AfterEach
  void close() throws Exception {
    let.release(1_000_000);
    for (Batcher batcher : opened) {
      batcher.close().get(30, SECONDS);
    }
    meters.close();
  }

  @Test
  void onAProcessorAQueryDoesNotWaitBehindTenThousandPassages() throws Exception {
    Batcher batcher = open(CPU.alone(), TOKENS_MAX);
    var bulk = ask(batcher, BULK, 10_000, 20);
    Await.until("the lanes to be busy", () -> inside.get() == CPU.lanes());

    var query = ask(batcher, INTERACTIVE, 1, 12);
    Await.until("the query to run beside them", () -> inside.get() == CPU.lanes() + 1);

    assertThat(ran).extracting(BatcherTest::turn).containsExactly(BULK, BULK, INTERACTIVE);
    let.release(1_000_000);
    assertThat(query.get(30, SECONDS).rows()).hasSize(1);
    assertThat(bulk.get(30, SECONDS).rows()).hasSize(10_000);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void onAProcessorPassagesRunInTheBackground() throws Exception {
    Batcher batcher = open(CPU.alone(), TOKENS_MAX);
    let.release(1_000_000);

    var _ = ask(batcher, BULK, 10, 20).get(30, SECONDS);
    var _ = ask(batcher, INTERACTIVE, 10, 20).get(30, SECONDS);

    assertThat(niceness.get(BULK)).isPositive();
    assertThat(niceness).containsEntry(INTERACTIVE, Niceness.ofThisThread());
  }

  @Test
  void onAGpuAQueryWaitsAtMostOneRunBehindTenThousandPassages() throws Exception {
    Batcher batcher = open(GPU, TOKENS_MAX);
    var bulk = ask(batcher, BULK, 10_000, 20);
    Await.until("a run, and one made ready", () -> ran.size() == 1 && filled.get() == 2);

    var query = ask(batcher, INTERACTIVE, 1, 12);
    let.release(1);
    Await.until("the next run", () -> ran.size() == 2);

    assertThat(turn(ran.getLast())).isEqualTo(INTERACTIVE);
    let.release(1_000_000);
    assertThat(query.get(30, SECONDS).rows()).hasSize(1);
    assertThat(bulk.get(30, SECONDS).rows()).hasSize(10_000);
  }

  @Test
  void onAGpuAStreamOfQueriesDoesNotStarveThePassages() throws Exception {
    Batcher batcher = open(GPU, TOKENS_MAX);
    var first = ask(batcher, INTERACTIVE, 1, 400);
    Await.until("the lane to be busy", () -> inside.get() == 1);
    var bulk = ask(batcher, BULK, 1, 400);
    var queries = ask(batcher, INTERACTIVE, 100, 400);

    let.release(1_000_000);
    var _ = first.get(30, SECONDS);
    var _ = bulk.get(30, SECONDS);
    var _ = queries.get(30, SECONDS);

    // Those that had the lane, those before which no passage was made ready, and those overtaking.
    assertThat(ran.stream().map(BatcherTest::turn).toList().indexOf(BULK))
        .isLessThanOrEqualTo(3 * Batcher.INTERACTIVE_IN_A_ROW_MAX);
  }

  @Test
  void rowsComeInTheOrderOfTheTexts() throws Exception {
    Batcher batcher = open(CPU, TOKENS_MAX);
    let.release(1_000_000);

    Encoded answer = ask(batcher, BULK, 500, 20).get(30, SECONDS);

    assertThat(answer.rows().stream().mapToInt(row -> (int) row[0]).toArray())
        .isEqualTo(IntStream.range(0, 500).toArray());
    assertThat(answer.tokens()).isEqualTo(500 * 20);
    assertThat(ran.size()).as("runs").isLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noMoreRunsAtOnceThanThereAreLanes(boolean gpu) throws Exception {
    Batcher batcher = open(gpu ? GPU : CPU, TOKENS_MAX);
    let.release(1_000_000);

    var _ = ask(batcher, BULK, 2_000, 100).get(30, SECONDS);

    assertThat(insideMost).hasValueBetween(1, gpu ? 1 : CPU.lanes());
  }

  @Test
  void whatIsCancelledCostsNoRunAndMakesRoomAtOnce() throws Exception {
    Batcher batcher = open(CPU, 3_000);
    var gone = ask(batcher, BULK, 20, 100);
    Await.until("the lanes to be busy", () -> ran.size() == 2);
    var refused = ask(batcher, BULK, 20, 100);

    assertThat(gone.cancel(true)).isTrue();
    var next = ask(batcher, BULK, 20, 100);
    let.release(1_000_000);

    assertThat(refused).isCompletedExceptionally();
    assertThat(next.get(30, SECONDS).rows()).hasSize(20);
    assertThat(ran).as("two for nobody, then each text of the next").hasSize(2 + 20);
    Await.until("all to be answered", () -> batcher.open() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20})
  void oneTextAndManyAreRefusedByTheSameRuleAndToldWhenToComeBack(int texts) {
    Batcher batcher = open(CPU, 1_000);
    var _ = ask(batcher, BULK, 12, 100);

    var late = ask(batcher, INTERACTIVE, texts, 1_000 / texts);

    assertThat(problem(late))
        .isInstanceOfSatisfying(
            Problem.TooMany.class,
            tooMany ->
                assertThat(tooMany.retryAfter())
                    .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
    assertThat(meters.scrape())
        .contains("millrace_encoder_failures_total{model=\"m\",reason=\"too-many\"} 1.0");
  }

  @Test
  void aRequestLargerThanTheQueueFitsWhereNothingWaits() throws Exception {
    Batcher batcher = open(CPU, 1_000);
    let.release(1_000_000);

    assertThat(ask(batcher, BULK, 50, 100).get(30, SECONDS).rows()).hasSize(50);
  }

  @Test
  void aFailedRunFailsItsRequestsAndNoOther() throws Exception {
    Batcher batcher = open(BatchPolicy.cpu(1).alone(), TOKENS_MAX);
    fails = true;
    var poisonous = ask(batcher, BULK, 10, 100);
    let.release(1);
    assertThat(catchThrowable(() -> poisonous.get(30, SECONDS))).hasRootCauseMessage("planted");
    fails = false;
    let.release(1_000_000);

    assertThat(ask(batcher, BULK, 3, 100).get(30, SECONDS).rows()).hasSize(3);
    assertThat(ran).as("one of the failed request").hasSizeLessThanOrEqualTo(2 + 3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closingFailsWhatWaitsAndLetsWhatRunsEnd(boolean gpu) throws Exception {
    Batcher batcher = open(gpu ? GPU : CPU.alone(), TOKENS_MAX);
    var waiting = ask(batcher, BULK, 1_000, 500);
    Await.until("a lane to be busy", () -> !ran.isEmpty());

    CompletableFuture<Void> closed = batcher.close();

    assertThat(problem(waiting)).isInstanceOf(Problem.Unavailable.class);
    assertThat(closed).isNotDone();
    let.release(1_000_000);
    closed.get(30, SECONDS);
    assertThat(inside).hasValue(0);
    assertThat(problem(ask(batcher, BULK, 1, 1))).isInstanceOf(Problem.Unavailable.class);
  }

  @Test
  void countsWhatRan() throws Exception {
    Batcher batcher = open(new BatchPolicy(1, false, 512, 16, 64, 0.5, 64), TOKENS_MAX);
    Request request = new Request(BULK, 3, System.nanoTime());
    assertThat(batcher.admit(request, 30)).isTrue();
    let.release(1_000_000);

    batcher.add(
        request, List.of(text(request, 0, 10), text(request, 1, 8), text(request, 2, 9)), 30);
    var _ = request.answer().get(30, SECONDS);
    Await.until("it to be counted", () -> batcher.open() == 0);

    assertThat(meters.scrape())
        .contains("millrace_encoder_run_seconds_count{model=\"m\"} 1")
        .contains("millrace_encoder_texts_total{model=\"m\"} 3.0")
        .contains("millrace_encoder_tokens_total{model=\"m\"} 27.0")
        .contains("millrace_encoder_padding_tokens_total{model=\"m\"} 3.0")
        .contains("millrace_encoder_queued_tokens{model=\"m\"} 0.0")
        .contains("millrace_encoder_queue_seconds_count{model=\"m\",turn=\"bulk\"} 1")
        .contains("millrace_encoder_tokenize_seconds_count{model=\"m\"} 1")
        .contains("millrace_encoder_batch_rows_sum{model=\"m\"} 3.0");
  }

  private Batcher open(BatchPolicy policy, long tokensMax) {
    Batcher batcher = new Batcher("m", policy, tokensMax, Gated::new, new RunMeter(meters, "m"));
    opened.add(batcher);
    return batcher;
  }

  /** The estimate is right. */
  private static CompletableFuture<Encoded> ask(Batcher batcher, Turn turn, int texts, int tokens) {
    Request request = new Request(turn, texts, System.nanoTime());
    if (batcher.admit(request, (long) texts * tokens)) {
      List<Text> all =
          IntStream.range(0, texts).mapToObj(row -> text(request, row, tokens)).toList();
      batcher.add(request, all, (long) texts * tokens);
    }
    return request.answer();
  }

  private static Turn turn(Batch batch) {
    return batch.texts().getFirst().request().turn();
  }

  private static Text text(Request request, int row, int tokens) {
    return request.text(row, tokens(tokens, row));
  }

  private static Tokens tokens(int count, int first) {
    long[] ids = new long[count];
    ids[0] = first;
    return Tokens.ofOne(ids);
  }

  private static Problem problem(CompletableFuture<Encoded> refused) {
    Throwable failure = catchThrowable(() -> refused.get(30, SECONDS));
    assertThat(failure)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ProblemException.class);
    return ((ProblemException) failure.getCause()).problem();
  }
}
