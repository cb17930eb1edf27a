package io.millrace.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.millrace.model.NativeLibraries;
import io.millrace.model.Placement;
import io.millrace.observe.Meters;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.DecoderShape;
import io.millrace.testing.onnx.EncoderShape;
import io.millrace.testing.onnx.PlainDecoder;
import io.millrace.testing.onnx.TestModels;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both kinds of graphs in ONNX Runtime, run both ways, against the same model in plain Java: so all
 * give the same tokens.
 */
@ParameterizedClass(name = "keys and values stay on the device: {0}")
@ValueSource(booleans = {false, true})
class OnnxDecoderTest {
  private static final int STEPS = 200;
  private static final DecoderShape SHAPE = DecoderShape.SMALL;

  @Parameter boolean binds;

  @TempDir Path directory;

  @BeforeAll
  static void prepare() {
    NativeLibraries.prepare(Natives.CACHE);
  }

  /** The two kinds of graphs. */
  enum Kind {
    APPENDING,
    SHARING;

    PlainDecoder write(Path directory) {
      TestModels models = TestModels.in(directory);
      return switch (this) {
        case APPENDING -> models.concatenatingDecoder(SHAPE);
        case SHARING -> models.sharingDecoder(SHAPE);
      };
    }

    int slots() {
      return this == APPENDING ? 1 : 4;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLikeliestTokensAreThoseOfThePlainComputation(Kind kind) throws Exception {
    PlainDecoder plain = kind.write(directory);
    int[] prompt = prompt(1, 23);

    try (DecoderSession session = open()) {
      assertThat(session.slots()).isEqualTo(kind.slots());
      assertThat(session.vocabulary()).isEqualTo(SHAPE.vocabulary());
      for (int round = 0; round < 2; round++) { // a slot forgets what it held
        session.clear(0);
        assertThat(greedy(session, prompt)).isEqualTo(plain.greedy(prompt, STEPS));
      }
    }
  }

  @Test
  void rowsOfDifferentLengthInOneBufferGetTheTokensTheyGetAlone() throws Exception {
    PlainDecoder plain = TestModels.in(directory).sharingDecoder(SHAPE);
    int[][] prompts = {prompt(2, 3), prompt(3, 40), prompt(4, 1), prompt(5, 11)};
    List<List<Integer>> answers = new ArrayList<>();
    float[][] logits = new float[4][SHAPE.vocabulary()];

    try (DecoderSession session = open()) {
      // slot n joins at step 7 n, and slot 1 sits out every third step
      for (int step = 0; answers.size() < 4 || answers.get(3).size() < STEPS; step++) {
        if (answers.size() < 4 && step == 7 * answers.size()) {
          int slot = answers.size();
          read(session, slot, prompts[slot], logits[slot]);
          answers.add(new ArrayList<>(List.of(Candidates.best(logits[slot]))));
        }
        int now = step;
        int[] slots =
            IntStream.range(0, answers.size()).filter(slot -> slot != 1 || now % 3 > 0).toArray();
        int[] tokens = Arrays.stream(slots).map(slot -> answers.get(slot).getLast()).toArray();
        float[][] rows =
            Arrays.stream(slots).mapToObj(slot -> logits[slot]).toArray(float[][]::new);
        session.advance(slots, tokens, rows);
        Arrays.stream(slots).forEach(slot -> answers.get(slot).add(Candidates.best(logits[slot])));
      }
    }

    for (int slot = 0; slot < 4; slot++) {
      int steps = answers.get(slot).size();
      assertThat(answers.get(slot))
          .as("slot %d", slot)
          .isEqualTo(plain.greedy(prompts[slot], steps));
    }
  }

  @ParameterizedTest
  @EnumSource
  void joinedAndLeftAtRandomEveryTextIsTheOneItIsAlone(Kind kind) throws Exception {
    var _ = kind.write(directory);
    int requests = kind == Kind.SHARING ? 40 : 6;
    List<String> alone = new ArrayList<>();
    try (Generator generator = generator()) {
      for (int request = 0; request < requests; request++) {
        Heard heard = ask(generator, request, null);
        var _ = heard.ending();
        alone.add(heard.textSoFar());
      }
    }

    List<Heard> together = new ArrayList<>();
    try (Generator generator = generator()) {
      Random random = new Random(9);
      for (int request = 0; request < requests; request++) {
        together.add(ask(generator, request, null));
        if (random.nextInt(3) == 0) { // one that is given up, soon or late
          Heard left = new Heard();
          Generation generation =
              generator.submit(prompt(random.nextInt(), 9), options(request), left);
          Heard _ = ask(generator, request, generation);
        }
      }
      for (Heard heard : together) {
        var _ = heard.ending();
      }
    }

    assertThat(together.stream().map(Heard::textSoFar).toList()).isEqualTo(alone);
    assertThat(Set.copyOf(alone)).hasSizeGreaterThan(requests / 2);
  }

  @Test
  void theBytesOfTokensAreTheTextTheTokenizerTookThemFrom() throws Exception {
    var _ = TestModels.in(directory).sharingDecoder(SHAPE);
    String text = "the wheel, съешь ещё 🙂👍🏽 «мельница»\n";
    TokenBytes bytes = TokenBytes.read(directory.resolve("tokenizer.json"));

    try (var tokenizer = HuggingFaceTokenizer.newInstance(directory.resolve("tokenizer.json"))) {
      ByteArrayOutputStream spelled = new ByteArrayOutputStream();
      for (long id : tokenizer.encode(text + "<|im_end|>", true, false).getIds()) {
        spelled.writeBytes(bytes.of((int) id));
      }
      assertThat(spelled.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    }
  }

  @Test
  void aGraphThatIsNoDecoderIsRefusedByNameOfWhatIsMissing() {
    var _ = TestModels.in(directory).encoder(EncoderShape.SMALL);

    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token_type_ids");
  }

  private DecoderSession open() throws Exception {
    return new DecoderOpener(limits(), Placement.CPU, binds, OrtFunctions.VERSION)
        .open(directory.resolve("model.onnx"));
  }

  private static DecoderLimits limits() {
    return new DecoderLimits(4, 256, 8, 1000, 1);
  }

  private Generator generator() throws Exception {
    TokenBytes bytes = TokenBytes.read(directory.resolve("tokenizer.json"));
    return new Generator("test", open(), bytes, limits(), new Meters());
  }

  /** Asks, and gives {@code other} up as soon as the first text comes. */
  private static Heard ask(Generator generator, int request, Generation other) {
    Heard heard =
        new Heard() {
          @Override
          public void text(String delta) {
            super.text(delta);
            if (other != null) {
              other.cancel();
            }
          }
        };
    Generation _ = generator.submit(prompt(request, 1 + request % 20), options(request), heard);
    return heard;
  }

  private static GenerationOptions options(int request) {
    Sampling sampling =
        request % 3 == 0 ? Sampling.GREEDY : new Sampling(.8, 50, .95, .01, 1.1, .1, .1, request);
    return new GenerationOptions(20 + request % 30, sampling, List.of("zz"), Set.of(3));
  }

  private static int[] prompt(int seed, int length) {
    return new Random(seed).ints(length, 6, 290).toArray();
  }

  private static void read(DecoderSession session, int slot, int[] prompt, float[] logits)
      throws Exception {
    for (int from = 0; from < prompt.length; from += 8) {
      session.append(
          slot, Arrays.copyOfRange(prompt, from, Math.min(prompt.length, from + 8)), logits);
    }
  }

  private static List<Integer> greedy(DecoderSession session, int[] prompt) throws Exception {
    float[] logits = new float[session.vocabulary()];
    read(session, 0, prompt, logits);
    List<Integer> answer = new ArrayList<>();
    while (answer.size() < STEPS) {
      int token = Candidates.best(logits);
      answer.add(token);
      session.advance(new int[] {0}, new int[] {token}, new float[][] {logits});
    }
    return answer;
  }
}
