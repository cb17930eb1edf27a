package io.millrace.document;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One complete index of all documents under one model and chunker.
 *
 * @param model a name of the catalogue; empty where only words are compared
 * @param chunker the version of the rules by which texts are cut
 * @param switchWhenComplete whether it becomes the live one by itself, once no document is missing
 * @param unfinished whether documents may lack an edition although it is live
 * @param liveFrom the place in the change log from which on it is, or last was, the live one
 * @param switchedAt when it last became the live one
 */
public record Generation(
    long id,
    String model,
    int chunker,
    State state,
    boolean switchWhenComplete,
    boolean unfinished,
    Optional<Long> liveFrom,
    Instant createdAt,
    Optional<Instant> switchedAt) {
  /** Whether a model reads questions and passages. */
  public boolean hasModel() {
    return !model.isEmpty();
  }

  /** What a generation is to searches. */
  public enum State {
    /** Being made beside the live one; nobody searches it. */
    BUILDING,
    /** The one that is searched, and that new documents are brought into. */
    LIVE,
    /** It was the live one and is kept, so that it can be again. */
    PREVIOUS,
    /** What is left of it is being deleted. */
    DROPPING;

    /** The name used in columns and bodies: lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State ofLabel(String label) {
      return Arrays.stream(values())
          .filter(state -> state.label().equals(label))
          .findFirst()
          .orElseThrow();
    }
  }
}
