package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Brings one file or page into its collection: fetch where it is a page, extract, chunk, embed, and
 * one transaction. The document is wholly in its new version afterwards or still in its old one;
 * running it again is harmless.
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
   * What to do.
   *
   * @param task the task that asks
   * @param again whether to do it although it was done already
   */
  record Request(String task, Subject subject, boolean again) {
    /** What to do unless it was done already. */
    public Request(String task, Subject subject) {
      this(task, subject, false);
    }
  }

  /** What to bring in. */
  sealed interface Subject {
    /** A document that {@link Documents#register} gave this id. */
    record Registered(String document) implements Subject {}

    /** What search shows of a document, for another generation of the index. */
    record Shown(String document, long generation) implements Subject {}

    /** Bytes that the tenant has in some collection already. */
    record Stored(String artifact, String collection, Optional<String> name, List<String> tags)
        implements Subject {}

    /** Whatever a URL answers; without {@code name} it is called as its host calls it. */
    record Page(String url, String collection, Optional<String> name, List<String> tags)
        implements Subject {}
  }

  /** Hears how far it is. */
  interface Progress {
    /**
     * {@code done} of {@code total} in stage {@code fetch}, {@code extract}, {@code chunk}, {@code
     * embed}...
     */
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
