package io.millrace.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.decoder.OnnxDecoderTest.Kind;
import io.millrace.encoder.Encoded;
import io.millrace.encoder.Encoder;
import io.millrace.encoder.EncoderLimits;
import io.millrace.handler.HandlersFile;
import io.millrace.model.CudaGpus;
import io.millrace.model.Device;
import io.millrace.model.ModelFiles;
import io.millrace.model.NativeLibraries;
import io.millrace.model.Placement;
import io.millrace.model.TextKind;
import io.millrace.observe.Meters;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.DecoderShape;
import io.millrace.testing.onnx.EncoderShape;
import io.millrace.testing.onnx.TestModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What only a machine with a GPU can show; without one it skips itself. {@code mvn -Pgpu test
 * -Dtest=GpuTest,CudaGpusTest} runs it.
 */
class GpuTest {
  private static final Placement GPU = new Placement(new Device.Cuda(0), "", 0);
  private static final DecoderLimits LIMITS = new DecoderLimits(4, 256, 8, 1000, 1);
  private static final int STEPS = 200;
  private static final int[] PROMPT = {7, 8, 9, 10, 11};

  /** Matrix products on GPUs round to 10 bits of mantissa. */
  private static final double ROUNDING = .02;

  @TempDir Path directory;

  @BeforeAll
  static void aGpuIsThere() {
    NativeLibraries.prepare(Natives.CACHE);
    try (var gpus = new CudaGpus()) {
      Optional<String> refusal = gpus.refusal(0);
      assumeTrue(refusal.isEmpty(), () -> "no GPU to test on: " + refusal.orElse(""));
    }
  }

  /** The kinds of graphs, and the one that GPUs are for. */
  enum Graph {
    APPENDING,
    SHARING,
    SHARING_HALF;

    void write(Path directory) {
      switch (this) {
        case APPENDING -> {
          var _ = Kind.APPENDING.write(directory);
        }
        case SHARING -> {
          var _ = Kind.SHARING.write(directory);
        }
        case SHARING_HALF -> TestModels.in(directory).sharingHalfDecoder(DecoderShape.SMALL);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothRoutesGiveTheSameTokens(Graph kind) throws Exception {
    kind.write(directory);

    List<Integer> plain = greedy(new DecoderOpener(LIMITS, GPU, false, OrtFunctions.VERSION));
    List<Integer> bound = greedy(new DecoderOpener(LIMITS, GPU));

    assertThat(bound).isEqualTo(plain).hasSize(STEPS);
  }

  @ParameterizedTest
  @EnumSource
  void keysAndValuesStayThereAndTheLogitsAreThoseOfTheProcessor(Graph kind) throws Exception {
    kind.write(directory);
    float[] expected = new float[DecoderShape.SMALL.vocabulary()];
    float[] logits = new float[DecoderShape.SMALL.vocabulary()];
    long before = OrtApi.open();

    try (DecoderSession gpu = new DecoderOpener(LIMITS, GPU).open(graph());
        DecoderSession processor = new DecoderOpener(LIMITS, Placement.CPU).open(graph())) {
      assertThat(OrtApi.open()).isGreaterThan(before); // it did not fall back
      for (int token : PROMPT) {
        gpu.append(0, new int[] {token}, logits);
        processor.append(0, new int[] {token}, expected);
        assertClose(logits, expected);
      }
    }

    assertThat(OrtApi.open()).isEqualTo(before);
  }

  @Test
  void anEncoderGivesTheVectorsOfTheProcessor() throws Exception {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    String model = "m: { provider: directory, path: '%s', task: embed }".formatted(directory);
    ModelFiles files =
        ModelFiles.of(
            HandlersFile.parse("models: { " + model + " }\nhandlers: { echo: { type: echo } }")
                .models()
                .getFirst());
    List<String> texts =
        IntStream.range(1, 40).mapToObj(count -> "the wheel turns ".repeat(count)).toList();

    List<float[]> expected = vectors(files, Placement.CPU, texts);
    List<float[]> actual = vectors(files, GPU, texts);

    for (int text = 0; text < expected.size(); text++) {
      assertClose(actual.get(text), expected.get(text));
    }
  }

  private static List<float[]> vectors(ModelFiles files, Placement placement, List<String> texts)
      throws Exception {
    EncoderLimits limits =
        placement.gpu() ? EncoderLimits.gpu(2, 100_000) : EncoderLimits.cpu(2, 100_000);
    try (Meters meters = new Meters()) {
      Encoder encoder = Encoder.open(files, placement, limits, meters);
      try {
        Encoded encoded = encoder.embed(TextKind.PASSAGE, texts).get(60, TimeUnit.SECONDS);
        return encoded.rows();
      } finally {
        encoder.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
      }
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(ROUNDING));
    }
  }

  private Path graph() {
    return directory.resolve("model.onnx");
  }

  private List<Integer> greedy(DecoderOpener opener) throws Exception {
    try (DecoderSession session = opener.open(graph())) {
      float[] logits = new float[session.vocabulary()];
      session.append(0, PROMPT, logits);
      List<Integer> answer = new ArrayList<>();
      while (answer.size() < STEPS) {
        int token = Candidates.best(logits);
        answer.add(token);
        session.advance(new int[] {0}, new int[] {token}, new float[][] {logits});
      }
      return answer;
    }
  }
}
