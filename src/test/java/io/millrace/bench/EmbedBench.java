package io.millrace.bench;

import ai.onnxruntime.OrtException;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.millrace.bus.Bus;
import io.millrace.inference.Embed;
import io.millrace.inference.InferenceLimits;
import io.millrace.inference.InferenceVerticle;
import io.millrace.inference.ModelClient;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.NativeLibraries;
import io.millrace.model.TextKind;
import io.millrace.model.TextTokenizer;
import io.millrace.observe.Meters;
import io.millrace.process.FileTree;
import io.millrace.testing.JarProcess;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Vectors beside the bare session on the same graph and texts, in the same rounds: over the bus and
 * through {@code /v1/embeddings}, by callers who each ask for a few texts at a time. Prints
 * Markdown.
 *
 * <p>{@code java ... io.millrace.bench.EmbedBench [rounds [model]]}
 */
public final class EmbedBench {
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final int REQUEST = 8;
  private static final int TOKENS = 12_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final List<Integer> CALLERS = List.of(1, 8, 64);

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, PATIENCE);
  private final int rounds;
  private final ModelSpec spec;
  private final Path directory;

  private EmbedBench(int rounds, String model, Path directory) {
    this.rounds = rounds;
    this.spec = ModelSpec.bundled(model);
    this.directory = directory;
  }

  /** Measures and prints. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    String model = args.length > 1 ? args[1] : "bge-small-en";
    Path directory = Files.createTempDirectory("millrace-bench");
    try {
      new EmbedBench(rounds, model, directory).run();
    } finally {
      FileTree.delete(directory);
    }
  }

  /** Texts, and what they are as tokens. */
  private record Texts(List<String> texts, List<long[]> ids) {
    long tokens() {
      return ids.stream().mapToLong(each -> each.length).sum();
    }
  }

  /** One way to run the bare session. */
  private record Arrangement(BareSession session, int threads, int callers, int batch) {
    String name() {
      return "bare: %d callers, batches of %d, %d threads".formatted(callers, batch, threads);
    }

    double seconds(Texts texts) {
      return session.seconds(texts.ids, callers, batch);
    }
  }

  private void run() throws IOException, OrtException {
    NativeLibraries.prepare(directory);
    ModelFiles files = ModelFiles.of(spec);
    Map<String, Texts> sets = new LinkedHashMap<>();
    agreement();
    try (TextTokenizer tokenizer = TextTokenizer.open(files)) {
      sets.put("equal, 100 words", texts(tokenizer, 100, 100));
      sets.put("mixed, 4 to 200 words", texts(tokenizer, 4, 200));
      sets.put("long, 400 words", texts(tokenizer, 400, 400));
    }
    try (BareSession one = new BareSession(files, 1);
        BareSession all = new BareSession(files, CORES);
        JarProcess jar =
            JarProcess.start(
                directory, directory.resolve("data"), "--set", "documents.sample=false")) {
      var limits = InferenceLimits.of(0, 2_000_000);
      var verticle =
          new InferenceVerticle("bench", bus, new Meters(), List.of(spec), limits, directory);
      var _ = vertx.deployVerticle(verticle).await();
      line(
          "%s, %d cores, %d rounds, %d texts a request%n", files.version(), CORES, rounds, REQUEST);
      for (var set : sets.entrySet()) {
        measure(set.getKey(), set.getValue(), one, all, jar);
      }
    } finally {
      vertx.close().await();
    }
  }

  private void agreement() throws IOException {
    try (TextTokenizer tokenizer = TextTokenizer.open(ModelFiles.of(spec))) {
      List<String> short32 = texts(tokenizer, 5, 40).texts().subList(0, 32);
      Agreement agreement = Agreement.of(vertx, bus, spec, short32, directory);
      line(
          "The same 32 texts alone and together: cosine %.4f on average, %.4f at worst%n",
          agreement.mean(), agreement.worst());
    }
  }

  private void measure(String name, Texts texts, BareSession one, BareSession all, JarProcess jar) {
    List<Arrangement> grid = new ArrayList<>();
    for (int batch : List.of(1, 4, 8)) {
      grid.add(new Arrangement(one, 1, 1, batch));
      grid.add(new Arrangement(one, 1, CORES, batch));
      grid.add(new Arrangement(all, CORES, 1, batch));
    }
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Arrangement each : grid) {
        add(rates, each.name(), texts.tokens() / each.seconds(texts));
      }
      for (int callers : CALLERS) {
        add(rates, "bus: %d callers".formatted(callers), texts.tokens() / overBus(texts, callers));
        add(
            rates,
            "/v1/embeddings: %d callers".formatted(callers),
            texts.tokens() / overHttp(texts, callers, jar));
      }
      if (round < 0) {
        rates.clear(); // to warm up
      }
    }
    print(name, rates);
  }

  private void print(String name, Map<String, List<Double>> rates) {
    List<Double> best = new ArrayList<>();
    List<Double> eights = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      int at = round;
      best.add(most(rates, at, "bare"));
      eights.add(
          rates.entrySet().stream()
              .filter(each -> each.getKey().contains("batches of 8"))
              .mapToDouble(each -> each.getValue().get(at))
              .max()
              .orElseThrow());
    }
    line("| %s | tokens/s | of the best bare | of first come, batches of 8 |", name);
    line("|---|---|---|---|");
    rates.forEach((what, all) ->
        line(
            "| %s | %,.0f | %.2f | %.2f |",
            what, median(all), median(ratios(all, best)), median(ratios(all, eights))));
    line("");
  }

  private static double most(Map<String, List<Double>> rates, int round, String prefix) {
    return rates.entrySet().stream()
        .filter(each -> each.getKey().startsWith(prefix))
        .mapToDouble(each -> each.getValue().get(round))
        .max()
        .orElseThrow();
  }

  private static List<Double> ratios(List<Double> these, List<Double> those) {
    return IntStream.range(0, these.size()).mapToObj(i -> these.get(i) / those.get(i)).toList();
  }

  private static double median(List<Double> all) {
    return all.stream().sorted().toList().get(all.size() / 2);
  }

  private static void add(Map<String, List<Double>> rates, String what, double rate) {
    rates.computeIfAbsent(what, _ -> new ArrayList<>()).add(rate);
  }

  private double overBus(Texts texts, int callers) {
    long start = System.nanoTime();
    Lanes.run(
        requests(texts),
        callers,
        request -> {
          var question = new Embed(spec.name(), some(texts, request), TextKind.PASSAGE);
          return new ModelClient(bus).ask(question, PATIENCE);
        });
    return (System.nanoTime() - start) / 1e9;
  }

  private double overHttp(Texts texts, int callers, JarProcess jar) {
    try (HttpLoad load = new HttpLoad(jar.port(), callers)) {
      return load.post(
              "/v1/embeddings",
              requests(texts),
              callers,
              200,
              request ->
                  Buffer.buffer(
                      new JsonObject()
                          .put("model", spec.name())
                          .put("input", new JsonArray(some(texts, request)))
                          .put("encoding_format", "base64")
                          .encode()))
          .seconds();
    }
  }

  private static int requests(Texts texts) {
    return Math.ceilDiv(texts.texts.size(), REQUEST);
  }

  private static List<String> some(Texts texts, int request) {
    int from = request * REQUEST;
    return texts.texts.subList(from, Math.min(texts.texts.size(), from + REQUEST));
  }

  private static Texts texts(TextTokenizer tokenizer, int wordsMin, int wordsMax) {
    Random random = new Random(42);
    List<String> texts = new ArrayList<>();
    List<long[]> ids = new ArrayList<>();
    for (int tokens = 0; tokens < TOKENS; tokens += ids.getLast().length) {
      int words = random.nextInt(wordsMin, wordsMax + 1);
      texts.add(
          IntStream.range(0, words)
              .mapToObj(_ -> Bench.WORDS.get(random.nextInt(Bench.WORDS.size())))
              .collect(Collectors.joining(" ")));
      ids.add(tokenizer.ids(texts.getLast()));
    }
    return new Texts(texts, ids);
  }

  @FormatMethod
  private static void line(@FormatString String form, Object... values) {
    System.out.println(form.formatted(values));
  }
}
