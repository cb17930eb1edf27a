package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.millrace.sql.NamedRows;
import io.millrace.tuning.TestSet.NewQuery;
import io.millrace.tuning.TestSet.Plan;
import io.millrace.tuning.TestSet.Query;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/** The test sets in PostgreSQL. */
public final class PostgresTestSets implements TestSets {
  private static final NamedRows NAMES =
      new NamedRows("test_set", new NamedRows.Things("test set", "test sets"), SETS_MAX);
  private static final String INSERT =
      """
      INSERT INTO test_set (id, tenant, project, user_name, name, collection)
      VALUES ($1, $2, $3, $4, $5, $6)
      """;
  private static final String UPDATE =
      """
      UPDATE test_set SET name = $3, collection = $4, updated_at = now()
      WHERE id = $1 AND tenant = $2
      """;
  private static final String DELETE = "DELETE FROM test_set WHERE id = $1 AND tenant = $2";
  private static final String SELECT =
      """
      SELECT s.*, (SELECT count(*) FROM test_query q WHERE q.test_set_id = s.id) AS queries,
        (SELECT count(*) FROM test_query q JOIN test_expectation e ON e.query_id = q.id
           LEFT JOIN collection c
             ON c.tenant = s.tenant AND c.project = s.project AND c.name = e.collection
           LEFT JOIN document d ON d.collection_id = c.id AND d.name = e.document
         WHERE q.test_set_id = s.id AND d.id IS NULL) AS missing
      FROM test_set s
      """;
  private static final String GET = SELECT + " WHERE s.id = $1 AND s.tenant = $2";
  private static final String LIST =
      SELECT + " WHERE s.tenant = $1 AND s.project = $2 ORDER BY s.name";
  private static final String LOCK =
      "SELECT * FROM test_set WHERE id = $1 AND tenant = $2 FOR UPDATE";
  private static final String TOUCH = "UPDATE test_set SET updated_at = now() WHERE id = $1";
  private static final String REMOVE =
      """
      DELETE FROM test_query q USING test_set s
      WHERE q.id = $3 AND q.test_set_id = $1 AND s.id = q.test_set_id AND s.tenant = $2
      """;

  private final Database database;
  private final RandomGenerator random;

  /** Keeps test sets in {@code database}. */
  public PostgresTestSets(Database database, RandomGenerator random) {
    this.database = database;
    this.random = random;
  }

  @Override
  public Future<List<TestSet>> list(Scope asker) {
    return database
        .query(LIST, Tuple.of(asker.tenant(), asker.project()))
        .map(rows -> rows.stream().map(TestSetRows::testSet).toList());
  }

  @Override
  public Future<TestSet> create(Scope owner, Plan plan, List<NewQuery> queries) {
    String id = randomId();
    Tuple row = Tuple.of(id, owner.tenant(), owner.project(), owner.user(), plan.name());
    return database
        .transaction(transaction ->
            NAMES
                .freeForOneMore(transaction, owner, plan.name(), id)
                .compose(_ ->
                    transaction
                        .preparedQuery(INSERT)
                        .execute(row.addValue(plan.collection().orElse(null))))
                .compose(_ -> keep(transaction, owner, plan, id, queries)))
        .compose(_ -> get(owner, id));
  }

  @Override
  public Future<TestSet> get(Scope asker, String id) {
    return database
        .query(GET, Tuple.of(id, asker.tenant()))
        .map(rows -> TestSetRows.testSet(one(rows)));
  }

  @Override
  public Future<List<Query>> queries(Scope asker, String id) {
    return get(asker, id)
        .compose(_ -> database.query(TestSetRows.QUERIES, Tuple.of(id, asker.tenant())))
        .map(TestSetRows::queries);
  }

  @Override
  public Future<TestSet> update(Scope asker, String id, Plan plan) {
    return database
        .transaction(transaction ->
            locked(transaction, asker, id)
                .compose(
                    before -> NAMES.free(transaction, TestSetRows.owner(before), plan.name(), id))
                .compose(_ ->
                    transaction
                        .preparedQuery(UPDATE)
                        .execute(
                            Tuple.of(
                                id, asker.tenant(), plan.name(), plan.collection().orElse(null)))))
        .compose(_ -> get(asker, id));
  }

  @Override
  public Future<Void> delete(Scope asker, String id) {
    return database.query(DELETE, Tuple.of(id, asker.tenant())).map(PostgresTestSets::gone);
  }

  @Override
  public Future<List<Query>> add(Scope asker, String id, List<NewQuery> queries) {
    return database
        .transaction(transaction ->
            locked(transaction, asker, id)
                .compose(set ->
                    keep(transaction, TestSetRows.owner(set), TestSetRows.plan(set), id, queries)))
        .compose(texts ->
            queries(asker, id)
                .map(all -> all.stream().filter(one -> texts.contains(one.text())).toList()));
  }

  @Override
  public Future<Query> replace(Scope asker, String id, String queryId, NewQuery query) {
    return database
        .transaction(transaction ->
            locked(transaction, asker, id)
                .compose(set ->
                    new NewQueries(transaction, TestSetRows.owner(set), TestSetRows.plan(set), id)
                        .replace(queryId, query)))
        .compose(_ -> queries(asker, id))
        .map(all -> all.stream().filter(one -> one.id().equals(queryId)).findFirst().orElseThrow());
  }

  @Override
  public Future<Void> remove(Scope asker, String id, String queryId) {
    return database
        .query(REMOVE, Tuple.of(id, asker.tenant(), queryId))
        .map(PostgresTestSets::gone);
  }

  private Future<List<String>> keep(
      SqlConnection transaction, Scope owner, Plan plan, String id, List<NewQuery> queries) {
    return new NewQueries(transaction, owner, plan, id)
        .add(queries, queries.stream().map(_ -> randomId()).toList())
        .compose(texts -> transaction.preparedQuery(TOUCH).execute(Tuple.of(id)).map(texts));
  }

  private static Future<Row> locked(SqlConnection transaction, Scope asker, String id) {
    return transaction
        .preparedQuery(LOCK)
        .execute(Tuple.of(id, asker.tenant()))
        .map(PostgresTestSets::one);
  }

  private static Row one(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw new ProblemException(new Problem.NotFound("There is no such test set."));
    }
    return rows.iterator().next();
  }

  private static Void gone(RowSet<Row> rows) {
    if (rows.rowCount() == 0) {
      throw new ProblemException(new Problem.NotFound("There is no such thing to delete."));
    }
    return null;
  }

  private String randomId() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
