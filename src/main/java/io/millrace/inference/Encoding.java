package io.millrace.inference;

import io.millrace.encoder.Encoded;
import io.millrace.encoder.Encoder;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** Questions of the bus as questions to an encoder. */
final class Encoding {
  private Encoding() {}

  static Future<Embed.Vectors> embed(Encoder encoder, Embed question, Future<Void> gone) {
    int dimension = encoder.model().dimension();
    if (question.dimensions() > dimension) {
      String detail =
          "Vectors of model %s have %d dimensions.".formatted(question.model(), dimension);
      return Future.failedFuture(new ProblemException(new Problem.Invalid("/dimensions", detail)));
    }
    return answer(encoder.embed(question.textKind(), question.texts()), gone)
        .map(made ->
            new Embed.Vectors(version(encoder), made.rows(), made.tokens(), timing(made))
                .cut(question.dimensions()));
  }

  static Future<Rerank.Scores> rerank(Encoder encoder, Rerank question, Future<Void> gone) {
    return answer(encoder.rerank(question.query(), question.documents()), gone)
        .map(made ->
            new Rerank.Scores(
                version(encoder),
                made.rows().stream().map(row -> (double) row[0]).toList(),
                made.tokens(),
                timing(made)));
  }

  static Future<Classify.Labelled> classify(Encoder encoder, Classify question, Future<Void> gone) {
    return answer(encoder.classify(question.texts()), gone)
        .map(made ->
            new Classify.Labelled(
                version(encoder),
                encoder.model().labels(),
                made.rows(),
                made.tokens(),
                timing(made)));
  }

  static Future<CountTokens.Counts> count(Encoder encoder, CountTokens question) {
    return Future.fromCompletionStage(encoder.count(question.texts()))
        .map(tokens -> new CountTokens.Counts(encoder.model().tokensMax(), tokens));
  }

  private static String version(Encoder encoder) {
    return encoder.model().version();
  }

  /** The answer, unless its asker is gone before. */
  private static Future<Encoded> answer(CompletableFuture<Encoded> asked, Future<Void> gone) {
    gone.onSuccess(_ -> {
      boolean _ = asked.cancel(false);
    });
    return Future.fromCompletionStage(asked)
        .recover(failure ->
            Future.failedFuture(
                failure instanceof CancellationException
                    ? new ProblemException(new Problem.Conflict("The question was taken back."))
                    : failure));
  }

  private static Timing timing(Encoded made) {
    return new Timing(
        micros(made.timings().queue()),
        micros(made.timings().tokenize()),
        micros(made.timings().inference()));
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
