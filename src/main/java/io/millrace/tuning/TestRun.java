package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.index.SearchSettings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One measurement of the search with the queries of a test set as they were when it began.
 *
 * @param id the id of its task
 * @param name what people call it
 * @param collection where the queries are asked; empty for all of the project
 * @param settings what was tried
 * @param queries how many are asked
 * @param answered how many were asked so far
 * @param result once all were
 */
public record TestRun(
    String id,
    String testSet,
    Scope owner,
    String name,
    Optional<String> collection,
    SearchSettings settings,
    int queries,
    int answered,
    Instant startedAt,
    Optional<Instant> endedAt,
    Optional<Result> result) {

  /**
   * What came of it.
   *
   * @param figures the mean over all queries
   * @param models that took part, by name and version
   * @param limited how many queries were answered with less than was asked for
   * @param notice why, for people
   */
  public record Result(Figures figures, List<String> models, int limited, Optional<String> notice) {
    /** Copies the list. */
    public Result {
      models = List.copyOf(models);
    }
  }

  /** One query of a run; without an answer until it was asked. */
  public record Question(int ordinal, String text, List<Judged> expected, Optional<Answer> answer) {
    /** Copies the list. */
    public Question {
      expected = List.copyOf(expected);
    }

    /** How good the answer is; all 0 without one. */
    public Figures figures() {
      List<Integer> grades = expected.stream().map(Judged::grade).toList();
      return Figures.of(
          grades, answer.map(Answer::ranks).orElseGet(() -> grades.stream().map(_ -> 0).toList()));
    }
  }

  /** A document that a query should find, and how relevant it is. */
  public record Judged(String collection, String document, int grade) {}

  /**
   * What a query found.
   *
   * @param ranks where each expected document was found, from 1; 0 where it was not
   * @param top the first few documents
   * @param models that took part, by name and version
   * @param notice why less than what was asked for was done
   */
  public record Answer(
      List<Integer> ranks, List<Top> top, List<String> models, Optional<String> notice) {
    /** Copies the lists. */
    public Answer {
      ranks = List.copyOf(ranks);
      top = List.copyOf(top);
      models = List.copyOf(models);
    }
  }

  /** A document that was found. */
  public record Top(String documentId, String collection, String document) {}
}
