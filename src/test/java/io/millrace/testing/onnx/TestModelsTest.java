package io.millrace.testing.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime and the plain computation agree; weights are of size one, so 1e-4 is rounding. */
class TestModelsTest {
  private static final double ROUNDING = 1e-4;
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  @TempDir Path directory;

  @Test
  void anEncoderAnswersTheSameNumbersForRowsOfABatchAsForEachAlone() throws Exception {
    PlainEncoder plain = TestModels.in(directory).encoder(EncoderShape.SMALL);
    long[][] rows = {{1, 40, 41, 2, 50, 2}, {1, 77, 2}};
    long[][] types = {{0, 0, 0, 0, 1, 1}, {0, 0, 0}};

    float[][][] hidden = (float[][][]) encode("model.onnx", "last_hidden_state", rows, types);

    for (int row = 0; row < rows.length; row++) {
      assertSame(plain.hiddenState(rows[row], types[row]), hidden[row]);
    }
  }

  @Test
  void anEncoderOfRealSizeAnswersTheSameNumbers() throws Exception {
    PlainEncoder plain = TestModels.in(directory).encoder(EncoderShape.MINILM);
    long[][] rows = {{1, 400, 30_000, 2}};
    long[][] types = {{0, 0, 0, 0}};

    float[][][] hidden = (float[][][]) encode("model.onnx", "last_hidden_state", rows, types);

    assertSame(plain.hiddenState(rows[0], types[0]), hidden[0]);
  }

  @Test
  void aClassifierWithItsWeightsBesideTheGraphAnswersTheSameNumbers() throws Exception {
    PlainEncoder plain =
        TestModels.in(directory)
            .withGraph("onnx/model.onnx")
            .withExternalData()
            .classifier(EncoderShape.SMALL, 3);
    long[][] rows = {{1, 40, 41, 2, 50, 2}, {1, 77, 2}};
    long[][] types = {{0, 0, 0, 0, 1, 1}, {0, 0, 0}};

    float[][] logits = (float[][]) encode("onnx/model.onnx", "logits", rows, types);

    for (int row = 0; row < rows.length; row++) {
      assertSame(new double[][] {plain.logits(rows[row], types[row])}, new float[][] {logits[row]});
    }
  }

  @Test
  void aDecoderThatAppendsToThePastAnswersTheSameNumbers() throws Exception {
    PlainDecoder plain = TestModels.in(directory).concatenatingDecoder(DecoderShape.SMALL);
    int[] tokens = {5, 9, 200, 17, 3};

    float[][] whole = decode(tokens, 0, true);

    assertSame(plain.logits(tokens), whole);
  }

  @Test
  void aDecoderThatSharesItsBufferAnswersTheSameNumbers() throws Exception {
    PlainDecoder plain = TestModels.in(directory).sharingDecoder(DecoderShape.SMALL);
    int[] tokens = {5, 9, 200, 17, 3};

    float[][] whole = decode(tokens, 16, false);

    assertSame(plain.logits(tokens), whole);
  }

  @Test
  void theTokenizerSpellsAnyTextAndMarksPairs() throws Exception {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    String text = "the wheel: съешь ещё, 🙂👍🏽!";

    try (var tokenizer = HuggingFaceTokenizer.newInstance(directory.resolve("tokenizer.json"))) {
      var single = tokenizer.encode(text, false, false);
      var pair = tokenizer.encode("a", "b", true, false);

      assertThat(tokenizer.decode(single.getIds())).isEqualTo(text);
      assertThat(single.getTokens()).contains("Ġwheel");
      assertThat(pair.getTokens()).containsExactly("[CLS]", "a", "[SEP]", "b", "[SEP]");
      assertThat(pair.getTypeIds()).containsExactly(0, 0, 0, 1, 1);
    }
  }

  private Object encode(String graph, String output, long[][] rows, long[][] types)
      throws OrtException {
    int longest = Arrays.stream(rows).mapToInt(row -> row.length).max().orElseThrow();
    long[][] ids = new long[rows.length][longest];
    long[][] mask = new long[rows.length][longest];
    long[][] kinds = new long[rows.length][longest];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, ids[row], 0, rows[row].length);
      System.arraycopy(types[row], 0, kinds[row], 0, rows[row].length);
      Arrays.fill(mask[row], 0, rows[row].length, 1);
    }
    try (var session = ENVIRONMENT.createSession(directory.resolve(graph).toString());
        var idTensor = OnnxTensor.createTensor(ENVIRONMENT, ids);
        var maskTensor = OnnxTensor.createTensor(ENVIRONMENT, mask);
        var typeTensor = OnnxTensor.createTensor(ENVIRONMENT, kinds);
        var result =
            session.run(
                Map.of(
                    "input_ids",
                    idTensor,
                    "attention_mask",
                    maskTensor,
                    "token_type_ids",
                    typeTensor))) {
      return result.get(output).orElseThrow().getValue();
    }
  }

  /** The logits of every token in one run, the past being an empty buffer of {@code room}. */
  private float[][] decode(int[] tokens, int room, boolean positions) throws OrtException {
    DecoderShape shape = DecoderShape.SMALL;
    long[] pastShape = {1, shape.keyHeads(), room, shape.headSize()};
    long[] ids = Arrays.stream(tokens).asLongStream().toArray();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (var session = ENVIRONMENT.createSession(directory.resolve("model.onnx").toString())) {
      long[] row = {1, ids.length};
      long[] ones = new long[ids.length];
      Arrays.fill(ones, 1);
      inputs.put("input_ids", OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(ids), row));
      inputs.put(
          "attention_mask", OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(ones), row));
      if (positions) {
        long[] places = {0, 1, 2, 3, 4};
        inputs.put(
            "position_ids", OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(places), row));
      }
      for (int layer = 0; layer < shape.layers(); layer++) {
        for (String part : new String[] {"key", "value"}) {
          FloatBuffer empty = FloatBuffer.allocate(shape.keySize() * room);
          inputs.put(
              "past_key_values.%d.%s".formatted(layer, part),
              OnnxTensor.createTensor(ENVIRONMENT, empty, pastShape));
        }
      }
      try (OrtSession.Result result = session.run(inputs)) {
        return ((float[][][]) result.get("logits").orElseThrow().getValue())[0];
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static void assertSame(double[][] expected, float[][] actual) {
    for (int row = 0; row < expected.length; row++) {
      for (int i = 0; i < expected[row].length; i++) {
        assertThat((double) actual[row][i])
            .as("row %d, number %d", row, i)
            .isCloseTo(expected[row][i], Offset.offset(ROUNDING));
      }
    }
  }
}
