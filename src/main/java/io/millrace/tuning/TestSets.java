package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.tuning.TestSet.NewQuery;
import io.millrace.tuning.TestSet.Plan;
import io.millrace.tuning.TestSet.Query;
import io.vertx.core.Future;
import java.util.List;

/**
 * The test sets. A future fails with {@code NotFound} where there is no such test set or query or
 * it is not the asker's, with {@code Conflict} where a name is taken or there are too many, and
 * with {@code Invalid} where an expected document is named that cannot be; pointers lead into the
 * list of queries, such as {@code /3/expected/0/documentId}.
 */
public interface TestSets {
  /** The most test sets of one tenant. */
  int SETS_MAX = 200;

  /** The most queries of one test set. */
  int QUERIES_MAX = 2_000;

  /** The most expected documents of one query. */
  int EXPECTED_MAX = 100;

  /** All of the asker's project, by name. */
  Future<List<TestSet>> list(Scope asker);

  /** Keeps a new one. */
  Future<TestSet> create(Scope owner, Plan plan, List<NewQuery> queries);

  /** One test set. */
  Future<TestSet> get(Scope asker, String id);

  /** All its queries, in the order they were added. */
  Future<List<Query>> queries(Scope asker, String id);

  /** Puts {@code plan} in place of what it was. */
  Future<TestSet> update(Scope asker, String id, Plan plan);

  /** Forgets it with its queries and runs. */
  Future<Void> delete(Scope asker, String id);

  /** Adds queries; of one that is there already, what it expects is added. */
  Future<List<Query>> add(Scope asker, String id, List<NewQuery> queries);

  /** Puts {@code query} in place of what a query was. */
  Future<Query> replace(Scope asker, String id, String queryId, NewQuery query);

  /** Forgets a query. */
  Future<Void> remove(Scope asker, String id, String queryId);
}
