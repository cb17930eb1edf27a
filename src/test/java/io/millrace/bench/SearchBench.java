package io.millrace.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.millrace.bench.HttpLoad.Result;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelSpec;
import io.millrace.process.Endpoints;
import io.millrace.process.FileTree;
import io.millrace.sql.Database;
import io.millrace.testing.Await;
import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.FSDirectory;

/**
 * Searches a large collection through HTTP and, beside it, with bare Lucene on the same index
 * files: {@code bench search [passages]}, 100,000 by default. Texts are random words as frequent as
 * words are, vectors lie in clusters; both go straight into the database, so nothing has to be
 * embedded but the questions.
 */
public final class SearchBench {
  private static final int PASSAGES = 100_000;
  private static final int WARM_UP = 500;
  private static final int SEARCHES = 2_000;
  private static final List<Integer> CALLERS = List.of(1, 4);
  private static final int PER_SECOND = 50;
  private static final int PACED_SECONDS = 30;

  /** Until the JVMs of both sides have compiled what adds documents. */
  private static final int SETTLING_SECONDS = 60;

  private static final int IN_TURNS = 1_000;
  private static final long IN_TURNS_SEED = 7_000_000;
  private static final long IN_ONE_PROCESS_SEED = 8_000_000;
  private static final int ADDED_WORDS = 600;

  private final Path work;
  private final int passages;
  private int asked;

  private SearchBench(Path work, int passages) {
    this.work = work;
    this.passages = passages;
  }

  /** Runs everything. */
  public static void main(String[] args) throws Exception {
    Path work = Files.createTempDirectory("millrace-bench");
    int passages = args.length > 0 ? Integer.parseInt(args[0]) : PASSAGES;
    try {
      new SearchBench(work, passages).run();
    } finally {
      FileTree.delete(work);
    }
  }

  private void run() throws IOException, InterruptedException {
    Path data = work.resolve("data");
    try (JarProcess jar =
        JarProcess.launch(work, data, List.of("--set", "documents.sample=false"), Map.of())) {
      jar.awaitReady();
      fill(jar, data);
      System.out.println("| what | measured |\n|---|---|");
      through(jar);
      try (var bare = new BareSearch(index(data))) {
        for (String mode : BareSearch.MODES) {
          for (int threads : List.of(1, 2)) {
            latencies(
                "bare Lucene, %s, %d thread(s)".formatted(mode, threads),
                bare.measure(mode, threads, WARM_UP, SEARCHES));
          }
        }
        for (String mode : BareSearch.MODES) {
          inOneProcess(bare, mode);
          inTurns(jar, bare, mode);
        }
      }
      paced(jar);
    }
  }

  private void fill(JarProcess jar, Path data) {
    Vertx vertx = Vertx.vertx();
    try {
      String uri = Endpoints.read(data).uri("postgres").orElseThrow();
      long start = System.nanoTime();
      new Passages(Database.open(vertx, uri, 2)).fill(passages);
      Await.until(
          "the index",
          Duration.ofHours(1),
          () -> metric(jar, "millrace_index_entries{index=\"passages\"}") >= passages);
      Await.until("it to rest", Duration.ofHours(1), () -> segments(data) <= 2);
      System.err.printf(
          "%,d passages from the database in the index after %.0f s%n",
          passages, (System.nanoTime() - start) / 1e9);
    } finally {
      vertx.close().await();
    }
  }

