package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.index.PassageSearcher.QueryVector;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.search.IndexSearcher;

/**
 * The search over passages called directly: no HTTP, no bus, no model, no thread but the caller's.
 */
public final class DirectSearch {
  private final PassageSearcher passages;
  private final IndexSearcher index;
  private final String model;
  private final int limit;

  /**
   * Searches what {@code index} shows.
   *
   * @param model name and version of the model whose vectors are compared
   * @param limit of hits
   */
  public DirectSearch(IndexSearcher index, String model, int limit) {
    this.passages = new PassageSearcher(new SearchModel(model, Set.of("en"), Optional.empty()));
    this.index = index;
    this.model = model;
    this.limit = limit;
  }

  /** How many characters of hits were marked. */
  public int search(String mode, String question, float[] vector) throws IOException {
    var asked =
        new SearchPassages(
            Scope.DEFAULT,
            question,
            List.of(),
            Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
            limit,
            Filters.NONE);
    Hits found = passages.search(index, asked, Optional.of(new QueryVector(model, vector)));
    return found.hits().stream().mapToInt(DirectSearch::marked).sum();
  }

  private static int marked(Hit hit) {
    return hit.highlights().stream().mapToInt(range -> range.end() - range.start()).sum();
  }
}
