package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.tuning.TestSet.NewExpected;
import io.millrace.tuning.TestSet.NewExpected.ById;
import io.millrace.tuning.TestSet.NewExpected.ByName;
import io.millrace.tuning.TestSet.NewQuery;
import io.millrace.tuning.TestSet.Plan;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Queries on their way into a test set, within one transaction. */
final class NewQueries {
  private static final String DOCUMENTS =
      """
      SELECT d.id, c.name AS collection, d.name FROM document d
      JOIN collection c ON c.id = d.collection_id
      WHERE d.tenant = $1 AND d.project = $2 AND d.id = ANY($3)
      """;
  private static final String INSERT_QUERIES =
      """
      INSERT INTO test_query (id, test_set_id, query)
      SELECT t.id, $1, t.query FROM unnest($2::text[], $3::text[]) WITH ORDINALITY t (id, query, n)
      ORDER BY t.n
      ON CONFLICT (test_set_id, md5(query)) DO NOTHING
      """;
  private static final String INSERT_EXPECTED =
      """
      INSERT INTO test_expectation (query_id, collection, document, grade)
      SELECT q.id, t.collection, t.document, t.grade
      FROM unnest($2::text[], $3::text[], $4::text[], $5::int[]) t (query, collection, document, grade)
      JOIN test_query q ON q.test_set_id = $1 AND md5(q.query) = md5(t.query)
      ON CONFLICT (query_id, collection, document) DO UPDATE SET grade = excluded.grade
      """;
  private static final String COUNT =
      """
      SELECT (SELECT count(*) FROM test_query WHERE test_set_id = $1) AS queries,
        (SELECT coalesce(max(n), 0) FROM (
           SELECT count(*) AS n FROM test_query q JOIN test_expectation e ON e.query_id = q.id
           WHERE q.test_set_id = $1 GROUP BY q.id) per_query) AS expected
      """;
  private static final String TAKEN =
      """
      SELECT 1 FROM test_query WHERE test_set_id = $1 AND md5(query) = md5($3) AND id <> $2
      """;
  private static final String RENAME =
      "UPDATE test_query SET query = $3 WHERE test_set_id = $1 AND id = $2";
  private static final String FORGET = "DELETE FROM test_expectation WHERE query_id = $1";

  private final SqlConnection transaction;
  private final Scope owner;
  private final Plan plan;
  private final String set;

  NewQueries(SqlConnection transaction, Scope owner, Plan plan, String set) {
    this.transaction = transaction;
    this.owner = owner;
    this.plan = plan;
    this.set = set;
  }

  /** The one document that an expectation names. */
  private record Place(String collection, String document) {}

  /** Adds them under {@code ids}, and answers their texts as they are kept. */
  Future<List<String>> add(List<NewQuery> queries, List<String> ids) {
    return resolved(queries)
        .compose(all -> {
          var texts = List.copyOf(all.keySet());
          return transaction
              .preparedQuery(INSERT_QUERIES)
              .execute(
                  Tuple.of(
                      set,
                      ids.subList(0, texts.size()).toArray(String[]::new),
                      texts.toArray(String[]::new)))
              .compose(_ -> expect(all))
              .map(texts);
        });
  }

  /** Puts {@code query} in the place of the one with {@code id}. */
  Future<Void> replace(String id, NewQuery query) {
    return resolved(List.of(query))
        .compose(all -> {
          Tuple row = Tuple.of(set, id, all.keySet().iterator().next());
          return transaction
              .preparedQuery(TAKEN)
              .execute(row)
              .compose(taken ->
                  taken.size() == 0
                      ? transaction.preparedQuery(RENAME).execute(row)
                      : refused(new Problem.Conflict("There is another query of these words.")))
              .compose(renamed ->
                  renamed.rowCount() == 1
                      ? transaction.preparedQuery(FORGET).execute(Tuple.of(id))
                      : refused(new Problem.NotFound("There is no such query.")))
              .compose(_ -> expect(all));
        });
  }

