package io.millrace.bench;

import ai.onnxruntime.OrtException;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.model.NativeLibraries;
import io.millrace.model.TextTokenizer;
import io.millrace.process.FileTree;
import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Brings files in through the whole pipeline and, round by round, embeds the passages that came of
 * them with nothing but the model: {@code bench ingest [rounds]}. Both use all cores, the other one
 * rests meanwhile.
 */
public final class IngestBench {
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final int FILES = 40;
  private static final int SENTENCES = 200;
  private static final int SENTENCE_WORDS = 14;
  private static final int PAGE = 100;

  private final Path work;
  private final int rounds;
  private final Random random = new Random(11);

  private IngestBench(Path work, int rounds) {
    this.work = work;
    this.rounds = rounds;
  }

  /** Measures and prints. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    Path work = Files.createTempDirectory("millrace-bench");
    try {
      new IngestBench(work, rounds).run();
    } finally {
      FileTree.delete(work);
    }
  }

  private void run() throws IOException, OrtException {
    NativeLibraries.prepare(work);
    ModelFiles model = ModelFiles.of(ModelSpec.bundled("bge-small-en"));
    try (TextTokenizer tokenizer = TextTokenizer.open(model);
        var one = new BareSession(model, 1);
        var all = new BareSession(model, CORES);
        JarProcess jar =
            JarProcess.start(work, work.resolve("data"), "--set", "documents.sample=false")) {
      var ingested = new ArrayList<Double>();
      var embedded = new ArrayList<Double>();
      var ratios = new ArrayList<Double>();
      for (int round = -1; round < rounds; round++) {
        String collection = "round-" + (round + 1);
        double seconds = ingest(jar, collection);
        List<long[]> passages = passages(jar, collection, tokenizer);
        double bare = Math.min(one.seconds(passages, CORES, 1), all.seconds(passages, 1, 1));
        if (round >= 0) { // the first one warms up
          ingested.add(passages.size() / seconds);
          embedded.add(passages.size() / bare);
          ratios.add(bare / seconds);
        }
      }
      System.out.println("| what | passages/s | of the bare model |\n|---|---|---|");
      line("| the model alone, on tokens | %.1f | 1 |", median(embedded));
      line("| ingest of %d text files | %.1f | %.2f |", FILES, median(ingested), median(ratios));
    }
  }

  private double ingest(JarProcess jar, String collection) {
    var probe = new HttpProbe(jar);
    List<String> texts = IntStream.range(0, FILES).mapToObj(_ -> text()).toList();
    long start = System.nanoTime();
    List<String> tasks =
        IntStream.range(0, FILES)
            .mapToObj(i ->
                probe
                    .upload(collection, "file-" + i + ".txt", texts.get(i))
                    .json()
                    .getString("taskId"))
            .toList();
    for (String task : tasks) {
      String status = probe.followToEnd(task);
      if (!status.equals("succeeded")) {
        throw new AssertionError("ingest ended " + status + ": " + probe.task(task));
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** The tokens of all passages of {@code collection}, the longest first, as batches like them. */
  private static List<long[]> passages(JarProcess jar, String collection, TextTokenizer tokenizer) {
    var probe = new HttpProbe(jar);
    String documents = "/api/v1/collections/%s/documents?limit=%d".formatted(collection, FILES);
    var ids = new ArrayList<long[]>();
    for (Object document : probe.get(documents).json().getJsonArray("items")) {
      String id = ((JsonObject) document).getString("id");
      String path = "/api/v1/documents/%s/passages?limit=%d".formatted(id, PAGE);
      for (Object passage : probe.get(path).json().getJsonArray("items")) {
        var read = (JsonObject) passage;
        String heading = read.getString("heading", "");
        ids.add(tokenizer.ids((heading + "\n" + read.getString("text")).strip()));
      }
    }
    ids.sort(Comparator.comparingInt((long[] each) -> each.length).reversed());
    return ids;
  }

  private String text() {
    return IntStream.range(0, SENTENCES)
        .mapToObj(_ ->
            IntStream.range(0, SENTENCE_WORDS)
                .mapToObj(_ -> Bench.WORDS.get(random.nextInt(Bench.WORDS.size())))
                .collect(Collectors.joining(" ")))
        .collect(Collectors.joining(". ", "", "."));
  }

  private static double median(List<Double> all) {
    return all.stream().sorted().toList().get(all.size() / 2);
  }

  @FormatMethod
  private static void line(@FormatString String form, Object... values) {
    System.out.println(form.formatted(values));
  }
}
