package io.millrace.inference;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.bus.Bus;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.NativeLibraries;
import io.millrace.model.TextKind;
import io.millrace.model.TextTokenizer;
import io.millrace.observe.Meters;
import io.millrace.testing.Natives;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares with vectors computed by {@code src/test/reference/bge_small_reference.py}: another
 * tokenizer, another language's runtime, another pooling.
 */
class BgeSmallReferenceTest {
  private static final double COSINE_ERROR_MAX = 1e-3;

  /**
   * For texts of which the int8 graph makes another vector when its operators are merely fused
   * otherwise, as another release or processor does: strings of letters that it hardly knows.
   */
  private static final double UNSTEADY_COSINE_ERROR_MAX = 1e-2;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Meters meters = new Meters();
  private static Vertx vertx;
  private static Bus bus;

  @BeforeAll
  static void load() {
    vertx = Vertx.vertx();
    bus = new Bus(vertx, PATIENCE);
    var verticle =
        new InferenceVerticle(
            "here",
            bus,
            meters,
            List.of(ModelSpec.bundled("bge-small-en")),
            InferenceLimits.of(1, 100_000),
            Natives.CACHE);
    vertx.deployVerticle(verticle).timeout(30, SECONDS).await();
  }

  @AfterAll
  static void stop() {
    vertx.close().timeout(30, SECONDS).await();
    meters.close();
  }

  static Stream<JsonObject> references() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            BgeSmallReferenceTest.class.getResourceAsStream(
                "/inference/bge-small-reference.json"))) {
      return new JsonArray(new String(file.readAllBytes(), StandardCharsets.UTF_8))
          .stream().map(JsonObject.class::cast);
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void vectorsAreThoseOfAnIndependentRoute(JsonObject reference) {
    Embed question =
        new Embed(
            "bge-small-en",
            List.of(reference.getString("text")),
            TextKind.valueOf(reference.getString("kind")));

    Embed.Vectors answer =
        new ModelClient(bus).ask(question, PATIENCE).timeout(60, SECONDS).await();

    double errorMax = reference.getBoolean("steady") ? COSINE_ERROR_MAX : UNSTEADY_COSINE_ERROR_MAX;
    assertThat(cosine(answer.rows().getFirst(), reference.getJsonArray("vector")))
        .isCloseTo(1, within(errorMax));
  }

  @ParameterizedTest
  @MethodSource("references")
  void tokensAreThoseOfAnIndependentTokenizer(JsonObject reference) throws IOException {
    ModelFiles files = ModelFiles.of(ModelSpec.bundled("bge-small-en"));
    TextKind kind = TextKind.valueOf(reference.getString("kind"));
    NativeLibraries.prepare(Natives.CACHE);

    long[] ids;
    try (TextTokenizer tokenizer = TextTokenizer.open(files)) {
      ids = tokenizer.ids(files.prompt(kind, reference.getString("text")));
    }

    assertThat(ids)
        .containsExactly(
            reference.getJsonArray("ids").stream()
                .mapToLong(id -> ((Number) id).longValue())
                .toArray());
  }

  private static double cosine(float[] a, JsonArray b) {
    assertThat(a).hasSize(b.size());
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      double x = a[i];
      double y = b.getDouble(i);
      dot += x * y;
      squaresA += x * x;
      squaresB += y * y;
    }
    assertThat(squaresA).isCloseTo(1, within(1e-5));
    return dot / Math.sqrt(squaresA * squaresB);
  }
}
