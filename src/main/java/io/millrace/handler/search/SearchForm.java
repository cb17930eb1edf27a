package io.millrace.handler.search;

import io.millrace.access.Scope;
import io.millrace.handler.Input;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchPassages.Explanation;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Fusing;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchPassages.Options;
import io.millrace.index.SearchSettings;
import io.millrace.problem.ProblemException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A search as JSON: one form for {@code POST /api/v1/search} and for tasks. */
public final class SearchForm {
  private static final int LIMIT = 10;
  private static final int LIMIT_MAX = 100;
  private static final int PASSAGES_PER_DOCUMENT_MAX = 10;

  private SearchForm() {}

  /** The collections that a question names; none means all. */
  public static List<String> collections(Input body) {
    return body.texts("collections");
  }

  /**
   * Reads a question; its schema was checked at the edge, but not for tasks of schedules.
   *
   * @param unsaid what holds where the question does not say otherwise
   * @throws ProblemException {@code Invalid} with a pointer
   */
  public static SearchPassages read(Scope asker, Input body, SearchSettings unsaid) {
    String query = body.text("query");
    if (query.isBlank()) {
      throw body.refused("query", "must not be blank");
    }
    SearchSettings settings = settings(body, unsaid);
    return new SearchPassages(
        asker,
        query,
        collections(body),
        settings.mode(),
        body.number("limit", LIMIT, 1, LIMIT_MAX),
        filters(body.object("filters")),
        options(body, settings));
  }

  /**
   * Reads what of a search people tune.
   *
   * @param unsaid what holds where the body does not say otherwise
   * @throws ProblemException {@code Invalid} with a pointer
   */
  public static SearchSettings settings(Input body, SearchSettings unsaid) {
    Optional<Double> weight =
        body.has("vectorWeight")
            ? Optional.ofNullable(body.value("vectorWeight"))
                .map(_ -> body.decimal("vectorWeight", 0, 0, 1))
            : unsaid.vectorWeight();
    Optional<String> reranker =
        switch (body.value("rerank")) {
          case null -> unsaid.rerank();
          case Boolean any -> any ? Optional.of(Options.ANY_RERANKER) : Optional.empty();
          case String model -> Optional.of(model);
          default -> throw body.refused("rerank", "must be true, false or the name of a model");
        };
    return new SearchSettings(
        choice(body, "mode", Mode.values(), unsaid.mode()),
        choice(body, "fusion", Fusing.values(), unsaid.fusion()),
        weight,
        reranker);
  }

  /** Writes what {@link #settings} reads. */
  public static JsonObject write(SearchSettings settings) {
    var view =
        new JsonObject()
            .put("mode", label(settings.mode()))
            .put("fusion", label(settings.fusion()))
            .put("vectorWeight", settings.vectorWeight().orElse(null));
    Object rerank =
        settings
            .rerank()
            .<Object>map(name -> name.equals(Options.ANY_RERANKER) ? true : name)
            .orElse(false);
    return view.put("rerank", rerank);
  }

  private static Filters filters(Input filters) {
    Optional<Instant> from = time(filters, "changedFrom");
    Optional<Instant> to = time(filters, "changedTo");
    if (from.isPresent() && to.isPresent() && from.get().isAfter(to.get())) {
      throw filters.refused("changedTo", "must not be before changedFrom");
    }
    return new Filters(
        filters.texts("documents"),
        filters.texts("mediaTypes"),
        filters.texts("languages"),
        filters.texts("sources"),
        filters.texts("tags"),
        from,
        to);
  }

  private static Options options(Input body, SearchSettings settings) {
    Options usual = Options.DEFAULT;
    return new Options(
        body.number(
            "passagesPerDocument", usual.passagesPerDocument(), 1, PASSAGES_PER_DOCUMENT_MAX),
        settings.fusion(),
        settings.vectorWeight(),
        settings.rerank(),
        body.flag("facets", usual.facets()),
        body.flag("explain", usual.explain()));
  }

  private static Optional<Instant> time(Input filters, String name) {
    try {
      return filters.optionalText(name).map(text -> OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw filters.refused(name, "must be a time such as 2026-01-31T00:00:00Z");
    }
  }

  private static <E extends Enum<E>> E choice(Input body, String name, E[] all, E byDefault) {
    Optional<String> said = body.optionalText(name);
    return said.isEmpty()
        ? byDefault
        : Arrays.stream(all)
            .filter(one -> label(one).equals(said.get()))
            .findFirst()
            .orElseThrow(() ->
                body.refused(
                    name,
                    "must be one of "
                        + Arrays.stream(all)
                            .map(SearchForm::label)
                            .collect(Collectors.joining(", "))));
  }

  /** Writes an answer. */
  public static JsonObject write(Hits found) {
    var hits = new JsonArray();
    found.hits().forEach(hit -> hits.add(write(hit)));
    var body =
        new JsonObject()
            .put("hits", hits)
            .put("total", found.total())
            .put("mode", label(found.mode()))
            .put("tookMs", numbers(found.tookMs()));
    found.notice().ifPresent(notice -> body.put("notice", notice));
    if (!found.facets().isEmpty()) {
      body.put("facets", facets(found.facets()));
    }
    found.explanation().ifPresent(explanation -> body.put("explanation", write(explanation)));
    return body;
  }

  private static JsonObject write(Hit hit) {
    var highlights = new JsonArray();
    hit.highlights()
        .forEach(range ->
            highlights.add(new JsonObject().put("start", range.start()).put("end", range.end())));
    var view =
        new JsonObject()
            .put("passageId", hit.passageId())
            .put("documentId", hit.documentId())
            .put("documentName", hit.documentName())
            .put("documentTitle", hit.documentTitle())
            .put("collection", hit.collection())
            .put("mediaType", hit.mediaType())
            .put("language", hit.language())
            .put("ordinal", hit.ordinal())
            .put("start", hit.start())
            .put("end", hit.end())
            .put("heading", hit.heading())
            .put("text", hit.text())
            .put("highlights", highlights)
            .put("scores", numbers(hit.scores()));
    hit.source().ifPresent(source -> view.put("source", source));
    if (hit.page() > 0) {
      view.put("page", hit.page());
    }
    if (!hit.words().isEmpty()) {
      view.put("words", numbers(hit.words()));
    }
    return view;
  }

  private static JsonObject write(Explanation explanation) {
    var view =
        new JsonObject()
            .put("language", explanation.language())
            .put("vectorWeight", explanation.vectorWeight())
            .put("fusion", label(explanation.fusion()))
            .put("candidates", explanation.candidates())
            .put("corrected", new JsonArray(explanation.corrected()));
    explanation.path().ifPresent(path -> view.put("path", path));
    explanation.model().ifPresent(model -> view.put("model", model));
    explanation.reranker().ifPresent(model -> view.put("reranker", model));
    return view;
  }

  private static JsonObject facets(Map<String, Map<String, Long>> facets) {
    var view = new JsonObject();
    facets.forEach((name, counts) -> {
      var values = new JsonArray();
      counts.entrySet().stream()
          .sorted(
              Map.Entry.<String, Long>comparingByValue()
                  .reversed()
                  .thenComparing(Map.Entry.comparingByKey()))
          .forEach(entry ->
              values.add(
                  new JsonObject().put("value", entry.getKey()).put("count", entry.getValue())));
      view.put(name, values);
    });
    return view;
  }

  private static JsonObject numbers(Map<String, Double> numbers) {
    var view = new JsonObject();
    numbers.forEach(view::put);
    return view;
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
