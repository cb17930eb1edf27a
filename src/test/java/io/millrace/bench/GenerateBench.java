package io.millrace.bench;

import ai.onnxruntime.OrtException;
import io.millrace.decoder.DecoderLimits;
import io.millrace.decoder.DecoderSession;
import io.millrace.decoder.Ending;
import io.millrace.decoder.Generation;
import io.millrace.decoder.GenerationListener;
import io.millrace.decoder.GenerationOptions;
import io.millrace.decoder.Generator;
import io.millrace.decoder.Sampling;
import io.millrace.decoder.TokenBytes;
import io.millrace.model.NativeLibraries;
import io.millrace.model.Placement;
import io.millrace.observe.Meters;
import io.millrace.testing.onnx.DecoderShape;
import io.millrace.testing.onnx.TestModels;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Measures how many tokens a decoder with random weights writes per second, at several numbers of
 * slots, beside the bare session that writes one answer at a time; prints Markdown.
 */
public final class GenerateBench {
  private static final PrintStream OUT = System.out;
  private static final int ANSWERS = 16;
  private static final int TOKENS = 64;
  private static final int PROMPT = 32;
  private static final int WARM_UP_TOKENS = 8;
  private static final int LENGTH_MAX = 256;
  private static final int PROMPT_CHUNK = 64;
  private static final DecoderShape SHAPE = DecoderShape.BENCH;

  private final Path work;
  private final int threads = Runtime.getRuntime().availableProcessors();

  private GenerateBench(Path work) {
    this.work = work;
  }

  /** Runs everything. */
  public static void main(String[] args) throws Exception {
    Path work = Files.createTempDirectory("millrace-bench");
    try {
      NativeLibraries.prepare(work);
      new GenerateBench(work).run();
    } finally {
      try (var files = Files.walk(work)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void run() throws Exception {
    var _ = TestModels.in(work.resolve("sharing")).sharingDecoder(SHAPE);
    var _ = TestModels.in(work.resolve("appending")).concatenatingDecoder(SHAPE);
    OUT.printf(
        Locale.ROOT,
        "%d answers of %d tokens to prompts of %d; hidden size %d, %d layers, %d token ids;"
            + " %d cores%n%n",
        ANSWERS,
        TOKENS,
        PROMPT,
        SHAPE.heads() * SHAPE.headSize(),
        SHAPE.layers(),
        SHAPE.vocabulary(),
        threads);
    OUT.println("| graph | slots | tokens/s | to one at a time | first token, median |");
    OUT.println("|---|---:|---:|---:|---:|");
    double bare = bare("sharing");
    row("sharing, bare session", 1, bare, bare, Duration.ZERO);
    double bareAppending = bare("appending");
    row("appending, bare session", 1, bareAppending, bare, Duration.ZERO);
    Measured appending = measure("appending", 1);
    row("appending", 1, appending.tokensPerSecond, bare, appending.firstToken);
    for (int slots : new int[] {1, 4, 16}) {
      Measured measured = measure("sharing", slots);
      row("sharing", slots, measured.tokensPerSecond, bare, measured.firstToken);
    }
  }

  private static void row(String graph, int slots, double rate, double bare, Duration first) {
    OUT.printf(
        Locale.ROOT,
        "| %s | %d | %.0f | %.2f | %s |%n",
        graph,
        slots,
        rate,
        rate / bare,
        first.isZero() ? "" : first.toMillis() + " ms");
  }

  private DecoderLimits limits(int slots) {
    return new DecoderLimits(slots, LENGTH_MAX, PROMPT_CHUNK, ANSWERS, threads);
  }

  private DecoderSession open(String graph, int slots) throws IOException, OrtException {
    Path file = work.resolve(graph).resolve("model.onnx");
    return DecoderSession.open(file, limits(slots), Placement.CPU);
  }

  /** Tokens per second of the session alone: one answer after another, the likeliest token. */
  private double bare(String graph) throws IOException, OrtException {
    try (DecoderSession session = open(graph, 1)) {
      write(session, 0, WARM_UP_TOKENS);
      long start = System.nanoTime();
      for (int answer = 0; answer < ANSWERS; answer++) {
        write(session, answer, TOKENS);
      }
      return perSecond(ANSWERS * TOKENS, start);
    }
  }

  private static void write(DecoderSession session, int answer, int tokens) throws OrtException {
    float[] logits = new float[session.vocabulary()];
    session.clear(0);
    session.append(0, prompt(answer), logits);
    for (int written = 1; written < tokens; written++) {
      int best =
          IntStream.range(0, logits.length)
              .reduce((a, b) -> logits[b] > logits[a] ? b : a)
              .orElseThrow();
      session.advance(new int[] {0}, new int[] {best}, new float[][] {logits});
    }
  }

  /** What one arrangement does. */
  private record Measured(double tokensPerSecond, Duration firstToken) {}

  private Measured measure(String graph, int slots) throws IOException, OrtException {
    TokenBytes bytes = TokenBytes.read(work.resolve(graph).resolve("tokenizer.json"));
    try (Meters meters = new Meters();
        Generator generator =
            new Generator("bench", open(graph, slots), bytes, limits(slots), meters)) {
      ask(generator, 0, WARM_UP_TOKENS).join();
      long start = System.nanoTime();
      List<CompletableFuture<Ending>> asked = new ArrayList<>();
      for (int answer = 0; answer < ANSWERS; answer++) {
        asked.add(ask(generator, answer, TOKENS));
      }
      List<Duration> first =
          asked.stream().map(one -> one.join().untilFirstToken()).sorted().toList();
      return new Measured(perSecond(ANSWERS * TOKENS, start), first.get(ANSWERS / 2));
    }
  }

  private static CompletableFuture<Ending> ask(Generator generator, int answer, int tokens) {
    CompletableFuture<Ending> ending = new CompletableFuture<>();
    var options = new GenerationOptions(tokens, Sampling.GREEDY, List.of(), Set.of());
    Generation _ =
        generator.submit(
            prompt(answer),
            options,
            new GenerationListener() {
              @Override
              public void text(String delta) {}

              @Override
              public void ended(Ending how) {
                boolean _ = ending.complete(how);
              }

              @Override
              public void failed(Throwable failure) {
                boolean _ = ending.completeExceptionally(failure);
              }
            });
    return ending;
  }

  private static int[] prompt(int seed) {
    return new Random(seed).ints(PROMPT, 6, SHAPE.vocabulary()).toArray();
  }

  private static double perSecond(int tokens, long startNanos) {
    return tokens * 1e9 / (System.nanoTime() - startNanos);
  }
}
