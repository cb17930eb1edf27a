package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.handler.HandlersFile;
import io.millrace.model.ModelFiles;
import io.millrace.model.NativeLibraries;
import io.millrace.model.TextTokenizer;
import io.millrace.model.Tokens;
import io.millrace.testing.ContractClient;
import io.millrace.testing.EventReader.Frame;
import io.millrace.testing.HttpProbe;
import io.millrace.testing.HttpProbe.Answer;
import io.millrace.testing.JarProcess;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.DecoderShape;
import io.millrace.testing.onnx.EncoderShape;
import io.millrace.testing.onnx.PlainEncoder;
import io.millrace.testing.onnx.TestModels;
import io.millrace.testing.onnx.UnigramTokenizer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models from directories, in one process of the real jar. */
class ModelsIT {
  private static final String QUERY = "what turns the wheel";
  private static final List<String> DOCUMENTS =
      List.of("the water of the mill", "вода и колесо", "a question", "🙂", "grain, sacks, carts");

  /** A step takes milliseconds, and there is room for thousands of them. */
  private static final DecoderShape SLOW = new DecoderShape(1024, 4, 2, 64, 4, 1024, 8192);

  @TempDir static Path work;

  private static PlainEncoder judge;
  private static PlainEncoder polyglot;
  private static JarProcess jar;
  private static HttpProbe probe;

  @BeforeAll
  static void start() throws IOException {
    judge = TestModels.in(work.resolve("judge")).classifier(EncoderShape.SMALL, 1);
    TestModels.in(work.resolve("one")).encoder(EncoderShape.SMALL);
    TestModels.in(work.resolve("two")).withSeed(8).encoder(EncoderShape.SMALL);
    polyglot = TestModels.in(work.resolve("polyglot")).multilingualEncoder(EncoderShape.SMALL);
    TestModels.in(work.resolve("writer")).concatenatingDecoder(SLOW);
    declare("changing: " + encoder("one"), "leaving: " + encoder("one"));
    jar =
        JarProcess.start(
            work,
            work.resolve("data"),
            "--set",
            "handlers.file=" + work.resolve("handlers.yaml"),
            "--set",
            "handlers.reload=100ms");
    probe = new HttpProbe(jar);
  }

  @AfterAll
  static void stop() {
    jar.close();
  }

  @Test
  void documentsAreOrderedAsThePlainComputationOrdersThem() throws Exception {
    Answer answer =
        probe.post(
            "/v1/rerank",
            new JsonObject()
                .put("model", "judge")
                .put("query", QUERY)
                .put("documents", new JsonArray(DOCUMENTS)));

    List<Double> expected = plainScores();
    JsonArray results = answer.json().getJsonArray("results");
    List<Integer> order =
        IntStream.range(0, results.size())
            .mapToObj(i -> results.getJsonObject(i).getInteger("index"))
            .toList();
    assertThat(order)
        .isEqualTo(
            IntStream.range(0, DOCUMENTS.size())
                .boxed()
                .sorted(Comparator.comparing(expected::get).reversed())
                .toList());
    for (int i = 0; i < results.size(); i++) {
      assertThat(results.getJsonObject(i).getDouble("relevance_score"))
          .isCloseTo(expected.get(order.get(i)), within(1e-4));
    }
  }

  private static List<Double> plainScores() throws IOException {
    NativeLibraries.prepare(Natives.CACHE);
    ModelFiles files = ModelFiles.of(HandlersFile.parse(declarations(List.of())).models().get(0));
    try (TextTokenizer tokenizer = TextTokenizer.open(files)) {
      List<Double> scores = new ArrayList<>();
      for (String document : DOCUMENTS) {
        Tokens pair = tokenizer.pair(QUERY, document);
        scores.add(1 / (1 + Math.exp(-judge.logits(pair.ids(), pair.types())[0])));
      }
      return scores;
    }
  }

  /** A SentencePiece tokenizer, a graph without token types, and prefixes, by declaration alone. */
  @Test
  void aMultilingualModelReadsQueriesAsItWasTrainedTo() throws Exception {
    long[] ids =
        Stream.of("<s>", "▁query", ":", "▁мельниц", "а", "▁水車", "</s>")
            .mapToLong(UnigramTokenizer.PIECES::indexOf)
            .toArray();
    double[] pooled = polyglot.meanPooled(ids, new long[ids.length]);
    double length = Math.sqrt(Arrays.stream(pooled).map(x -> x * x).sum());

    Answer answer =
        probe.post(
            "/v1/embeddings",
            new JsonObject()
                .put("model", "polyglot")
                .put("input", "мельница 水車")
                .put("input_type", "query"));

    JsonArray vector =
        answer.json().getJsonArray("data").getJsonObject(0).getJsonArray("embedding");
    assertThat(answer.json().getJsonObject("usage").getInteger("total_tokens"))
        .isEqualTo(ids.length);
    assertThat(vector).hasSize(pooled.length);
    for (int i = 0; i < pooled.length; i++) {
      assertThat(vector.getDouble(i)).isCloseTo(pooled[i] / length, within(1e-4));
    }
  }

