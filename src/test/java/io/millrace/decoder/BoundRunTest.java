package io.millrace.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.decoder.OnnxDecoderTest.Kind;
import io.millrace.model.NativeLibraries;
import io.millrace.model.Placement;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.DecoderShape;
import io.millrace.testing.onnx.TestModels;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left behind by runs in memory of a device; here it is the processor's. */
class BoundRunTest {
  private static final int GENERATIONS = 1000;
  private static final DecoderLimits LIMITS = new DecoderLimits(4, 256, 8, 1000, 1);

  @TempDir Path directory;

  @BeforeAll
  static void prepare() {
    NativeLibraries.prepare(Natives.CACHE);
  }

  private static DecoderOpener opener(int version) {
    return new DecoderOpener(LIMITS, Placement.CPU, true, version);
  }

  private DecoderSession open() throws Exception {
    return opener(OrtFunctions.VERSION).open(directory.resolve("model.onnx"));
  }

  /** A prompt of three tokens and five that follow. */
  private static void generate(DecoderSession session, int slot) throws OrtException {
    float[] logits = new float[session.vocabulary()];
    session.append(slot, new int[] {7, 8, 9}, logits);
    for (int step = 0; step < 5; step++) {
      int token = Candidates.best(logits);
      session.advance(new int[] {slot}, new int[] {token}, new float[][] {logits});
    }
  }

  @ParameterizedTest
  @EnumSource
  void aThousandAnswersLeaveNoHandleBehind(Kind kind) throws Exception {
    var _ = kind.write(directory);
    long before = OrtApi.open();

    try (DecoderSession session = open()) {
      long afterFirst = 0;
      for (int generation = 0; generation < GENERATIONS; generation++) {
        int slot = generation % session.slots();
        generate(session, slot);
        session.clear(slot);
        if (generation + 1 == session.slots()) {
          afterFirst = OrtApi.open(); // each slot has its views now
        }
      }
      assertThat(OrtApi.open()).isEqualTo(afterFirst).isGreaterThan(before);
    }

    assertThat(OrtApi.open()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void aSessionThatNeverRanGivesEverythingBack(Kind kind) throws Exception {
    var _ = kind.write(directory);
    long before = OrtApi.open();

    open().close();

    assertThat(OrtApi.open()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void aRunThatFailsSaysWhyAndLeavesTheSessionAsItWas(Kind kind) throws Exception {
    var _ = kind.write(directory);
    float[] expected = new float[DecoderShape.SMALL.vocabulary()];
    float[] logits = new float[DecoderShape.SMALL.vocabulary()];

    try (DecoderSession session = open()) {
      session.append(0, new int[] {7, 8}, logits);
      session.append(0, new int[] {9}, expected);
      session.clear(0);
      session.append(0, new int[] {7, 8}, logits);
      long before = OrtApi.open();
      int outside = DecoderShape.SMALL.vocabulary() + 1;

      assertThatThrownBy(() -> session.append(0, new int[] {outside}, logits))
          .isInstanceOf(OrtException.class)
          .hasMessageContaining("Gather");

      assertThat(OrtApi.open()).isEqualTo(before);
      session.append(0, new int[] {9}, logits);
      assertThat(logits).isEqualTo(expected);
    }
  }

  @Test
  void keysAndValuesInHalfPrecisionGiveTheSameNumbersBothWays() throws Exception {
    TestModels.in(directory).sharingHalfDecoder(DecoderShape.SMALL);
    float[] plain = new float[DecoderShape.SMALL.vocabulary()];
    float[] bound = new float[DecoderShape.SMALL.vocabulary()];

    try (DecoderSession first =
            new DecoderOpener(LIMITS, Placement.CPU).open(directory.resolve("model.onnx"));
        DecoderSession second = open()) {
      for (int step = 0; step < 50; step++) {
        int[] token = {step == 0 ? 7 : Candidates.best(plain)};
        first.append(1, token, plain);
        second.append(1, token, bound);
        assertThat(bound).isEqualTo(plain);
      }
    }
  }

  @Test
  void anotherOnnxRuntimeIsNotCalledAndTheGraphRunsPlainly() throws Exception {
    var _ = TestModels.in(directory).concatenatingDecoder(DecoderShape.SMALL);
    DecoderOpener opener = opener(9999);
    long before = OrtApi.open();

    try (var graph =
        OrtGraph.open(directory.resolve("model.onnx"), LIMITS, Placement.CPU).session()) {
      assertThatThrownBy(() -> OrtFunctions.of(9999))
          .isInstanceOf(OrtException.class)
          .hasMessageContaining(OrtEnvironment.getEnvironment().getVersion())
          .hasMessageContaining("9999");
      assertThat(graph.getNumInputs()).isPositive();
    }
    try (DecoderSession session = opener.open(directory.resolve("model.onnx"))) {
      generate(session, 0);
      assertThat(OrtApi.open()).isEqualTo(before);
    }
  }

  @Test
  void thePlacesOfFunctionsAreThoseOfTheReleaseInUse() {
    // Where this fails, look whether onnxruntime_c_api.h still only appends, then raise VERSION.
    assertThat(OrtEnvironment.getEnvironment().getVersion())
        .startsWith("1." + OrtFunctions.VERSION + ".");
  }

  @Test
  void memoryIsClearAlsoWhereSomethingWasBefore() throws Exception {
    var _ = TestModels.in(directory).sharingDecoder(DecoderShape.SMALL);
    OrtGraph graph = OrtGraph.open(directory.resolve("model.onnx"), LIMITS, Placement.CPU);
    int bytes = 999_997; // no whole number of floats

    try (var _ = graph.session();
        var run = BoundRun.open(graph, Placement.CPU, OrtFunctions.VERSION)) {
      for (int round = 0; round < 3; round++) {
        MemorySegment memory = run.allocate(bytes);
        assertThat(memory.byteSize()).isEqualTo(bytes);
        assertThat(memory.mismatch(MemorySegment.ofArray(new byte[bytes]))).isEqualTo(-1);
        var _ = memory.fill((byte) -1);
      }
    }
  }
}
