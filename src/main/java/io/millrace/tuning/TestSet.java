package io.millrace.tuning;

import io.millrace.access.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Queries with the documents that people expect, as they stand at one moment.
 *
 * @param queries how many it has
 * @param missing how many expected documents are not there
 */
public record TestSet(
    String id,
    Scope owner,
    Plan plan,
    long queries,
    long missing,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * What people say of a test set.
   *
   * @param name unique within a project
   * @param collection where its queries are asked; empty for all of the project
   */
  public record Plan(String name, Optional<String> collection) {}

  /** One query of a test set, with the documents expected most first. */
  public record Query(String id, String text, List<Expected> expected) {
    /** Copies the list. */
    public Query {
      expected = List.copyOf(expected);
    }
  }

  /**
   * A document that a query should find.
   *
   * @param grade how relevant it is, from 1
   * @param documentId empty while there is no such document
   */
  public record Expected(
      String collection, String document, int grade, Optional<String> documentId) {}

  /** A query that people write down. */
  public record NewQuery(String text, List<NewExpected> expected) {
    /** Copies the list. */
    public NewQuery {
      expected = List.copyOf(expected);
    }
  }

  /** A document that people name. */
  public sealed interface NewExpected {
    /** How relevant it is, from 1. */
    int grade();

    /** By its id: it must be there. */
    record ById(String documentId, int grade) implements NewExpected {}

    /** By its name, in the collection of the test set where none is said; it may come later. */
    record ByName(Optional<String> collection, String document, int grade) implements NewExpected {}
  }
}
