package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
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
   */
  public record Options(int passagesPerDocument) {
    /** As people are answered who say nothing about it. */
    public static final Options DEFAULT = new Options(3);
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

  /** Further conditions, applied inside both sides. */
  public record Filters(List<String> documents, List<String> mediaTypes) {
    /** No condition. */
    public static final Filters NONE = new Filters(List.of(), List.of());

    /** Copies the lists. */
    public Filters {
      documents = List.copyOf(documents);
      mediaTypes = List.copyOf(mediaTypes);
    }
  }

  /**
   * The answer.
   *
   * @param mode what was really asked: keyword when no model could embed the query
   * @param notice why less than what was asked for was done, for people
   * @param tookMs milliseconds spent, by part: {@code embed}, {@code search}, {@code fetch}
   */
  public record Hits(
      List<Hit> hits, long total, Mode mode, Optional<String> notice, Map<String, Double> tookMs)
      implements BusMessage {
    /** Copies the collections. */
    public Hits {
      hits = List.copyOf(hits);
      tookMs = Map.copyOf(tookMs);
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
   * @param highlights matched ranges within {@code text}, in order, not overlapping
   * @param scores every component: {@code fused}, {@code bm25}, {@code cosine} where present
   */
  public record Hit(
      String passageId,
      String documentId,
      String documentName,
      String documentTitle,
      String collection,
      String mediaType,
      int ordinal,
      int page,
      int start,
      int end,
      String heading,
      String text,
      List<Range> highlights,
      Map<String, Double> scores) {
    /** Copies the collections. */
    public Hit {
      highlights = List.copyOf(highlights);
      scores = Map.copyOf(scores);
    }
  }

  /** UTF-16 units from {@code start} to before {@code end}. */
  public record Range(int start, int end) {}
}
