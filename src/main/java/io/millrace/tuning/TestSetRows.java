package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.tuning.TestSet.Expected;
import io.millrace.tuning.TestSet.Plan;
import io.millrace.tuning.TestSet.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Test sets as rows and back. */
final class TestSetRows {
  /** A row for each expected document, and one for each query without any. */
  static final String QUERIES =
      """
      SELECT q.id, q.query, e.collection, e.document, e.grade, d.id AS document_id
      FROM test_set s JOIN test_query q ON q.test_set_id = s.id
      LEFT JOIN test_expectation e ON e.query_id = q.id
      LEFT JOIN collection c
        ON c.tenant = s.tenant AND c.project = s.project AND c.name = e.collection
      LEFT JOIN document d ON d.collection_id = c.id AND d.name = e.document
      WHERE s.id = $1 AND s.tenant = $2
      ORDER BY q.added, e.grade DESC, e.collection, e.document
      """;

  private TestSetRows() {}

  static Scope owner(Row row) {
    return new Scope(row.getString("tenant"), row.getString("project"), row.getString("user_name"));
  }

  static Plan plan(Row row) {
    return new Plan(row.getString("name"), Optional.ofNullable(row.getString("collection")));
  }

  static TestSet testSet(Row row) {
    return new TestSet(
        row.getString("id"),
        owner(row),
        plan(row),
        row.getLong("queries"),
        row.getLong("missing"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }

  /** Of the rows of {@link #QUERIES}. */
  static List<Query> queries(RowSet<Row> rows) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, List<Expected>> expected = new LinkedHashMap<>();
    for (Row row : rows) {
      String id = row.getString("id");
      texts.put(id, row.getString("query"));
      List<Expected> all = expected.computeIfAbsent(id, _ -> new ArrayList<>());
      if (row.getString("document") != null) {
        all.add(
            new Expected(
                row.getString("collection"),
                row.getString("document"),
                row.getInteger("grade"),
                Optional.ofNullable(row.getString("document_id"))));
      }
    }
    return texts.entrySet().stream()
        .map(query ->
            new Query(
                query.getKey(), query.getValue(), expected.getOrDefault(query.getKey(), List.of())))
        .toList();
  }
}
