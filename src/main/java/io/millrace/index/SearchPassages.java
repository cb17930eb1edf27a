package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks for passages.
 *
 * @param asker whose passages may be found
 * @param query the words people typed
 * @param collections names; empty for all of the asker's project
 * @param limit how many hits at most, 1 to 100
 */
public record SearchPassages(
    Scope asker,
    String query,
    List<String> collections,
    Mode mode,
    int limit,
    Filters filters,
    Options options)
    implements BusMessage {
  /** Where it is answered, by processes with the role {@code index}. */
  public static final Address<SearchPassages, Hits> ADDRESS =
      new Address<>("millrace.index.search-passages", SearchPassages.class, Hits.class);

  /** Copies the list. */
  public SearchPassages {
    collections = List.copyOf(collections);
  }

  /** Asks with {@link Options#DEFAULT}. */
  public SearchPassages(
      Scope asker, String query, List<String> collections, Mode mode, int limit, Filters filters) {
    this(asker, query, collections, mode, limit, filters, Options.DEFAULT);
  }

  /**
   * How the answer is made.
   *
   * @param passagesPerDocument how many passages of one document are answered at most, 1 to 10
   * @param fusion how both sides become one order
   * @param vectorWeight the share of the vector side of a hybrid search, 0 to 1; empty for what
   *     suits the question's language
   * @param rerank the cross-encoder that orders the best anew; empty for none, {@link
   *     #ANY_RERANKER} for the one that is declared
   * @param facets whether matches are counted by collection, type, language and tag
   * @param explain whether every hit says how its place came about
   */
  public record Options(
      int passagesPerDocument,
      Fusing fusion,
      Optional<Double> vectorWeight,
      Optional<String> rerank,
      boolean facets,
      boolean explain) {
    /** The first model of the catalogue that reranks. */
    public static final String ANY_RERANKER = "*";

    /** As people are answered who say nothing about it. */
    public static final Options DEFAULT =
        new Options(3, Fusing.SCORES, Optional.empty(), false, false);

    /** With the weight that suits the question's language. */
    public Options(
        int passagesPerDocument,
        Fusing fusion,
        Optional<String> rerank,
        boolean facets,
        boolean explain) {
      this(passagesPerDocument, fusion, Optional.empty(), rerank, facets, explain);
    }
  }

  /** How both sides become one order. */
  public enum Fusing {
    /** A weighted sum of scores on a common scale. */
    SCORES,
    /** A weighted sum of reciprocal ranks. */
    RANKS
  }

  /** Which sides of the search are asked. */
  public enum Mode {
    /** Both sides, fused. */
    HYBRID,
    /** BM25 alone. */
    KEYWORD,
    /** Vectors alone. */
    VECTOR
  }

  /**
   * Further conditions, applied inside both sides; an empty member does not restrict.
   *
   * @param languages codes of ISO 639-1, {@code und} for what could not be told
   * @param sources beginnings of the URLs that documents were fetched from
   * @param tags of documents, each of which has one of them at least
   * @param changedFrom the document's present version came then or later
   * @param changedTo it came then or earlier
   */
  public record Filters(
      List<String> documents,
      List<String> mediaTypes,
      List<String> languages,
      List<String> sources,
      List<String> tags,
      Optional<Instant> changedFrom,
      Optional<Instant> changedTo) {
    /** No condition. */
    public static final Filters NONE = new Filters(List.of(), List.of());

    /** Copies the lists. */
    public Filters {
      documents = List.copyOf(documents);
      mediaTypes = List.copyOf(mediaTypes);
      languages = List.copyOf(languages);
      sources = List.copyOf(sources);
      tags = List.copyOf(tags);
    }

    /** Conditions on documents and types alone. */
    public Filters(List<String> documents, List<String> mediaTypes) {
      this(
          documents,
          mediaTypes,
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty());
    }
  }

  /**
   * The answer.
   *
   * @param mode what was really asked: keyword when no model could embed the query, or need not
   * @param notice why less than what was asked for was done, for people
   * @param tookMs milliseconds spent, by part: {@code embed}, {@code search}, {@code fetch}, {@code
   *     rerank}
   * @param facets how many matches have each value, by facet; empty unless asked for
   * @param explanation how the order was made; only when asked for
   */
  public record Hits(
      List<Hit> hits,
      long total,
      Mode mode,
      Optional<String> notice,
      Map<String, Double> tookMs,
      Map<String, Map<String, Long>> facets,
      Optional<Explanation> explanation)
      implements BusMessage {
    /** Copies the collections. */
    public Hits {
      hits = List.copyOf(hits);
      tookMs = Map.copyOf(tookMs);
      facets = Map.copyOf(facets);
    }
  }

  /**
   * How an order was made.
   *
   * @param language of the question, {@code und} when it could not be told
   * @param vectorWeight the share of the vector side
   * @param path why a side was left out; empty when none was
   * @param candidates how many passages were compared
   * @param corrected words that no passage has, of which similar ones were looked for
   * @param model name and version of the model that read the question
   * @param reranker the model that ordered the best anew
   */
  public record Explanation(
      String language,
      double vectorWeight,
      Fusing fusion,
      Optional<String> path,
      int candidates,
      List<String> corrected,
      Optional<String> model,
      Optional<String> reranker) {
    /** Copies the list. */
    public Explanation {
      corrected = List.copyOf(corrected);
    }

    Explanation by(Optional<String> why) {
      return new Explanation(
          language, vectorWeight, fusion, why, candidates, corrected, model, reranker);
    }

    Explanation rerankedBy(String name) {
      return new Explanation(
          language, vectorWeight, fusion, path, candidates, corrected, model, Optional.of(name));
    }
  }

  /**
   * One passage that was found.
   *
   * @param documentTitle the document's own title, else its name
   * @param start offset of its first UTF-16 unit in the document's normalised text
   * @param end offset after its last
   * @param page page number from 1, or 0 where the format has none
   * @param heading the headings above it, outermost first, joined by {@code " › "}
   * @param language a code of ISO 639-1, {@code und} when it could not be told
   * @param source the URL the document was fetched from
   * @param highlights matched ranges within {@code text}, in order, not overlapping
   * @param scores every component: {@code fused}, {@code bm25}, {@code cosine}, {@code rerank}
   *     where present
   * @param words what each word of the question gave to {@code bm25}; only when explained
   */
  public record Hit(
      String passageId,
      String documentId,
      String documentName,
      String documentTitle,
      String collection,
      String mediaType,
      String language,
      Optional<String> source,
      int ordinal,
      int page,
      int start,
      int end,
      String heading,
      String text,
      List<Range> highlights,
      Map<String, Double> scores,
      Map<String, Double> words) {
    /** Copies the collections. */
    public Hit {
      highlights = List.copyOf(highlights);
      scores = Map.copyOf(scores);
      words = Map.copyOf(words);
    }

    Hit reranked(double score) {
      var more = new HashMap<>(scores);
      more.put("rerank", score);
      return new Hit(
          passageId,
          documentId,
          documentName,
          documentTitle,
          collection,
          mediaType,
          language,
          source,
          ordinal,
          page,
          start,
          end,
          heading,
          text,
          highlights,
          more,
          words);
    }
  }

  /** UTF-16 units from {@code start} to before {@code end}. */
  public record Range(int start, int end) {}
}
