package io.millrace.inference;

import ai.onnxruntime.OrtException;
import io.millrace.decoder.ChatFormat;
import io.millrace.decoder.DecoderLimits;
import io.millrace.decoder.DecoderSession;
import io.millrace.decoder.Ending;
import io.millrace.decoder.Generation;
import io.millrace.decoder.GenerationListener;
import io.millrace.decoder.GenerationOptions;
import io.millrace.decoder.Generator;
import io.millrace.decoder.TokenBytes;
import io.millrace.model.Engine;
import io.millrace.model.ModelFiles;
import io.millrace.model.Placement;
import io.millrace.model.Source;
import io.millrace.model.TextTokenizer;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A decoder in memory. Prompts become tokens on one thread of its own, and answers are written on
 * another by its {@link Generator}.
 */
final class GenerateEngine implements Engine {
  private static final int PROMPT_CHUNK = 64;
  private static final int QUEUED_MAX = 64;
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ModelFiles files;
  private final TextTokenizer tokenizer;
  private final Optional<ChatFormat> chat;
  private final TokenBytes bytes;
  private final Generator generator;
  private final long memoryBytes;
  private final Set<Integer> ends;
  private final WorkerExecutor tokenizing;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Promise<Void> closed = Promise.promise();
  private boolean closing;

  private GenerateEngine(
      Context context,
      ModelFiles files,
      TextTokenizer tokenizer,
      Optional<ChatFormat> chat,
      TokenBytes bytes,
      Generator generator,
      long memoryBytes) {
    this.files = files;
    this.tokenizer = tokenizer;
    this.chat = chat;
    this.bytes = bytes;
    this.generator = generator;
    this.memoryBytes = memoryBytes;
    ends = files.special().ends().stream().map(Long::intValue).collect(Collectors.toSet());
    String name = files.name() + "-" + Integer.toHexString(System.identityHashCode(this));
    tokenizing =
        context
            .owner()
            .createSharedWorkerExecutor("millrace-tokenizer-" + name, 1, 1, TimeUnit.MINUTES);
  }

  /** Reads the files; blocks for seconds. */
  static GenerateEngine open(
      Context context, ModelFiles files, Placement placement, InferenceLimits limits, Meters meters)
      throws IOException, OrtException {
    Path graph = onDisk(files.graph());
    Path tokens = onDisk(files.tokenizer());
    Optional<ChatFormat> chat = ChatFormat.read(Objects.requireNonNull(tokens.getParent()));
    TokenBytes bytes = TokenBytes.read(tokens);
    TextTokenizer tokenizer = TextTokenizer.open(files);
    try {
      DecoderLimits decoding = limits(files, limits);
      DecoderSession session = DecoderSession.open(graph, decoding, placement);
      long memoryBytes = files.weightsBytes() + session.bufferBytes();
      Generator generator = new Generator(files.name(), session, bytes, decoding, meters);
      return new GenerateEngine(context, files, tokenizer, chat, bytes, generator, memoryBytes);
    } catch (IOException | OrtException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static DecoderLimits limits(ModelFiles files, InferenceLimits limits) {
    return new DecoderLimits(
        files.slots(), files.tokensMax(), PROMPT_CHUNK, QUEUED_MAX, limits.lanes());
  }

  private static Path onDisk(Source source) {
    return switch (source) {
      case Source.OnDisk(Path path) -> path;
      case Source.InJar _ ->
          throw new IllegalArgumentException("provider: must be directory where task is generate");
    };
  }

  /**
   * The answer to a checked question.
   *
   * @param gone completes when nobody wants the rest
   * @param deltas is told the text as it grows, on a thread that must not wait
   */
  Future<Generate.Answer> generate(
      Generate question, Future<Void> gone, Consumer<Generate.Delta> deltas) {
    List<String> prompt;
    try {
      prompt = prompt(question);
    } catch (ProblemException e) {
      return Future.failedFuture(e);
    }
    waiting.incrementAndGet();
    return tokenizing
        .executeBlocking(() -> ids(prompt), true)
        .compose(ids -> written(question, Objects.requireNonNull(ids), gone, deltas))
        .eventually(() -> {
          waiting.decrementAndGet();
          return Future.succeededFuture();
        });
  }

  /** What becomes tokens piece by piece. A prompt may spell special tokens, messages may not. */
  private List<String> prompt(Generate question) {
    if (question.messages().isEmpty()) {
      return List.of(question.prompt());
    }
    return chat.map(format -> format.prompt(question.messages(), bytes))
        .orElseThrow(() ->
            new ProblemException(
                new Problem.Invalid(
                    "/messages",
                    "Model %s has no chat template that is known here; give it a prompt."
                        .formatted(files.name()))));
  }

  private int[] ids(List<String> pieces) {
    return Arrays.stream(tokenizer.ids(pieces)).mapToInt(id -> (int) id).toArray();
  }

  private Future<Generate.Answer> written(
      Generate question, int[] ids, Future<Void> gone, Consumer<Generate.Delta> deltas) {
    Writing writing = new Writing(question.id(), deltas);
    var options =
        new GenerationOptions(question.tokensMax(), question.sampling(), question.stops(), ends);
    try {
      Generation generation = generator.submit(ids, options, writing);
      gone.onSuccess(_ -> generation.cancel());
    } catch (ProblemException e) {
      return Future.failedFuture(e);
    }
    return writing.answer.future();
  }

  /** One answer being written. */
  private final class Writing implements GenerationListener {
    private final String id;
    private final Consumer<Generate.Delta> deltas;
    private final StringBuilder text = new StringBuilder();
    private final Promise<Generate.Answer> answer = Promise.promise();

    Writing(String id, Consumer<Generate.Delta> deltas) {
      this.id = id;
      this.deltas = deltas;
    }

    @Override
    public void text(String delta) {
      deltas.accept(new Generate.Delta(id, text.length(), delta));
      text.append(delta);
    }

    @Override
    public void ended(Ending ending) {
      answer.complete(
          new Generate.Answer(
              files.version(),
              text.toString(),
              ending.reason().name().toLowerCase(Locale.ROOT),
              ending.promptTokens(),
              ending.completionTokens(),
              ending.queued().toMillis(),
              ending.untilFirstToken().toMillis(),
              ending.total().toMillis()));
    }

    @Override
    public void failed(Throwable failure) {
      answer.fail(failure);
    }
  }

  @Override
  public int waiting() {
    return waiting.get();
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  @Override
  public synchronized Future<Void> close() {
    if (!closing) {
      closing = true;
      // In the order of the thread that tokenises: nothing is in the tokenizer any more.
      tokenizing
          .executeBlocking(this::free, true)
          .<Void>mapEmpty()
          .eventually(tokenizing::close)
          .onComplete(closed);
    }
    return closed.future();
  }

  private @Nullable Void free() {
    generator.close(GRACE);
    tokenizer.close();
    return null;
  }
}