  private static int segments(Path data) {
    try (var files = FSDirectory.open(index(data));
        var reader = DirectoryReader.open(files)) {
      return reader.leaves().size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path index(Path data) {
    return data.resolve("index/passages");
  }

  private void through(JarProcess jar) {
    try (var load = new HttpLoad(jar.port(), 4)) {
      for (int callers : CALLERS) {
        Buffer same = question("keyword");
        IntFunction<Buffer> again = _ -> same;
        Result _ = load.post("/api/v1/search", WARM_UP, callers, 200, again);
        latencies(
            "HTTP and bus alone (an answer from memory), %d caller(s)".formatted(callers),
            load.post("/api/v1/search", SEARCHES, callers, 200, again));
      }
      for (String mode : BareSearch.MODES) {
        for (int callers : CALLERS) {
          Result _ = load.post("/api/v1/search", WARM_UP, callers, 200, _ -> question(mode));
          latencies(
              "HTTP, %s, %d caller(s)".formatted(mode, callers),
              load.post("/api/v1/search", SEARCHES, callers, 200, _ -> question(mode)));
        }
      }
    }
  }

  /** The same question to Millrace's search and to Lucene's, called from here: what each adds. */
  private static void inOneProcess(BareSearch bare, String mode) throws IOException {
    var ours = new ArrayList<Long>();
    var alone = new ArrayList<Long>();
    for (int i = -WARM_UP; i < 2 * IN_TURNS; i++) {
      long seed = IN_ONE_PROCESS_SEED + i;
      long first = i % 2 == 0 ? bare.directNanos(mode, seed) : bare.nanos(mode, seed);
      long second = i % 2 == 0 ? bare.nanos(mode, seed) : bare.directNanos(mode, seed);
      if (i >= 0) {
        ours.add(i % 2 == 0 ? first : second);
        alone.add(i % 2 == 0 ? second : first);
      }
    }
    row(
        "in one process, %s, p50: Millrace's search; bare Lucene".formatted(mode),
        "%.2f ms; %.2f ms (%.2f of bare)",
        median(ours),
        median(alone),
        median(alone) / median(ours));
  }

  /**
   * The same question to both, one after the other, so that both see the same machine: what Lucene
   * takes alone, and what Millrace takes without HTTP, the bus and the model, as its answers say.
   */
  private void inTurns(JarProcess jar, BareSearch bare, String mode) throws IOException {
    var probe = new HttpProbe(jar);
    var ours = new ArrayList<Long>();
    var alone = new ArrayList<Long>();
    var embed = new ArrayList<Long>();
    for (int i = 0; i < IN_TURNS; i++) {
      JsonObject took =
          probe
              .post("/api/v1/search", new JsonObject(question(mode)))
              .json()
              .getJsonObject("tookMs");
      ours.add(nanos(took.getDouble("search") + took.getDouble("fetch")));
      embed.add(nanos(took.getDouble("embed")));
      alone.add(bare.nanos(mode, IN_TURNS_SEED + i));
    }
    row(
        "in turns, %s, p50: Millrace without HTTP, bus and model; bare Lucene".formatted(mode),
        "%.2f ms; %.2f ms (%.2f of bare; the model took %.2f ms)",
        median(ours),
        median(alone),
        median(alone) / median(ours),
        median(embed));
  }

  private static long nanos(double milliseconds) {
    return Math.round(milliseconds * 1e6);
  }

  private static double median(List<Long> nanos) {
    return nanos.stream().sorted().toList().get(nanos.size() / 2) / 1e6;
  }

  /** Asks at a steady rate while files are brought in, one after the other. */
  private void paced(JarProcess jar) throws InterruptedException {
    var probe = new HttpProbe(jar);
    var over = new AtomicBoolean();
    var files = new AtomicInteger();
    var words = new Words(7);
    Thread uploads =
        Thread.ofVirtual()
            .start(() -> {
              while (!over.get()) {
                String name = "added-" + files.incrementAndGet() + ".txt";
                String _ =
                    probe.followToEnd(
                        probe
                            .upload("added", name, words.text(ADDED_WORDS))
                            .json()
                            .getString("taskId"));
              }
            });
    try (var load = new HttpLoad(jar.port(), PER_SECOND)) {
      Result _ = paced(load, PER_SECOND * SETTLING_SECONDS);
      int before = files.get();
      latencies(
          "HTTP, hybrid, %d a second while documents are added".formatted(PER_SECOND),
          paced(load, PER_SECOND * PACED_SECONDS));
      row(
          "files of 600 words added meanwhile",
          "%.1f/s",
          (files.get() - before) / (double) PACED_SECONDS);
    }
    over.set(true);
    uploads.join();
  }

  private Result paced(HttpLoad load, int count) {
    return load.paced("/api/v1/search", count, PER_SECOND, 200, _ -> question("hybrid"));
  }

  /** Another question each time, so that none is answered from memory. */
  private synchronized Buffer question(String mode) {
    return JsonObject.of("query", new Words(1_000_000 + asked++).question(), "mode", mode)
        .toBuffer();
  }

  private static double metric(JarProcess jar, String name) {
    return new HttpProbe(jar)
        .management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void latencies(String what, Result result) {
    row(
        what,
        "%,.0f/s, p50 %.2f ms, p99 %.2f ms",
        result.perSecond(),
        result.quantileMs(0.5),
        result.quantileMs(0.99));
  }

  @FormatMethod
  private static void row(String what, @FormatString String form, Object... values) {
    System.out.println("| " + what + " | " + form.formatted(values) + " |");
  }

  /** Random English words, as frequent as words are: the n-th in proportion to 1/n. */
  static final class Words {
    private static final int QUESTION_WORDS = 6;
    private static final int SENTENCE_WORDS = 12;
    private static final Pattern WORD = Pattern.compile("[a-z]{2,}");
    private static final List<String> VOCABULARY = vocabulary();

    private final Random random;

    Words(long seed) {
      random = new Random(seed);
    }

    /** The words that the bundled model knows, which lists frequent ones first. */
    private static List<String> vocabulary() {
      try {
        byte[] file = ModelFiles.of(ModelSpec.bundled("bge-small-en")).tokenizer().bytes();
        JsonObject ids =
            new JsonObject(Buffer.buffer(file)).getJsonObject("model").getJsonObject("vocab");
        return ids.stream()
            .filter(each -> WORD.matcher(each.getKey()).matches())
            .sorted(Comparator.comparingInt(each -> (Integer) each.getValue()))
            .map(Map.Entry::getKey)
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String word() {
      return VOCABULARY.get((int) Math.pow(VOCABULARY.size(), random.nextDouble()) - 1);
    }

    String question() {
      var words = new StringBuilder();
      for (int i = 0; i < QUESTION_WORDS; i++) {
        words.append(words.isEmpty() ? "" : " ").append(word());
      }
      return words.toString();
    }

    String text(int count) {
      var text = new StringBuilder();
      for (int i = 1; i <= count; i++) {
        text.append(word()).append(i % SENTENCE_WORDS == 0 ? ". " : " ");
      }
      return text.toString();
    }
  }
}
