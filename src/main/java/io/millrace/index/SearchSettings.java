package io.millrace.index;

import io.millrace.index.SearchPassages.Fusing;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchPassages.Options;
import java.util.Optional;

/**
 * What of a search people tune: everything that changes its order, and nothing else.
 *
 * @param vectorWeight the share of the vector side, 0 to 1; empty for what suits the language of
 *     each question
 * @param rerank the cross-encoder that orders the best anew; {@link Options#ANY_RERANKER} for the
 *     one that is declared
 */
public record SearchSettings(
    Mode mode, Fusing fusion, Optional<Double> vectorWeight, Optional<String> rerank) {
  /** Where nobody said otherwise. */
  public static final SearchSettings USUAL =
      new SearchSettings(
          Mode.HYBRID,
          Options.DEFAULT.fusion(),
          Options.DEFAULT.vectorWeight(),
          Options.DEFAULT.rerank());
}
