package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.index.SearchSettings;
import io.millrace.tuning.TestRun.Answer;
import io.millrace.tuning.TestRun.Question;
import io.millrace.tuning.TestRun.Result;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * The runs of test sets. A future fails with {@code NotFound} where there is no such run or test
 * set or it is not the asker's.
 */
public interface TestRuns {
  /** The most runs of one test set; the oldest make room. */
  int RUNS_MAX = 100;

  /**
   * Begins the run of a task, or answers it as it stands when it has begun. Fails with {@code
   * Conflict} when the test set has no query that expects a document.
   */
  Future<TestRun> begin(Scope owner, NewRun run);

  /** What a run is to be. */
  record NewRun(String task, String testSet, String name, SearchSettings settings) {}

  /** The runs of a test set, newest first. */
  Future<List<TestRun>> list(Scope asker, String testSet);

  /** One run. */
  Future<TestRun> get(Scope asker, String id);

  /** Its queries, in order. */
  Future<List<Question>> questions(Scope asker, String id);

  /** Keeps answers by the ordinals of their queries. */
  Future<Void> keep(String id, Map<Integer, Answer> answers);

  /** Ends it, unless it has ended. */
  Future<Void> end(String id, Result result);

  /** Forgets it. */
  Future<Void> delete(Scope asker, String id);
}
