package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.bus.Bus;
import io.millrace.index.PassageSearcher.QueryVector;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.inference.Embed;
import io.millrace.inference.InferenceLimits;
import io.millrace.inference.InferenceVerticle;
import io.millrace.inference.ModelClient;
import io.millrace.model.ModelSpec;
import io.millrace.model.TextKind;
import io.millrace.observe.Meters;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Prints nDCG@10 and recall@100 of keyword, vector and hybrid search on a judged collection in BEIR
 * form: {@code JudgedSearch <directory> <qrels file> [<queries at most>]}. Run by hand.
 */
final class JudgedSearch {
  private static final String MODEL = "bge-small-en";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int AT = 10;
  private static final int TEXTS_PER_QUESTION = 64;

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, PATIENCE);
  private final IndexStore store;

  private JudgedSearch(Path work) throws IOException {
    store = IndexStore.open(PassageShape.shape(), work.resolve("index"));
    var model =
        new InferenceVerticle(
            "here",
            bus,
            new Meters(),
            List.of(ModelSpec.bundled(MODEL).with(ModelSpec.Load.EAGER, Duration.ZERO)),
            InferenceLimits.of(0, 2_000_000),
            work.resolve("native"));
    vertx.deployVerticle(model).await();
  }

  public static void main(String[] arguments) throws IOException {
    Path collection = Path.of(arguments[0]);
    var judged = judgements(Path.of(arguments[1]));
    int queriesMax = arguments.length > 2 ? Integer.parseInt(arguments[2]) : Integer.MAX_VALUE;
    var search = new JudgedSearch(Files.createTempDirectory("judged"));
    try {
      search.index(lines(collection.resolve("corpus.jsonl")));
      List<JsonObject> queries =
          lines(collection.resolve("queries.jsonl")).stream()
              .filter(query -> judged.containsKey(query.getString("_id")))
              .limit(queriesMax)
              .toList();
      search.report(queries, judged);
    } finally {
      search.store.close();
      search.vertx.close().await();
    }
  }

  private void index(List<JsonObject> corpus) throws IOException {
    for (int from = 0; from < corpus.size(); from += TEXTS_PER_QUESTION) {
      List<JsonObject> part =
          corpus.subList(from, Math.min(corpus.size(), from + TEXTS_PER_QUESTION));
      Embed.Vectors vectors =
          embed(
              part.stream()
                  .map(one -> (one.getString("title", "") + " " + one.getString("text")).strip())
                  .map(text -> text.isEmpty() ? "-" : text)
                  .toList(),
              TextKind.PASSAGE);
      for (int i = 0; i < part.size(); i++) {
        String id = part.get(i).getString("_id");
        var draft =
            Library.document(id)
                .title(part.get(i).getString("title", ""))
                .model(vectors.model())
                .passage(part.get(i).getString("text"), vectors.rows().get(i));
        store.replace(PassageShape.key(id), PassageShape.documents(draft.indexable()));
      }
    }
    store.refresh();
  }

  private void report(List<JsonObject> queries, Map<String, Map<String, Integer>> judged)
      throws IOException {
    Map<Mode, double[]> sums = new LinkedHashMap<>();
    for (JsonObject query : queries) {
      String text = query.getString("text");
      Embed.Vectors vectors = embed(List.of(text), TextKind.QUERY);
      var vector = new QueryVector(vectors.model(), vectors.rows().getFirst());
      Map<String, Integer> grades = judged.get(query.getString("_id"));
      for (Mode mode : Mode.values()) {
        double[] sum = sums.computeIfAbsent(mode, ignored -> new double[2]);
        sum[0] += ndcg(ranked(text, mode, vector, AT), grades);
        sum[1] += recall(ranked(text, mode, vector, 100), grades);
      }
    }
    sums.forEach((mode, sum) ->
        System.out.printf(
            Locale.ROOT,
            "%-8s nDCG@10 %.4f  recall@100 %.4f  (%d queries)%n",
            mode,
            sum[0] / queries.size(),
            sum[1] / queries.size(),
            queries.size()));
  }

  private List<String> ranked(String text, Mode mode, QueryVector vector, int limit)
      throws IOException {
    var asked = new SearchPassages(Scope.DEFAULT, text, List.of(), mode, limit, Filters.NONE);
    return store.search(index ->
        new PassageSearcher()
            .search(index, asked, Optional.of(vector)).hits().stream()
                .map(Hit::documentId)
                .toList());
  }

  private Embed.Vectors embed(List<String> texts, TextKind kind) {
    return new ModelClient(bus).ask(new Embed(MODEL, texts, kind), PATIENCE).await();
  }

  private static double ndcg(List<String> ranked, Map<String, Integer> grades) {
    double gained = 0;
    for (int i = 0; i < ranked.size(); i++) {
      gained += grades.getOrDefault(ranked.get(i), 0) / log2(i + 2);
    }
    List<Integer> best = grades.values().stream().sorted((a, b) -> b - a).limit(AT).toList();
    double ideal = 0;
    for (int i = 0; i < best.size(); i++) {
      ideal += best.get(i) / log2(i + 2);
    }
    return ideal == 0 ? 0 : gained / ideal;
  }

  private static double recall(List<String> ranked, Map<String, Integer> grades) {
    long relevant = grades.values().stream().filter(grade -> grade > 0).count();
    long found = ranked.stream().filter(id -> grades.getOrDefault(id, 0) > 0).count();
    return relevant == 0 ? 0 : (double) found / relevant;
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  private static Map<String, Map<String, Integer>> judgements(Path file) throws IOException {
    var judged = new HashMap<String, Map<String, Integer>>();
    for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
      List<String> columns = List.of(line.split("\t", -1));
      judged
          .computeIfAbsent(columns.get(0), ignored -> new HashMap<>())
          .put(columns.get(1), Integer.parseInt(columns.get(2).strip()));
    }
    return judged;
  }

  private static List<JsonObject> lines(Path file) throws IOException {
    var objects = new ArrayList<JsonObject>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank()) {
        objects.add(new JsonObject(line));
      }
    }
    return objects;
  }
}
