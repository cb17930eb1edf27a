package io.millrace.source;

import java.nio.file.Path;
import java.util.Optional;

/** Reads one kind of place. Blocks; to be called on a virtual thread. */
interface Connector {
  /**
   * Shows everything that is there to {@code visitor}, in any order, until it has seen enough.
   *
   * @return whether all was shown
   * @throws io.millrace.problem.ProblemException when it cannot be listed whole; then nothing can
   *     be said of what was not shown
   */
  boolean list(Visitor visitor);

  /**
   * Writes one item to the new file {@code to}.
   *
   * @param known the version that was read last
   * @throws io.millrace.problem.ProblemException when this one cannot be read
   */
  Content read(Item item, Optional<String> known, Path to);

  /** Sees items, and says whether it wants more. */
  @FunctionalInterface
  interface Visitor {
    /** Whether there may be more. */
    boolean visit(Item item);
  }

  /**
   * Something that may become a document.
   *
   * @param key names it within its source, folders divided by slashes
   * @param version differs when the content does; empty when only reading tells
   */
  record Item(String key, Optional<String> version) {}

  /** What reading brought. */
  sealed interface Content {
    /**
     * Its bytes are in the file.
     *
     * @param uri where it came from
     * @param name what the document is called
     */
    record Bytes(String uri, String name, Optional<String> mediaType, String version)
        implements Content {}

    /** It is as it was when it was read last. */
    record Unchanged() implements Content {}

    /** It is not there. */
    record Gone() implements Content {}
  }
}
