package io.millrace.index;

import java.util.Locale;
import java.util.Optional;

/**
 * How one index stands.
 *
 * @param name {@code passages} or {@code tasks}
 * @param behind changes committed to the database that searches do not see yet
 * @param documents entries in the index
 * @param seen the number of the last change that searches see, 0 before
 * @param trouble why it does not move on, for operators
 */
public record IndexStatus(
    String name, Phase phase, long behind, long documents, long seen, Optional<String> trouble) {
  /** What an index is doing. */
  public enum Phase {
    /** Not open yet; nothing is found. */
    OPENING,
    /** Being built from the database; not everything is found. */
    REBUILDING,
    /** Following the change log. */
    FOLLOWING,
    /** Something failed; it tries again soon. What was indexed may still be found. */
    BACKING_OFF
  }

  /** Whether searches see everything but the newest changes. */
  public boolean ready() {
    return phase == Phase.FOLLOWING;
  }

  /** The same for an operator to read. */
  String sentence() {
    String what = phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return "%s: %s, %d behind, %d entries%s"
        .formatted(name, what, behind, documents, trouble.map(why -> " (" + why + ")").orElse(""));
  }
}
