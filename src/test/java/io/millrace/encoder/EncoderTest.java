package io.millrace.encoder;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.Device;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.ModelTask;
import io.millrace.model.NativeLibraries;
import io.millrace.model.Placement;
import io.millrace.model.Pooling;
import io.millrace.model.TextKind;
import io.millrace.model.TextTokenizer;
import io.millrace.model.Tokens;
import io.millrace.observe.Meters;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.EncoderShape;
import io.millrace.testing.onnx.PlainEncoder;
import io.millrace.testing.onnx.TestModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares what batches of a graph answer with the same numbers in plain Java, text by text. */
class EncoderTest {
  private static final double ERROR_MAX = 2e-4;
  private static final List<String> TEXTS =
      IntStream.range(0, 60).mapToObj(EncoderTest::text).toList();

  /** Together when short, so that padding and the order of rows matter. */
  private static final EncoderLimits LIMITS =
      new EncoderLimits(new BatchPolicy(2, true, 512, 8, 128, 0.5, 32), 1_000_000, 2);

  @TempDir Path directory;
  private final Meters meters = new Meters();

  @BeforeEach
  void prepare() {
    NativeLibraries.prepare(Natives.CACHE);
  }

  @AfterEach
  void close() {
    meters.close();
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void vectorsAreThoseOfThePlainComputation(Pooling pooling) throws Exception {
    PlainEncoder plain = TestModels.in(directory).encoder(EncoderShape.SMALL);
    Files.delete(directory.resolve("1_Pooling/config.json")); // it says mean
    ModelFiles files = ModelFiles.of(spec(ModelTask.EMBED, Optional.of(pooling)));

    Encoded answer = ask(files, encoder -> encoder.embed(TextKind.PASSAGE, TEXTS));

    try (TextTokenizer tokenizer = TextTokenizer.open(files)) {
      for (int i = 0; i < TEXTS.size(); i++) {
        Tokens tokens = tokenizer.tokens(TEXTS.get(i));
        assertClose(answer.rows().get(i), vector(plain, pooling, tokens));
      }
    }
    assertThat(meters.scrape())
        .doesNotContain("millrace_encoder_padding_tokens_total{model=\"m\"} 0.0");
  }

  private static double[] vector(PlainEncoder plain, Pooling pooling, Tokens tokens) {
    long[] types = new long[tokens.count()];
    return switch (pooling) {
      case MEAN -> plain.meanPooled(tokens.ids(), types);
      case CLS -> plain.firstPooled(tokens.ids(), types);
      case LAST -> unit(plain.hiddenState(tokens.ids(), types)[tokens.count() - 1]);
    };
  }

  @Test
  void weightsBesideTheGraphAreFound() throws Exception {
    TestModels.in(directory).withExternalData().encoder(EncoderShape.SMALL);
    ModelFiles beside = ModelFiles.of(spec(ModelTask.EMBED, Optional.empty()));
    Encoded apart = ask(beside, encoder -> encoder.embed(TextKind.PASSAGE, TEXTS));
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    ModelFiles inside = ModelFiles.of(spec(ModelTask.EMBED, Optional.empty()));

    Encoded together = ask(inside, encoder -> encoder.embed(TextKind.PASSAGE, TEXTS));

    for (int i = 0; i < TEXTS.size(); i++) {
      assertThat(apart.rows().get(i)).containsExactly(together.rows().get(i), within(1e-6f));
    }
  }

  @Test
  void scoresAreThoseOfThePlainComputationOfEachPair() throws Exception {
    PlainEncoder plain = TestModels.in(directory).classifier(EncoderShape.SMALL, 1);
    ModelFiles files = ModelFiles.of(spec(ModelTask.RERANK, Optional.empty()));
    String query = "who turns the wheel?";

    Encoded answer = ask(files, encoder -> encoder.rerank(query, TEXTS));

    try (TextTokenizer tokenizer = TextTokenizer.open(files)) {
      for (int i = 0; i < TEXTS.size(); i++) {
        Tokens pair = tokenizer.pair(query, TEXTS.get(i));
        assertThat(pair.types()).as("both texts of the pair").contains(0, 1);
        double logit = plain.logits(pair.ids(), pair.types())[0];
        assertClose(answer.rows().get(i), new double[] {1 / (1 + Math.exp(-logit))});
      }
    }
  }

  @Test
  void sharesOfLabelsAreThoseOfThePlainComputation() throws Exception {
    PlainEncoder plain = TestModels.in(directory).classifier(EncoderShape.SMALL, 3);
    ModelFiles files = ModelFiles.of(spec(ModelTask.CLASSIFY, Optional.empty()));

    Encoded answer = ask(files, encoder -> encoder.classify(TEXTS));

    try (TextTokenizer tokenizer = TextTokenizer.open(files)) {
      for (int i = 0; i < TEXTS.size(); i++) {
        long[] ids = tokenizer.ids(TEXTS.get(i));
        assertClose(answer.rows().get(i), softmax(plain.logits(ids, new long[ids.length])));
      }
    }
  }

  @Test
  void labelsThatCombineAreJudgedEachByItself() throws Exception {
    PlainEncoder plain = TestModels.in(directory).classifier(EncoderShape.SMALL, 3);
    Path config = directory.resolve("config.json");
    String problem = "{ \"problem_type\": \"multi_label_classification\",";
    Files.writeString(config, Files.readString(config).replaceFirst("\\{", problem));
    ModelFiles files = ModelFiles.of(spec(ModelTask.CLASSIFY, Optional.empty()));

    float[] row = ask(files, encoder -> encoder.classify(TEXTS)).rows().getFirst();

    try (TextTokenizer tokenizer = TextTokenizer.open(files)) {
      long[] ids = tokenizer.ids(TEXTS.getFirst());
      double[] logits = plain.logits(ids, new long[ids.length]);
      assertClose(row, Arrays.stream(logits).map(x -> 1 / (1 + Math.exp(-x))).toArray());
    }
  }

  @ParameterizedTest
  @CsvSource({"RERANK, 3", "CLASSIFY, 1"})
  void aGraphThatAnswersAnotherNumberOfValuesIsRefused(ModelTask task, int labels)
      throws Exception {
    TestModels.in(directory).classifier(EncoderShape.SMALL, task == ModelTask.RERANK ? 1 : 2);
    ModelFiles files = ModelFiles.of(spec(task, Optional.empty()));
    TestModels.in(directory).classifier(EncoderShape.SMALL, labels);

    assertThat(catchThrowable(() -> Encoder.open(files, Placement.CPU, LIMITS, meters)))
        .hasMessageContaining("the graph answers %d numbers".formatted(labels));
  }

  @Test
  void aQuestionForAnotherTaskIsRefused() throws Exception {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    ModelFiles files = ModelFiles.of(spec(ModelTask.EMBED, Optional.empty()));

    assertThat(catchThrowable(() -> ask(files, encoder -> encoder.classify(TEXTS))))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("is for embed");
  }

  @Test
  void closingUnderLoadAnswersEveryQuestionAndTheProcessLives() throws Exception {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    ModelFiles files = ModelFiles.of(spec(ModelTask.EMBED, Optional.empty()));
    for (int round = 0; round < 10; round++) {
      Encoder encoder = Encoder.open(files, Placement.CPU, LIMITS, meters);
      var answers =
          IntStream.range(0, 50).mapToObj(_ -> encoder.embed(TextKind.PASSAGE, TEXTS)).toList();
      if (round % 2 == 0) {
        var _ = answers.getFirst().get(30, SECONDS);
      }

      encoder.close().toCompletionStage().toCompletableFuture().get(30, SECONDS);

      assertThat(answers).allMatch(answer -> answer.isDone());
    }
  }

  /** Asks an encoder that is opened for it alone. */
  private Encoded ask(ModelFiles files, Asking asking) throws Exception {
    Encoder encoder = Encoder.open(files, Placement.CPU, LIMITS, meters);
    try {
      return asking.of(encoder).get(30, SECONDS);
    } finally {
      encoder.close().toCompletionStage().toCompletableFuture().get(30, SECONDS);
    }
  }

  /** One question. */
  private interface Asking {
    CompletableFuture<Encoded> of(Encoder encoder);
  }

  private ModelSpec spec(ModelTask task, Optional<Pooling> pooling) {
    return new ModelSpec(
        "m",
        ModelSpec.Provider.DIRECTORY,
        Optional.of(directory.toString()),
        Optional.empty(),
        task,
        pooling,
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

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(ERROR_MAX));
    }
  }

  private static double[] unit(double[] x) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double length = Math.sqrt(squares);
    return Arrays.stream(x).map(value -> value / length).toArray();
  }

  private static double[] softmax(double[] logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits).map(logit -> Math.exp(logit) / sum).toArray();
  }

  private static String text(int n) {
    return "Wheel %d grinds the grain of day %d. ".formatted(n, n * n).repeat(1 + n % 3);
  }
}
