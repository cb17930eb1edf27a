package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Brings one stored file into its collection: extract, chunk, embed, and one transaction. The
 * document is wholly in its new version afterwards or still in its old one; running it again is
 * harmless.
 */
public interface Ingest {
  /**
   * Blocks until done; to be called on a virtual thread of Vert.x.
   *
   * @param owner who asked; document and artifact must be of this tenant
   * @param stopping asked between pieces of work; the run ends with {@link Ended.Stopped} soon
   *     after it turns true
   */
  Ended run(Scope owner, Request request, Progress progress, BooleanSupplier stopping);

  /**
   * What to bring in: a registered document, or else an artifact that the tenant has in some
   * collection already.
   *
   * @param task the task that asks
   * @param model the name of the model that embeds the passages
   * @param document the id that {@link Documents#register} gave
   * @param artifact the bytes, when no document is named
   * @param collection where to, when no document is named
   * @param name what to call it, when no document is named
   */
  record Request(
      String task,
      String model,
      Optional<String> document,
      Optional<String> artifact,
      Optional<String> collection,
      Optional<String> name) {}

  /** Hears how far it is. */
  interface Progress {
    /** {@code done} of {@code total} in stage {@code extract}, {@code chunk}, {@code embed}... */
    void at(String stage, long done, long total);
  }

  /** How a run ended. */
  sealed interface Ended {
    /** It is searchable. */
    record Done(
        String document,
        String collection,
        String title,
        String mediaType,
        int version,
        int passages,
        int characters)
        implements Ended {}

    /** It could not; the document says so too. */
    record Refused(Problem problem) implements Ended {}

    /** It was asked to stop. */
    record Stopped() implements Ended {}
  }
}