  private Future<Void> expect(Map<String, Map<Place, Integer>> all) {
    var queries = new ArrayList<String>();
    var collections = new ArrayList<String>();
    var documents = new ArrayList<String>();
    var grades = new ArrayList<Integer>();
    all.forEach((text, expected) ->
        expected.forEach((place, grade) -> {
          queries.add(text);
          collections.add(place.collection());
          documents.add(place.document());
          grades.add(grade);
        }));
    return transaction
        .preparedQuery(INSERT_EXPECTED)
        .execute(
            Tuple.of(
                set,
                queries.toArray(String[]::new),
                collections.toArray(String[]::new),
                documents.toArray(String[]::new),
                grades.toArray(Integer[]::new)))
        .compose(_ -> transaction.preparedQuery(COUNT).execute(Tuple.of(set)))
        .compose(rows -> bounded(rows.iterator().next()));
  }

  private static Future<Void> bounded(Row counts) {
    if (counts.getLong("queries") > TestSets.QUERIES_MAX) {
      return refused(
          new Problem.Conflict(
              "A test set may have %d queries at most.".formatted(TestSets.QUERIES_MAX)));
    }
    return counts.getLong("expected") > TestSets.EXPECTED_MAX
        ? refused(
            new Problem.Conflict(
                "A query may expect %d documents at most.".formatted(TestSets.EXPECTED_MAX)))
        : Future.succeededFuture();
  }

  /** Each text once, with each document it expects once. */
  private Future<Map<String, Map<Place, Integer>>> resolved(List<NewQuery> queries) {
    String[] ids =
        queries.stream()
            .flatMap(query -> query.expected().stream())
            .mapMulti((NewExpected one, java.util.function.Consumer<String> next) -> {
              if (one instanceof ById(String id, int _)) {
                next.accept(id);
              }
            })
            .distinct()
            .toArray(String[]::new);
    return transaction
        .preparedQuery(DOCUMENTS)
        .execute(Tuple.of(owner.tenant(), owner.project(), ids))
        .map(rows -> {
          var places = new HashMap<String, Place>();
          rows.forEach(row ->
              places.put(
                  row.getString("id"),
                  new Place(row.getString("collection"), row.getString("name"))));
          return merged(queries, places);
        });
  }

  private Map<String, Map<Place, Integer>> merged(
      List<NewQuery> queries, Map<String, Place> places) {
    Map<String, Map<Place, Integer>> all = new LinkedHashMap<>();
    for (int i = 0; i < queries.size(); i++) {
      String text = queries.get(i).text().strip();
      if (text.isEmpty()) {
        throw invalid("/%d/query".formatted(i), "A query must not be blank.");
      }
      Map<Place, Integer> expected = all.computeIfAbsent(text, _ -> new LinkedHashMap<>());
      for (int j = 0; j < queries.get(i).expected().size(); j++) {
        NewExpected one = queries.get(i).expected().get(j);
        expected.put(place(one, places, "/%d/expected/%d".formatted(i, j)), one.grade());
      }
    }
    return all;
  }

  private Place place(NewExpected one, Map<String, Place> places, String pointer) {
    return switch (one) {
      case ById(String id, int _) -> {
        Place known = places.get(id);
        if (known == null) {
          throw invalid(pointer + "/documentId", "There is no such document.");
        }
        yield known;
      }
      case ByName(var said, String document, int _) ->
          new Place(
              said.or(plan::collection)
                  .orElseThrow(() ->
                      invalid(
                          pointer + "/collection",
                          "The test set has no collection of its own, so each name needs one.")),
              document);
    };
  }

  private static ProblemException invalid(String pointer, String detail) {
    return new ProblemException(new Problem.Invalid(pointer, detail));
  }

  private static <T> Future<T> refused(Problem problem) {
    return Future.failedFuture(new ProblemException(problem));
  }
}
