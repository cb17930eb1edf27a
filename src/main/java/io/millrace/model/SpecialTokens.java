package io.millrace.model;

import java.util.Optional;
import java.util.Set;

/**
 * Token ids with a meaning of their own.
 *
 * @param begin what a text begins with
 * @param ends each ends what a model writes
 * @param padding what fills the shorter texts of a batch
 */
public record SpecialTokens(Optional<Long> begin, Set<Long> ends, Optional<Long> padding) {
  /** Copies the set. */
  public SpecialTokens {
    ends = Set.copyOf(ends);
  }

  /** None is known. */
  public static final SpecialTokens NONE =
      new SpecialTokens(Optional.empty(), Set.of(), Optional.empty());
}
