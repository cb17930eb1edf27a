package io.millrace.index;

import io.millrace.changelog.ChangeLog.Change;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What one index is made of. Called on the index's writer thread, so it may wait for the database.
 */
interface Content {
  /** Whether {@code change} touches this index at all. */
  boolean concerns(Change change);

  /** Makes what {@code changes} name as it is now; repeating that changes nothing. */
  void apply(IndexStore store, List<Change> changes) throws IOException;

  /**
   * Writes the next portion of everything there is.
   *
   * @param cursor what the portion before answered; empty for the first
   * @return where the next portion begins; empty when this was the last
   */
  Optional<String> rebuild(IndexStore store, Optional<String> cursor) throws IOException;

  /** Told when searches see what was applied. */
  default void shown() {}

  /** Told when searches see, or may soon see, something else altogether. */
  default void shownAnew() {}

  /** Called with every step while the change log is followed: writes what is in no log. */
  default void tend(IndexStore store) throws IOException {}

  /** Told when an index was opened or built anew, so that what is in no log can be added again. */
  default void renewed() {}
}
