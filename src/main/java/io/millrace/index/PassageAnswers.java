package io.millrace.index;

import io.millrace.bus.Bus;
import io.millrace.index.PassageSearcher.QueryVector;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.inference.Embed;
import io.millrace.inference.ModelClient;
import io.millrace.model.TextKind;
import io.millrace.observe.Meters;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

  private static final String WORDS_ONLY =
      "No model could read the question, so only its words were compared.";
  private static final String NO_WORD = "The question holds no word to look for.";
  private static final String REBUILDING =
      "The index is being built, so not everything can be found yet.";

  private static final Hits NONE =
      new Hits(List.of(), 0, Mode.KEYWORD, Optional.empty(), Map.of(), Map.of(), Optional.empty());

  private final ModelClient models;
  private final SearchModel model;
  private final Searches searches;
  private final Meters meters;
  private final PassageSearcher searcher;
  private final Reranking reranking;
  private final ResultCache cache;

  /** Asks {@code model} for vectors of questions. */
  PassageAnswers(
      Bus bus, SearchModel model, Searches searches, InstantSource clock, Meters meters) {
    this.models = new ModelClient(bus);
    this.model = model;
    this.searches = searches;
    this.meters = meters;
    this.searcher = new PassageSearcher(model);
    this.reranking = new Reranking(models, model.reranker());
    this.cache = new ResultCache(clock, ResultCache.BYTES_MAX);
    meters.gauge("millrace_search_cache_bytes", cache::bytes);
  }

  Future<Hits> answer(SearchPassages asked) {
    long began = System.nanoTime();
    SearchPassages bounded = bounded(asked);
    Object version = searches.version();
    Optional<Hits> known = cache.get(bounded, version);
    meters.count(known.isPresent() ? "millrace_search_cache_hits" : "millrace_search_cache_misses");
    Future<Hits> answer =
        known
            .map(hits -> Future.succeededFuture(fromCache(hits, began)))
            .orElseGet(() -> found(bounded, version, began));
    return answer.onSuccess(hits ->
        meters.record(
            "millrace_index_search",
            Duration.ofNanos(System.nanoTime() - began),
            "mode",
            hits.mode().name().toLowerCase(Locale.ROOT)));
  }

  private Future<Hits> found(SearchPassages asked, Object version, long began) {
    Question question = Question.of(asked.query());
    Optional<String> path = asked.mode() == Mode.HYBRID ? FastPath.of(question) : Optional.empty();
    Future<Hits> first =
        path.isPresent() ? searched(asked, question, path, began) : Future.succeededFuture(NONE);
    return first
        .compose(hits ->
            hits.hits().isEmpty()
                ? searched(asked, question, Optional.empty(), began)
                : Future.succeededFuture(hits))
        .compose(hits -> reranking.apply(asked, hits))
        .onSuccess(hits -> {
          if (hits.notice().isEmpty() && searches.version().equals(version)) {
            cache.put(asked, version, hits);
          }
        });
  }

  /** Searches; with a {@code path} without a vector. */
  private Future<Hits> searched(
      SearchPassages asked, Question question, Optional<String> path, long began) {
    SearchPassages wider = withLimit(asked, Reranking.wanted(asked));
    Future<Optional<QueryVector>> vector =
        path.isPresent()
            ? Future.succeededFuture(Optional.empty())
            : vector(asked.mode(), question.plain());
    return vector.compose(read -> {
      double embedMs = (System.nanoTime() - began) / 1e6;
      return searches
          .run(index -> searcher.search(index, wider, read))
          .map(hits -> told(hits, asked, path, embedMs));
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

  private Future<Optional<QueryVector>> vector(Mode mode, String words) {
    if (mode == Mode.KEYWORD || words.isBlank()) {
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

  private Hits told(Hits hits, SearchPassages asked, Optional<String> path, double embedMs) {
    boolean blank = Question.of(asked.query()).plain().isBlank();
    boolean less = asked.mode() != Mode.KEYWORD && hits.mode() == Mode.KEYWORD && path.isEmpty();
    String notice =
        Stream.of(
                blank ? NO_WORD : "",
                less && !blank ? WORDS_ONLY : "",
                searches.complete() ? "" : REBUILDING)
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
