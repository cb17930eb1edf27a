package io.millrace.changelog;

import io.vertx.core.Future;
import java.util.List;

/**
 * The ordered log of committed changes. Numbers are commit order: whoever has read up to {@code n}
 * has missed nothing that was committed before. An entry names what changed; a reader then looks at
 * the current rows, so reading an entry twice is harmless.
 */
public interface ChangeLog {
  /** The newest number, and the identity of the database it counts in. */
  Future<Position> head();

  /**
   * The smallest number that is still kept, {@code head + 1} when none is. A reader that stands
   * before {@code oldest - 1} has lost entries and rebuilds.
   */
  Future<Long> oldest();

  /**
   * Changes numbered above {@code n}, in order. Changes of one transaction share a number and are
   * never split, so the answer may hold more than {@code limit} by one transaction's worth.
   */
  Future<List<Change>> after(long n, int limit);

  /**
   * Calls {@code onNews} whenever the head may have moved: once soon after subscribing, after each
   * reconnection, and after each announced commit. A hint: the truth is {@link #after}.
   */
  Watch watch(Runnable onNews);

  /**
   * A place in the log.
   *
   * @param epoch the identity of the database: a position under another epoch means nothing here
   * @param n the number of the last change, 0 before the first
   */
  record Position(String epoch, long n) {}

  /**
   * One changed entity.
   *
   * @param n the number of the transaction
   * @param entityId a document's id, a task's id or a generation's
   */
  record Change(long n, Kind kind, String entityId, String tenant) {}

  /** What kind of entity changed. */
  enum Kind {
    /** A document and all its passages; gone when there is no such row. */
    DOCUMENT,
    /** An archived task; gone when there is no such row. */
    TASK,
    /** A generation of the index: begun, switched to or dropped. Of no tenant. */
    GENERATION
  }

  /** A reader's place; closing it twice is fine. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
