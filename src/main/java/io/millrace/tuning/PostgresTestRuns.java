package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.index.SearchSettings;
import io.millrace.json.Json;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.millrace.tuning.TestRun.Answer;
import io.millrace.tuning.TestRun.Judged;
import io.millrace.tuning.TestRun.Question;
import io.millrace.tuning.TestRun.Result;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The runs of test sets in PostgreSQL. */
public final class PostgresTestRuns implements TestRuns {
  private static final String BEGIN =
      """
      INSERT INTO test_run (id, test_set_id, tenant, project, user_name, name, collection, settings)
      SELECT $1, s.id, s.tenant, s.project, $4, $5, s.collection, $6
      FROM test_set s WHERE s.id = $2 AND s.tenant = $3
      ON CONFLICT (id) DO NOTHING
      """;
  private static final String COPY_QUERIES =
      """
      INSERT INTO test_run_query (run_id, ordinal, query, expected)
      SELECT $1, row_number() OVER (ORDER BY q.added) - 1, q.query, json_agg(
          json_build_object('collection', e.collection, 'document', e.document, 'grade', e.grade)
          ORDER BY e.grade DESC, e.collection, e.document)::text
      FROM test_query q JOIN test_expectation e ON e.query_id = q.id
      WHERE q.test_set_id = $2 GROUP BY q.id
      """;
  private static final String MAKE_ROOM =
      """
      DELETE FROM test_run WHERE test_set_id = $1 AND id NOT IN (
        SELECT id FROM test_run WHERE test_set_id = $1 ORDER BY started_at DESC LIMIT $2)
      """;
  private static final String SELECT =
      """
      SELECT r.*, n.queries, n.answered FROM test_run r, LATERAL (
        SELECT count(*) AS queries, count(q.answer) AS answered
        FROM test_run_query q WHERE q.run_id = r.id) n
      """;
  private static final String GET = SELECT + " WHERE r.id = $1 AND r.tenant = $2";
  private static final String LIST =
      SELECT + " WHERE r.test_set_id = $1 AND r.tenant = $2 ORDER BY r.started_at DESC, r.id DESC";
  private static final String HAS_SET = "SELECT 1 FROM test_set WHERE id = $1 AND tenant = $2";
  private static final String QUESTIONS =
      """
      SELECT q.ordinal, q.query, q.expected, q.answer
      FROM test_run_query q JOIN test_run r ON r.id = q.run_id
      WHERE r.id = $1 AND r.tenant = $2 ORDER BY q.ordinal
      """;
  private static final String KEEP =
      "UPDATE test_run_query SET answer = $3 WHERE run_id = $1 AND ordinal = $2";
  private static final String END =
      """
      UPDATE test_run SET result = $2, ended_at = now() WHERE id = $1 AND ended_at IS NULL
      """;
  private static final String DELETE = "DELETE FROM test_run WHERE id = $1 AND tenant = $2";

  private final Database database;

  /** Keeps runs in {@code database}. */
  public PostgresTestRuns(Database database) {
    this.database = database;
  }

  @Override
  public Future<TestRun> begin(Scope owner, NewRun run) {
    Tuple row =
        Tuple.of(
            run.task(),
            run.testSet(),
            owner.tenant(),
            owner.user(),
            run.name(),
            Json.write(run.settings()));
    return database
        .transaction(transaction ->
            transaction
                .preparedQuery(BEGIN)
                .execute(row)
                .compose(begun ->
                    begun.rowCount() == 1
                        ? copyQueries(transaction, run)
                        : Future.succeededFuture()))
        .compose(_ -> get(owner, run.task()));
  }

  private static Future<Void> copyQueries(SqlConnection transaction, NewRun run) {
    return transaction
        .preparedQuery(COPY_QUERIES)
        .execute(Tuple.of(run.task(), run.testSet()))
        .compose(copied ->
            copied.rowCount() == 0
                ? Future.failedFuture(
                    new ProblemException(
                        new Problem.Conflict(
                            "The test set has no query that expects a document yet.")))
                : transaction
                    .preparedQuery(MAKE_ROOM)
                    .execute(Tuple.of(run.testSet(), RUNS_MAX))
                    .mapEmpty());
  }

  @Override
  public Future<List<TestRun>> list(Scope asker, String testSet) {
    Tuple key = Tuple.of(testSet, asker.tenant());
    return database
        .query(HAS_SET, key)
        .map(rows -> one(rows, "There is no such test set."))
        .compose(_ -> database.query(LIST, key))
        .map(rows -> rows.stream().map(PostgresTestRuns::run).toList());
  }

  @Override
  public Future<TestRun> get(Scope asker, String id) {
    return database
        .query(GET, Tuple.of(id, asker.tenant()))
        .map(rows -> run(one(rows, "There is no such run.")));
  }

  @Override
  public Future<List<Question>> questions(Scope asker, String id) {
    return database
        .query(QUESTIONS, Tuple.of(id, asker.tenant()))
        .map(rows -> rows.stream().map(PostgresTestRuns::question).toList());
  }

  @Override
  public Future<Void> keep(String id, Map<Integer, Answer> answers) {
    List<Tuple> rows =
        answers.entrySet().stream()
            .map(answer -> Tuple.of(id, answer.getKey(), Json.write(answer.getValue())))
            .toList();
    return database.batch(KEEP, rows).mapEmpty();
  }

  @Override
  public Future<Void> end(String id, Result result) {
    return database.query(END, Tuple.of(id, Json.write(result))).mapEmpty();
  }

  @Override
  public Future<Void> delete(Scope asker, String id) {
    return database
        .query(DELETE, Tuple.of(id, asker.tenant()))
        .map(rows -> {
          if (rows.rowCount() == 0) {
            throw new ProblemException(new Problem.NotFound("There is no such run."));
          }
          return null;
        });
  }

  private static TestRun run(Row row) {
    return new TestRun(
        row.getString("id"),
        row.getString("test_set_id"),
        TestSetRows.owner(row),
        row.getString("name"),
        Optional.ofNullable(row.getString("collection")),
        Json.read(row.getString("settings"), SearchSettings.class),
        row.getInteger("queries"),
        row.getInteger("answered"),
        row.getOffsetDateTime("started_at").toInstant(),
        Optional.ofNullable(row.getOffsetDateTime("ended_at")).map(OffsetDateTime::toInstant),
        Optional.ofNullable(row.getString("result")).map(json -> Json.read(json, Result.class)));
  }

  private static Question question(Row row) {
    return new Question(
        row.getInteger("ordinal"),
        row.getString("query"),
        List.of(Json.read(row.getString("expected"), Judged[].class)),
        Optional.ofNullable(row.getString("answer")).map(json -> Json.read(json, Answer.class)));
  }

  private static Row one(RowSet<Row> rows, String otherwise) {
    if (rows.size() == 0) {
      throw new ProblemException(new Problem.NotFound(otherwise));
    }
    return rows.iterator().next();
  }
}