  @Test
  void theStreamedPartsOfATextJoinToIt() {
    String id = write(300, 1);

    List<Frame> frames;
    try (var client = new ContractClient("http://127.0.0.1:" + jar.port());
        var events = client.events("/api/v1/tasks/" + id + "/events", Optional.empty())) {
      frames = events.rest();
    }

    assertThat(probe.awaitEnd(id)).isEqualTo("succeeded");
    String text = probe.task(id).getJsonObject("result").getString("text");
    List<String> parts =
        frames.stream()
            .filter(frame -> frame.event().equals("task.output"))
            .map(frame -> frame.json().getJsonObject("data").getString("text"))
            .toList();
    assertThat(parts).hasSizeGreaterThan(1);
    assertThat(String.join("", parts)).isEqualTo(text);
    assertThat(text).containsPattern("\\p{IsCyrillic}");
  }

  @Test
  void aCancelledTextMakesRoomForTheNext() {
    String endless = write(8_000, 0);
    probe.await(
        "the first text to grow",
        () -> probe.get("/api/v1/tasks/" + endless).body().contains("\"running\""));
    String next = write(4, 0);

    assertThat(probe.delete("/api/v1/tasks/" + endless).status()).isEqualTo(202);

    assertThat(probe.awaitEnd(next)).isEqualTo("succeeded");
    assertThat(probe.awaitEnd(endless)).isEqualTo("cancelled");
  }

  private static String write(int tokensMax, int temperature) {
    return probe.submit(
        "write",
        new JsonObject()
            .put("prompt", "вода и колесо 🙂")
            .put("maxTokens", tokensMax)
            .put("temperature", temperature)
            .put("seed", 3));
  }

  @Test
  void modelsAreAddedReplacedWithoutAGapAndRemovedByTheirDeclarations() throws Exception {
    assertThat(embed("leaving").status()).isEqualTo(200);
    Answer before = embed("changing");
    var answers = new CopyOnWriteArrayList<Answer>();
    var enough = new AtomicBoolean();
    Thread stream =
        Thread.ofVirtual()
            .start(() -> {
              while (!enough.get()) {
                answers.add(embed("changing"));
              }
            });

    declare("changing: " + encoder("two"), "coming: " + encoder("one"));

    probe.await("the new model", () -> embed("coming").status() == 200);
    probe.await(
        "the other weights", () -> !answers.isEmpty() && !isSame(answers.getLast(), before));
    enough.set(true);
    stream.join();
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    probe.await("the old model to go", () -> embed("leaving").status() == 404);
    assertThat(embed("leaving").body()).contains("changing", "coming", "judge");
  }

  private static boolean isSame(Answer one, Answer other) {
    return one.json().getJsonArray("data").equals(other.json().getJsonArray("data"));
  }

  private static Answer embed(String model) {
    return probe.post(
        "/v1/embeddings", new JsonObject().put("model", model).put("input", "water mill"));
  }

  private static String encoder(String directory) {
    return "{ provider: directory, task: embed, path: '%s' }".formatted(work.resolve(directory));
  }

  /** As a whole, so that nobody reads half of it. */
  private static void declare(String... models) throws IOException {
    Path next = Files.writeString(work.resolve("next.yaml"), declarations(List.of(models)));
    Files.move(next, work.resolve("handlers.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String declarations(List<String> models) {
    return """
    models:
      judge: { provider: directory, task: rerank, path: '%s' }
      writer: { provider: directory, task: generate, path: '%s' }
      polyglot: { provider: directory, task: embed, path: '%s',
                  prefixes: { query: "query: ", passage: "passage: " } }
    %s
    handlers:
      write: { type: generate, model: writer, concurrency: 2, timeout: 5m }
    """
        .formatted(
            work.resolve("judge"),
            work.resolve("writer"),
            work.resolve("polyglot"),
            models.stream().map(model -> "  " + model).collect(Collectors.joining("\n")));
  }
}
