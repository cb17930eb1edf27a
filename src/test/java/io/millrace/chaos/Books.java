package io.millrace.chaos;

import io.millrace.chaos.Observations.Event;
import io.millrace.chaos.Observations.Row;
import io.millrace.sql.Database;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what PostgreSQL holds in the end. */
final class Books {
  private static final int PAGE = 5_000;

  private final List<Row> rows = new ArrayList<>();
  private final Map<String, List<Event>> logs = new HashMap<>();
  private int statusEvents;

  /** Reads all rows and events at {@code uri}. */
  static Books read(Vertx vertx, String uri) {
    var books = new Books();
    Database database = Database.open(vertx, uri, 1);
    String after = "";
    while (true) {
      List<Row> page = books.page(database, after);
      if (page.isEmpty()) {
        var _ = database.close().await();
        return books;
      }
      books.rows.addAll(page);
      books.addEvents(database, page.getFirst().id(), page.getLast().id());
      after = page.getLast().id();
    }
  }

  private List<Row> page(Database database, String after) {
    List<Row> page = new ArrayList<>();
    database
        .query(
            """
            SELECT id, status, input, round, attempts, deliveries,
              coalesce(error_type, '') AS error_type, coalesce(parent, '') AS parent
            FROM archived_task WHERE id > $1 ORDER BY id LIMIT $2
            """,
            Tuple.of(after, PAGE))
        .await()
        .forEach(row ->
            page.add(
                new Row(
                    row.getString("id"),
                    row.getString("status"),
                    row.getString("input"),
                    row.getInteger("round"),
                    row.getInteger("attempts"),
                    row.getInteger("deliveries"),
                    row.getString("error_type"),
                    row.getString("parent"))));
    return page;
  }

  private void addEvents(Database database, String first, String last) {
    database
        .query(
            """
            SELECT task_id, at_ms, seq, type, data, last FROM archived_event
            WHERE task_id BETWEEN $1 AND $2
            UNION
            SELECT id, split_part(part[1], '-', 1)::bigint, split_part(part[1], '-', 2)::bigint,
              part[2], part[4], part[3] = '1'
            FROM archived_task, unnest(string_to_array(log, E'\\n')) line,
              regexp_match(line, '^(\\S+) (\\S+) ([01]) (.*)$') part
            WHERE id BETWEEN $1 AND $2
            ORDER BY task_id, at_ms, seq
            """,
            Tuple.of(first, last))
        .await()
        .forEach(row -> {
          var event =
              new Event(
                  row.getLong("at_ms"),
                  row.getLong("seq"),
                  row.getString("type"),
                  row.getString("data"),
                  row.getBoolean("last"));
          statusEvents += event.isStatus() ? 1 : 0;
          logs.computeIfAbsent(row.getString("task_id"), _ -> new ArrayList<>()).add(event);
        });
  }

  List<Row> rows() {
    return rows;
  }

  Map<String, List<Event>> logs() {
    return logs;
  }

  int statusEvents() {
    return statusEvents;
  }

  /** How many tasks are dead. */
  long dead() {
    return rows.stream().filter(row -> row.status().equals("dead")).count();
  }
}
