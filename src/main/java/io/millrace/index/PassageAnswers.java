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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers searches for passages: asks for the question's vector, then searches. */
final class PassageAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(PassageAnswers.class);

  /** How long a search waits for a vector before it does without. */
  private static final Duration EMBED_MAX = Duration.ofSeconds(3);

  private static final String WORDS_ONLY =
      "No model could read the question, so only its words were compared.";
  private static final String NO_WORD = "The question holds no word to look for.";
  private static final String REBUILDING =
      "The index is being built, so not everything can be found yet.";

  private final ModelClient models;
  private final String model;
  private final Searches searches;
  private final Meters meters;

  /** Asks {@code model} for vectors of questions. */
  PassageAnswers(Bus bus, String model, Searches searches, Meters meters) {
    this.models = new ModelClient(bus);
    this.model = model;
    this.searches = searches;
    this.meters = meters;
  }

  Future<Hits> answer(SearchPassages asked) {
    long began = System.nanoTime();
    SearchPassages bounded = bounded(asked);
    return vector(bounded)
        .compose(vector -> {
          double embedMs = (System.nanoTime() - began) / 1e6;
          return searches
              .run(index -> new PassageSearcher().search(index, bounded, vector))
              .map(hits -> told(hits, bounded, embedMs));
        })
        .onSuccess(hits ->
            meters.record(
                "millrace_index_search",
                Duration.ofNanos(System.nanoTime() - began),
                "mode",
                hits.mode().name().toLowerCase(Locale.ROOT)));
  }

  private static SearchPassages bounded(SearchPassages asked) {
    return new SearchPassages(
        asked.asker(),
        asked.query(),
        asked.collections(),
        asked.mode(),
        Math.clamp(asked.limit(), 1, PassageSearcher.LIMIT_MAX),
        asked.filters(),
        asked.options());
  }

  private Future<Optional<QueryVector>> vector(SearchPassages asked) {
    String words = Question.of(asked.query()).plain();
    if (asked.mode() == Mode.KEYWORD || words.isBlank()) {
      return Future.succeededFuture(Optional.empty());
    }
    return models
        .ask(new Embed(model, List.of(words), TextKind.QUERY), EMBED_MAX)
        .map(answer -> Optional.of(new QueryVector(answer.model(), answer.rows().getFirst())))
        .recover(failure -> {
          LOG.debug("Searching without a vector: {}", failure.toString());
          return Future.succeededFuture(Optional.empty());
        });
  }

  private Hits told(Hits hits, SearchPassages asked, double embedMs) {
    boolean blank = Question.of(asked.query()).plain().isBlank();
    boolean less = asked.mode() != Mode.KEYWORD && hits.mode() == Mode.KEYWORD;
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
        tookMs);
  }
}
