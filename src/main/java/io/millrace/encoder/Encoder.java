package io.millrace.encoder;

import ai.onnxruntime.OrtException;
import io.millrace.encoder.Request.Text;
import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelTask;
import io.millrace.model.Placement;
import io.millrace.model.TextKind;
import io.millrace.model.TextTokenizer;
import io.millrace.model.Tokens;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model in memory that reads texts and answers numbers. A question is admitted or refused at
 * once, by the tokens that wait; its texts become tokens on threads of their own, in portions, and
 * each portion waits for its runs while the next is read. Safe for many threads.
 */
public final class Encoder implements Engine {
  /** Texts that become tokens in one go. */
  private static final int PORTION = 32;

  /** Characters of a token, about, for admitting texts that are not tokens yet. */
  private static final int CHARACTERS_A_TOKEN = 4;

  private final ModelFiles model;
  private final TextTokenizer tokenizer;
  private final GraphSession session;
  private final RunMeter meter;
  private final Batcher batcher;
  private final ExecutorService interactive;
  private final ExecutorService bulk;
  private @Nullable Promise<Void> closed;

  private Encoder(
      ModelFiles model,
      TextTokenizer tokenizer,
      GraphSession session,
      EncoderLimits limits,
      Meters meters) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.session = session;
    this.meter = new RunMeter(meters, model.name());
    Head head = Head.of(model);
    boolean alone = model.spec().deterministic().orElse(session.scalesByRun());
    BatchPolicy policy = alone ? limits.policy().alone() : limits.policy();
    batcher =
        new Batcher(
            model.name(),
            policy,
            limits.tokensWaitingMax(),
            () -> new OnnxRunner(session, head),
            meter);
    // Bulk that is tokenised must not stand before a query.
    interactive = threads("interactive", limits.tokenizers());
    bulk = threads("bulk", limits.tokenizers());
  }

  private ExecutorService threads(String turn, int count) {
    String name = "millrace-tokenizer-%s-%s-".formatted(model.name(), turn);
    return Executors.newFixedThreadPool(
        count, Thread.ofPlatform().daemon().name(name, 0).factory());
  }

  /** Reads the files; blocks for a second or so. */
  public static Encoder open(
      ModelFiles model, Placement placement, EncoderLimits limits, Meters meters)
      throws IOException, OrtException {
    TextTokenizer tokenizer = TextTokenizer.open(model);
    try {
      return new Encoder(model, tokenizer, GraphSession.open(model, placement), limits, meters);
    } catch (IOException | OrtException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** What it was made of. */
  public ModelFiles model() {
    return model;
  }

  /**
   * The vectors of texts. Cancelling the answer, of this and of the other questions, takes out of
   * the queue what does not run yet. Texts that look for something overtake those to be found.
   */
  public CompletableFuture<Encoded> embed(TextKind kind, List<String> texts) {
    Turn turn =
        switch (kind) {
          case QUERY -> Turn.INTERACTIVE;
          case PASSAGE -> Turn.BULK;
        };
    return ask(ModelTask.EMBED, turn, texts, 0, text -> tokenizer.tokens(model.prompt(kind, text)));
  }

  /** How well each text answers a query: one number from 0 to 1 each. Somebody waits for it. */
  public CompletableFuture<Encoded> rerank(String query, List<String> texts) {
    return ask(
        ModelTask.RERANK,
        Turn.INTERACTIVE,
        texts,
        query.length(),
        text -> tokenizer.pair(query, text));
  }

  /** The share of each label of the model in each text. */
  public CompletableFuture<Encoded> classify(List<String> texts) {
    return ask(ModelTask.CLASSIFY, Turn.BULK, texts, 0, tokenizer::tokens);
  }

  /** How many tokens each text is, without special ones; a run of the model costs far more. */
  public CompletableFuture<List<Integer>> count(List<String> texts) {
    return CompletableFuture.supplyAsync(() -> texts.stream().map(tokenizer::count).toList(), bulk);
  }

  private CompletableFuture<Encoded> ask(
      ModelTask task,
      Turn turn,
      List<String> texts,
      int sharedCharacters,
      Function<String, Tokens> reading) {
    if (task != model.task()) {
      String detail = "Model %s is for %s.".formatted(model.name(), model.task().label());
      return CompletableFuture.failedFuture(
          new ProblemException(new Problem.Invalid("/model", detail)));
    }
    Request request = new Request(turn, texts.size(), System.nanoTime());
    List<Portion> portions = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += PORTION) {
      List<String> some = texts.subList(from, Math.min(texts.size(), from + PORTION));
      long estimate =
          some.stream().mapToLong(text -> estimate(sharedCharacters + text.length())).sum();
      portions.add(new Portion(request, from, some, estimate));
    }
    long estimate = portions.stream().mapToLong(Portion::estimate).sum();
    if (batcher.admit(request, estimate)) {
      ExecutorService pool = turn == Turn.INTERACTIVE ? interactive : bulk;
      portions.forEach(portion -> pool.execute(() -> read(portion, reading)));
    }
    return request.answer();
  }

  private long estimate(int characters) {
    return Math.min(model.tokensMax(), characters / CHARACTERS_A_TOKEN + 2);
  }

  /** Texts of a request that become tokens in one go. */
  private record Portion(Request request, int from, List<String> texts, long estimate) {}

  private void read(Portion portion, Function<String, Tokens> reading) {
    Request request = portion.request;
    if (request.ended()) {
      return;
    }
    long start = System.nanoTime();
    try {
      List<Text> waiting = new ArrayList<>(portion.texts.size());
      for (String text : portion.texts) {
        Tokens tokens = checked(reading.apply(text));
        waiting.add(request.text(portion.from + waiting.size(), tokens));
      }
      request.tokenized(System.nanoTime() - start);
      batcher.add(request, waiting, portion.estimate);
    } catch (RuntimeException e) {
      meter.failed("tokenize");
      request.fail(e);
    }
  }

  /** An id outside the vocabulary is an error on the processor and undefined on other devices. */
  private Tokens checked(Tokens tokens) {
    if (tokens.count() > model.tokensMax()) {
      throw new IllegalStateException("a text of %d tokens".formatted(tokens.count()));
    }
    for (long id : tokens.ids()) {
      if (id < 0 || id >= model.vocabulary()) {
        throw new IllegalStateException(
            "%s: the tokenizer made token %d, the graph knows %d"
                .formatted(model.name(), id, model.vocabulary()));
      }
    }
    return tokens;
  }

  @Override
  public int waiting() {
    return batcher.open();
  }

  @Override
  public long memoryBytes() {
    return model.weightsBytes();
  }

  @Override
  public synchronized Future<Void> close() {
    if (closed == null) {
      Promise<Void> promise = Promise.promise();
      closed = promise;
      Thread _ =
          Thread.ofPlatform()
              .daemon()
              .name("millrace-encoder-%s-close".formatted(model.name()))
              .start(() -> promise.handle(free()));
    }
    return closed.future();
  }

  /** Waits until no thread is in the session or the tokenizer. */
  private AsyncResult<Void> free() {
    try {
      batcher.close().join();
      interactive.close();
      bulk.close();
      tokenizer.close();
      session.close();
      return Future.succeededFuture();
    } catch (OrtException | RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
