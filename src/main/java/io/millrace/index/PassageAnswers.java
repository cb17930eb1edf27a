package io.millrace.index;

import io.millrace.bus.Bus;
import io.millrace.index.PassageIndex.Version;
import io.millrace.index.PassageSearcher.QueryVector;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.inference.Embed;
import io.millrace.inference.ModelClient;
import io.millrace.model.TextKind;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers searches for passages: looks among the last answers, asks for the question's vector where
 * one is needed, searches, and lets a model order the best anew where that is asked for.
 */
final class PassageAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(PassageAnswers.class);

  /** How long a search waits for a vector before it does without. */
  private static final Duration EMBED_MAX = Duration.ofSeconds(3);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private static final String WORDS_ONLY =
      "No model could read the question, so only its words were compared.";
  private static final String NO_WORD = "The question holds no word to look for.";
  private static final String REBUILDING =
      "The index is being built, so not everything can be found yet.";

  private static final Hits NONE =
      new Hits(List.of(), 0, Mode.KEYWORD, Optional.empty(), Map.of(), Map.of(), Optional.empty());

  private final ModelClient models;
  private final Supplier<Optional<PassageIndex>> current;
  private final Meters meters;
  private final ResultCache cache;

  /** Searches what is {@code current} when a question comes. */
  PassageAnswers(
      Bus bus, Supplier<Optional<PassageIndex>> current, InstantSource clock, Meters meters) {
    this.models = new ModelClient(bus);
    this.current = current;
    this.meters = meters;
    this.cache = new ResultCache(clock, ResultCache.BYTES_MAX);
    meters.gauge("millrace_search_cache_bytes", cache::bytes);
  }

  Future<Hits> answer(SearchPassages asked) {
    return current
        .get()
        .map(index -> answer(index, asked))
        .orElseGet(() ->
            Future.failedFuture(
                new ProblemException(
                    new Problem.Unavailable("index", "There is no index yet.", RETRY_AFTER))));
  }

  /** Asks one generation from the beginning to the end, also when another is switched to. */
  private Future<Hits> answer(PassageIndex index, SearchPassages asked) {
    long began = System.nanoTime();
    SearchPassages bounded = bounded(asked);
    Version version = index.version(bounded);
    Optional<Hits> known = cache.get(bounded, version);
    meters.count(known.isPresent() ? "millrace_search_cache_hits" : "millrace_search_cache_misses");
    Future<Hits> answer =
        known
            .map(hits -> Future.succeededFuture(fromCache(hits, began)))
            .orElseGet(() -> found(index, bounded, version, began));
    return answer.onSuccess(hits ->
        meters.record(
            "millrace_index_search",
            Duration.ofNanos(System.nanoTime() - began),
            "mode",
            hits.mode().name().toLowerCase(Locale.ROOT)));
  }

  private Future<Hits> found(
      PassageIndex index, SearchPassages asked, Version version, long began) {
    Question question = Question.of(asked.query());
    Optional<String> path = asked.mode() == Mode.HYBRID ? FastPath.of(question) : Optional.empty();
    Future<Hits> first =
        path.isPresent()
            ? searched(index, asked, question, path, began)
            : Future.succeededFuture(NONE);
    return first
        .compose(hits ->
            hits.hits().isEmpty()
                ? searched(index, asked, question, Optional.empty(), began)
                : Future.succeededFuture(hits))
        .compose(hits -> new Reranking(models, index.model().reranker()).apply(asked, hits))
        .onSuccess(hits -> {
          if (hits.notice().isEmpty()) {
            cache.put(asked, version, hits);
          }
        });
  }

  /** Searches; with a {@code path} without a vector. */
  private Future<Hits> searched(
      PassageIndex index,
      SearchPassages asked,
      Question question,
      Optional<String> path,
      long began) {
    SearchPassages wider = withLimit(asked, Reranking.wanted(asked));
    Future<Optional<QueryVector>> vector =
        path.isPresent()
            ? Future.succeededFuture(Optional.empty())
            : vector(index.model(), asked.mode(), question.plain());
    return vector.compose(read -> {
      double embedMs = (System.nanoTime() - began) / 1e6;
      return index
          .searches()
          .run(searcher -> index.searcher().search(searcher, wider, read))
          .map(hits -> told(index, hits, asked, path, embedMs));
    });
  }

  private static Hits fromCache(Hits hits, long began) {
    return new Hits(
        hits.hits(),
        hits.total(),
        hits.mode(),
        hits.notice(),
        Map.of("cache", (System.nanoTime() - began) / 1e6),
        hits.facets(),
        hits.explanation());
  }

  private static SearchPassages bounded(SearchPassages asked) {
    return withLimit(asked, Math.clamp(asked.limit(), 1, PassageSearcher.LIMIT_MAX));
  }

  private static SearchPassages withLimit(SearchPassages asked, int limit) {
    return new SearchPassages(
        asked.asker(),
        asked.query(),
        asked.collections(),
        asked.mode(),
        limit,
        asked.filters(),
        asked.options());
  }

  private Future<Optional<QueryVector>> vector(SearchModel model, Mode mode, String words) {
    if (mode == Mode.KEYWORD || words.isBlank() || model.name().isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return models
        .ask(new Embed(model.name(), List.of(words), TextKind.QUERY), EMBED_MAX)
        .map(answer -> Optional.of(new QueryVector(answer.model(), answer.rows().getFirst())))
        .recover(failure -> {
          LOG.debug("Searching without a vector: {}", failure.toString());
          return Future.succeededFuture(Optional.empty());
        });
  }

  private Hits told(
      PassageIndex index, Hits hits, SearchPassages asked, Optional<String> path, double embedMs) {
    boolean blank = Question.of(asked.query()).plain().isBlank();
    boolean less = asked.mode() != Mode.KEYWORD && hits.mode() == Mode.KEYWORD && path.isEmpty();
    String notice =
        Stream.of(
                blank ? NO_WORD : "",
                less && !blank ? WORDS_ONLY : "",
                index.searches().complete() ? "" : REBUILDING)
            .filter(sentence -> !sentence.isEmpty())
            .collect(Collectors.joining(" "));
    var tookMs = new HashMap<>(hits.tookMs());
    tookMs.put("embed", embedMs);
    return new Hits(
        hits.hits(),
        hits.total(),
        hits.mode(),
        notice.isEmpty() ? Optional.empty() : Optional.of(notice),
        tookMs,
        hits.facets(),
        hits.explanation().map(explained -> explained.by(path)));
  }
}
