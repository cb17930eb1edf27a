package io.millrace.queue;

import io.vertx.core.Future;
import java.util.List;

/**
 * Holds what Redis keeps about live tasks against the tasks themselves and mends what contradicts
 * them. Scripts move tasks whole, so there should be nothing to mend; but people delete keys.
 */
public interface Reconciler {
  /**
   * Looks at everything once, in small portions with pauses between them, unless another process is
   * at it; completes with what was mended.
   */
  Future<List<Repair>> pass();

  /** One thing that was mended. */
  record Repair(Kind kind, String what) {}

  /** What was wrong. */
  enum Kind {
    /** A queued task was in no list. */
    QUEUED,
    /** A list of a tenant's tasks was not in its ring, so it was never its turn. */
    RING,
    /** A running task had no lease, so its loss would not have been noticed. */
    LEASE,
    /** A scheduled task had no due time. */
    SCHEDULED,
    /** A waiting task did not know how many of its children are open. */
    CHILDREN,
    /** An ended task was not on its way to the archive. */
    FINISHED,
    /** A dead task had no dead letter, or a dead letter no content. */
    DEAD_LETTER,
    /** The list of a tenant's live tasks lacked one, or had one that is gone. */
    LIVE,
    /** A count was wrong. */
    COUNT,
    /** A task lacks what nothing can restore; it is left as it is. */
    DAMAGED
  }
}
