package io.millrace.handler;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.bus.Bus;
import io.millrace.handler.generate.GenerateType;
import io.millrace.inference.InferenceLimits;
import io.millrace.inference.InferenceVerticle;
import io.millrace.model.Device;
import io.millrace.model.ModelSpec;
import io.millrace.model.ModelTask;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.testing.Await;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.DecoderShape;
import io.millrace.testing.onnx.TestModels;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks of {@code type: generate} over the bus, with a small decoder in a directory. */
class GenerateTypeTest {
  @TempDir Path directory;

  private final Meters meters = new Meters();
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, Duration.ofSeconds(60));

  @BeforeEach
  void open() {
    var _ = TestModels.in(directory).sharingDecoder(DecoderShape.SMALL);
    var verticle =
        new InferenceVerticle(
            "w-1",
            bus,
            meters,
            List.of(spec()),
            new InferenceLimits(1, 10, 10, 5_000),
            Natives.CACHE);
    vertx.deployVerticle(verticle).timeout(60, SECONDS).await();
  }

  @AfterEach
  void close() {
    vertx.close().timeout(60, SECONDS).await();
    meters.close();
  }

  @Test
  void theTextIsToldWhileItGrowsAndIsWholeInTheResult() {
    Told told = new Told(Integer.MAX_VALUE);

    JsonObject result =
        succeeded("{\"prompt\":\"вода и колесо\",\"maxTokens\":40,\"seed\":3}", told);

    assertThat(String.join("", told.parts)).isEqualTo(result.getString("text"));
    assertThat(told.parts).hasSizeGreaterThan(3);
    assertThat(result.getString("finishReason")).isIn("length", "stop");
    assertThat(result.getJsonObject("usage").getInteger("promptTokens")).isPositive();
    assertThat(result.getJsonObject("usage").getInteger("completionTokens")).isBetween(1, 40);
    assertThat(result.getLong("seed")).isEqualTo(3);
  }

  @Test
  void theSameSeedSaysTheSameAndAnotherDoesNot() {
    String input = "{\"prompt\":\"the mill\",\"maxTokens\":30,\"seed\":%d}";

    String first = succeeded(input.formatted(1)).getString("text");

    assertThat(succeeded(input.formatted(1)).getString("text")).isEqualTo(first);
    assertThat(succeeded(input.formatted(2)).getString("text")).isNotEqualTo(first);
  }

  @Test
  void aConversationIsPutIntoTheWordsOfTheModelsTemplate() {
    String rest = ",\"maxTokens\":20,\"temperature\":0}";

    JsonObject chat = succeeded("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + rest);
    JsonObject spelled =
        succeeded(
            "{\"prompt\":\"<|im_start|>user\\nhi<|im_end|>\\n<|im_start|>assistant\\n\"" + rest);

    assertThat(chat.getString("text")).isEqualTo(spelled.getString("text"));
    assertThat(chat.getJsonObject("usage")).isEqualTo(spelled.getJsonObject("usage"));
  }

  @Test
  void aCancelledTaskEndsAtOnceAndFreesItsSlot() {
    Told told = new Told(3);

    Outcome outcome = run("{\"prompt\":\"a\",\"maxTokens\":400,\"temperature\":0}", told);

    assertThat(outcome).isEqualTo(new Outcome.Cancelled());
    Await.until(
        "the slot is free",
        () -> meters.scrape().contains("millrace_decoder_slots_busy{model=\"small\"} 0.0"));
    assertThat(meters.scrape())
        .contains("millrace_decoder_answers_total{ended=\"cancelled\",model=\"small\"} 1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                       | /prompt",
        "{\"prompt\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]} | /prompt",
        "{\"messages\":[{\"role\":\"robot\",\"content\":\"b\"}]}  | /messages/0/role",
        "{\"prompt\":\"a\",\"temperature\":-1}                    | /temperature",
        "{\"prompt\":\"a\",\"topP\":0}                            | /topP",
        "{\"prompt\":\"a\",\"stop\":[\"b\",\"\"]}                 | /stop/1",
        "{\"prompt\":\"a\",\"maxTokens\":0}                       | /maxTokens",
      })
  void wrongInputIsRefusedWithItsPlace(String input, String pointer) {
    assertThatThrownBy(() -> run(input, new Told(Integer.MAX_VALUE)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        problem -> assertThat(problem.pointer()).isEqualTo(pointer)));
  }

  @Test
  void aPromptThatDoesNotFitIntoTheModelIsRefused() {
    String input = "{\"prompt\":\"%s\"}".formatted("ж".repeat(600));

    assertThatThrownBy(() -> run(input, new Told(Integer.MAX_VALUE)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("holds 512");
  }

  private JsonObject succeeded(String input) {
    return succeeded(input, new Told(Integer.MAX_VALUE));
  }

  private JsonObject succeeded(String input, Told told) {
    return new JsonObject(Recorded.result(run(input, told)));
  }

  private Outcome run(String input, TaskHandler.Context context) {
    return new GenerateType(bus)
        .make(Recorded.declaration("generate", Optional.of("small"), "{}"))
        .run(Recorded.task(input, 0), context);
  }

  private ModelSpec spec() {
    return new ModelSpec(
        "small",
        ModelSpec.Provider.DIRECTORY,
        Optional.of(directory.toString()),
        Optional.empty(),
        ModelTask.GENERATE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Device.Cpu(),
        Optional.empty(),
        false,
        ModelSpec.Load.LAZY,
        Duration.ZERO,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** A context that keeps the output and is cancelled after so many parts of it. */
  private static final class Told implements TaskHandler.Context {
    final List<String> parts = new CopyOnWriteArrayList<>();
    private final int cancelledAfter;
    private final List<Runnable> stops = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;

    Told(int cancelledAfter) {
      this.cancelledAfter = cancelledAfter;
    }

    @Override
    public void output(String text) {
      parts.add(text);
      if (parts.size() == cancelledAfter) {
        stopping = true;
        stops.forEach(Runnable::run);
      }
    }

    @Override
    public boolean stopping() {
      return stopping;
    }

    @Override
    public void onStop(Runnable action) {
      stops.add(action);
    }

    @Override
    public void progress(long done, long total, String stage) {}

    @Override
    public void emit(String type, Payload data) {}

    @Override
    public void sleep(Duration duration) {}
  }
}
