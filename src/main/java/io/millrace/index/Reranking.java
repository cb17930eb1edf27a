package io.millrace.index;

import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Options;
import io.millrace.inference.ModelClient;
import io.millrace.inference.Rerank;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a cross-encoder read question and passage together and order the best anew. It is slow, so
 * only the first few are read, and when it does not answer in time the order stays as it was.
 */
final class Reranking {
  /** How many passages are read. */
  static final int PASSAGES_MAX = 30;

  private static final Logger LOG = LoggerFactory.getLogger(Reranking.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final String NOT_DECLARED =
      "No model that reranks is declared, so the order is that of the search.";
  private static final String NO_ANSWER =
      "The reranking model did not answer in time, so the order is that of the search.";

  private final ModelClient models;
  private final Optional<String> declared;

  /** Asks {@code declared} where no model is named. */
  Reranking(ModelClient models, Optional<String> declared) {
    this.models = models;
    this.declared = declared;
  }

  /** How many hits the search has to bring so that enough can be read. */
  static int wanted(SearchPassages asked) {
    return asked.options().rerank().isEmpty()
        ? asked.limit()
        : Math.max(asked.limit(), PASSAGES_MAX);
  }

  /** {@code found} in the order of the model, where one was asked for, and cut to the limit. */
  Future<Hits> apply(SearchPassages asked, Hits found) {
    Optional<String> named = asked.options().rerank();
    if (named.isEmpty() || found.hits().isEmpty()) {
      return Future.succeededFuture(found);
    }
    Optional<String> model = named.get().equals(Options.ANY_RERANKER) ? declared : named;
    if (model.isEmpty()) {
      return Future.succeededFuture(cut(found, asked.limit(), NOT_DECLARED));
    }
    List<Hit> read = found.hits().subList(0, Math.min(PASSAGES_MAX, found.hits().size()));
    String question = Question.of(asked.query()).plain();
    var rerank = new Rerank(model.get(), question, read.stream().map(Reranking::text).toList());
    long began = System.nanoTime();
    return models
        .ask(rerank, ANSWER_MAX)
        .map(scores -> ordered(asked, found, scores, (System.nanoTime() - began) / 1e6))
        .recover(failure -> withoutModel(asked, found, failure));
  }

  private static Future<Hits> withoutModel(SearchPassages asked, Hits found, Throwable failure) {
    if (failure instanceof ProblemException e
        && (e.problem() instanceof Problem.NotFound || e.problem() instanceof Problem.Invalid)) {
      return Future.failedFuture(
          new ProblemException(
              new Problem.Invalid("/rerank", "This is no model that reranks: " + e.getMessage())));
    }
    LOG.debug("Not reranked: {}", failure.toString());
    return Future.succeededFuture(cut(found, asked.limit(), NO_ANSWER));
  }

  private static String text(Hit hit) {
    return hit.heading().isEmpty() ? hit.text() : hit.heading() + "\n" + hit.text();
  }

  private static Hits ordered(
      SearchPassages asked, Hits found, Rerank.Scores scores, double tookMs) {
    List<Double> values = scores.values();
    List<Hit> read =
        IntStream.range(0, values.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -values.get(i)))
            .map(i -> found.hits().get(i).reranked(values.get(i)))
            .toList();
    List<Hit> all = new ArrayList<>(read);
    all.addAll(found.hits().subList(values.size(), found.hits().size()));
    var took = new HashMap<>(found.tookMs());
    took.put("rerank", tookMs);
    return new Hits(
        all.subList(0, Math.min(asked.limit(), all.size())),
        found.total(),
        found.mode(),
        found.notice(),
        took,
        found.facets(),
        found.explanation().map(explained -> explained.rerankedBy(scores.model())));
  }

  private static Hits cut(Hits found, int limit, String notice) {
    return new Hits(
        found.hits().subList(0, Math.min(limit, found.hits().size())),
        found.total(),
        found.mode(),
        Optional.of(
            String.join(" ", Stream.concat(found.notice().stream(), Stream.of(notice)).toList())),
        found.tookMs(),
        found.facets(),
        found.explanation());
  }
}
