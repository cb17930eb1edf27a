package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.document.Generation.State;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Generations as rows; a switch points all documents to the editions of another one at once. */
public final class PostgresGenerations implements Generations {
  private static final Logger LOGGER = LoggerFactory.getLogger(PostgresGenerations.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /** Whose changes these are: everybody's. */
  private static final String NO_TENANT = "";

  private static final String ENSURE =
      """
      INSERT INTO generation (model, chunker, state, live_from, switched_at)
      SELECT $1, $2, 'live', 0, now()
      WHERE NOT EXISTS (SELECT FROM generation WHERE state = 'live')
      ON CONFLICT DO NOTHING
      """;
  private static final String ADAPT =
      """
      UPDATE generation SET model = $1, chunker = $2
      WHERE state = 'live' AND (model, chunker) IS DISTINCT FROM ($1, $2)
        AND NOT EXISTS (SELECT FROM edition) AND NOT EXISTS (SELECT FROM document)
      """;
  private static final String ALL = "SELECT * FROM generation ORDER BY id";
  private static final String LIVE = "SELECT * FROM generation WHERE state = 'live'";
  private static final String COUNTED =
      """
      SELECT g.*, all_of.documents,
        (SELECT count(*) FROM edition e JOIN document d ON d.id = e.document_id
         WHERE e.generation = g.id AND e.published AND e.version = d.searchable) AS done,
        (SELECT count(*) FROM generation_item i JOIN document d ON d.id = i.document_id
         WHERE i.generation = g.id AND i.error IS NOT NULL AND i.version = d.searchable) AS failed
      FROM generation g,
        (SELECT count(*) AS documents FROM document WHERE edition IS NOT NULL) AS all_of
      WHERE g.id = $1 OR $1 IS NULL ORDER BY g.id
      """;
  private static final String BEGIN =
      """
      INSERT INTO generation (model, chunker, state, switch_when_complete)
      VALUES ($1, $2, 'building', $3) ON CONFLICT DO NOTHING RETURNING *
      """;

  /** Publications hold the row of their generation, so none is under way after this. */
  private static final String LOCK = "SELECT * FROM generation ORDER BY id FOR NO KEY UPDATE";

  /** Whoever deletes a collection locks it, and then many documents, in any order. */
  private static final String LOCK_COLLECTIONS = "SELECT id FROM collection FOR SHARE";

  private static final String SHOW =
      """
      UPDATE document d SET edition = e.id, passages = e.passage_count
      FROM edition e
      WHERE e.document_id = d.id AND e.generation = $1 AND e.published AND e.version = d.searchable
        AND d.edition <> e.id
      """;
  private static final String KEEP =
      "UPDATE generation SET state = 'previous', unfinished = false WHERE state = 'live'";
  private static final String SWITCH =
      """
      UPDATE generation SET state = 'live', switched_at = now(), switch_when_complete = false,
        unfinished = $2
      WHERE id = $1
      """;
  private static final String FROM =
      "UPDATE generation SET live_from = $2 WHERE id = $1 RETURNING *";
  private static final String DROP =
      """
      UPDATE generation SET state = 'dropping'
      WHERE id = $1 AND state IN ('building', 'previous') RETURNING id
      """;
  private static final String RETRY =
      "DELETE FROM generation_item WHERE generation = $1 AND error IS NOT NULL";
  private static final String RESUME =
      "UPDATE generation SET unfinished = true WHERE id = $1 AND state = 'live'";
  private static final String FAILURES =
      """
      SELECT d.id, d.name, c.name AS collection, i.task_id, i.error
      FROM generation_item i JOIN document d ON d.id = i.document_id
        JOIN collection c ON c.id = d.collection_id
      WHERE i.generation = $1 AND i.error IS NOT NULL AND i.version = d.searchable
        AND d.tenant = $2
      ORDER BY d.name, d.id LIMIT $3
      """;

  private final Database database;

  /** Keeps them in {@code database}. */
  public PostgresGenerations(Database database) {
    this.database = database;
  }

  @Override
  public Future<Generation> ensure(Optional<String> model) {
    Tuple first = Tuple.of(model.orElse(""), Chunker.VERSION);
    return database
        .query(ENSURE, first)
        .compose(_ -> database.query(ADAPT, first))
        .compose(_ -> live());
  }

  @Override
  public Future<Generation> live() {
    return database
        .query(LIVE)
        .map(rows ->
            DocumentRows.first(rows)
                .map(PostgresGenerations::generation)
                .orElseThrow(() ->
                    new ProblemException(
                        new Problem.Unavailable(
                            "index", "There is no index yet to bring it into.", RETRY_AFTER))));
  }

  @Override
  public Future<List<Generation>> all() {
    return database
        .query(ALL)
        .map(rows -> rows.stream().map(PostgresGenerations::generation).toList());
  }

  @Override
  public Future<List<Counted>> counted() {
    return database
        .query(COUNTED, Tuple.of((Long) null))
        .map(rows -> rows.stream().map(PostgresGenerations::counts).toList());
  }

  @Override
  public Future<Counted> get(long id) {
    return database
        .query(COUNTED, Tuple.of(id))
        .map(rows ->
            DocumentRows.first(rows)
                .map(PostgresGenerations::counts)
                .orElseThrow(PostgresGenerations::none));
  }

  @Override
  public Future<Generation> begin(Optional<String> model, boolean switchWhenComplete) {
    Tuple row = Tuple.of(model.orElse(""), Chunker.VERSION, switchWhenComplete);
    return database
        .transaction(transaction ->
            transaction
                .preparedQuery(BEGIN)
                .execute(row)
                .map(DocumentRows::first)
                .compose(begun ->
                    begun
                        .map(PostgresGenerations::generation)
                        .map(one -> announce(transaction, one.id()).map(one))
                        .orElseGet(() ->
                            conflict(
                                "Another generation is being built; wait for it, or drop it."))))
        .onSuccess(begun ->
            LOGGER.info(
                "Generation {} is built beside the live one, with {}",
                begun.id(),
                begun.hasModel() ? begun.model() : "no model"));
  }

  @Override
  public Future<Generation> switchTo(long id, boolean incomplete) {
    return database
        .transaction(transaction ->
            transaction
                .preparedQuery(LOCK)
                .execute()
                .map(rows ->
                    rows.stream()
                        .map(PostgresGenerations::generation)
                        .filter(one -> one.id() == id)
                        .findFirst()
                        .orElseThrow(PostgresGenerations::none))
                .compose(wanted ->
                    switch (wanted.state()) {
                      case LIVE -> Future.succeededFuture(wanted);
                      case DROPPING -> conflict("Generation " + id + " is being dropped.");
                      case BUILDING, PREVIOUS -> switched(transaction, id, incomplete);
                    }))
        .onSuccess(live -> LOGGER.info("Generation {} is the live one", live.id()));
  }

  private static Future<Generation> switched(
      SqlConnection transaction, long id, boolean incomplete) {
    return transaction
        .preparedQuery(LOCK_COLLECTIONS)
        .execute()
        .compose(_ -> transaction.preparedQuery(COUNTED).execute(Tuple.of(id)))
        .map(rows -> counts(rows.iterator().next()))
        .compose(counts -> {
          boolean lacks = counts.done() < counts.documents();
          if (lacks && !incomplete) {
            return conflict(lacking(counts));
          }
          return transaction
              .preparedQuery(SHOW)
              .execute(Tuple.of(id))
              .compose(_ -> transaction.preparedQuery(KEEP).execute())
              .compose(_ -> transaction.preparedQuery(SWITCH).execute(Tuple.of(id, lacks)))
              .compose(_ -> announce(transaction, id))
              .compose(n -> transaction.preparedQuery(FROM).execute(Tuple.of(id, n)))
              .map(rows -> generation(rows.iterator().next()));
        });
  }

  private static String lacking(Counted counts) {
    long waiting = counts.documents() - counts.done() - counts.failed();
    return "Of %d documents %d are not in generation %d yet and %d failed; say incomplete to switch nevertheless."
        .formatted(counts.documents(), waiting, counts.generation().id(), counts.failed());
  }

  @Override
  public Future<Integer> retry(long id) {
    return get(id)
        .compose(_ -> database.query(RETRY, Tuple.of(id)))
        .compose(rows -> database.query(RESUME, Tuple.of(id)).map(rows.rowCount()))
        .compose(
            count -> database.transaction(transaction -> announce(transaction, id)).map(count));
  }

  @Override
  public Future<Void> drop(long id) {
    return database
        .transaction(transaction ->
            transaction
                .preparedQuery(DROP)
                .execute(Tuple.of(id))
                .compose(rows ->
                    rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : announce(transaction, id).map(true)))
        .compose(dropped -> dropped ? Future.succeededFuture() : refuseDrop(id));
  }

  private Future<Void> refuseDrop(long id) {
    return get(id)
        .compose(found ->
            found.generation().state() == State.LIVE
                ? conflict("Generation " + id + " is live; switch to another one first.")
                : Future.succeededFuture());
  }

  @Override
  public Future<List<Failure>> failures(Scope asker, long id, int limit) {
    return database
        .query(FAILURES, Tuple.of(id, asker.tenant(), limit))
        .map(rows ->
            rows.stream()
                .map(row ->
                    new Failure(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("collection"),
                        Optional.of(row.getString("task_id")).filter(task -> !task.isEmpty()),
                        row.getString("error")))
                .toList());
  }

  private static Future<Long> announce(SqlConnection transaction, long id) {
    return PostgresChangeLog.append(
        transaction, ChangeLog.Kind.GENERATION, List.of(new Entity(Long.toString(id), NO_TENANT)));
  }

  private static Counted counts(Row row) {
    return new Counted(
        generation(row), row.getLong("documents"), row.getLong("done"), row.getLong("failed"));
  }

  static Generation generation(Row row) {
    return new Generation(
        row.getLong("id"),
        row.getString("model"),
        row.getInteger("chunker"),
        State.ofLabel(row.getString("state")),
        row.getBoolean("switch_when_complete"),
        row.getBoolean("unfinished"),
        Optional.ofNullable(row.getLong("live_from")),
        row.getOffsetDateTime("created_at").toInstant(),
        Optional.ofNullable(row.getOffsetDateTime("switched_at"))
            .map(moment -> moment.toInstant()));
  }

  private static <T> Future<T> conflict(String detail) {
    return Future.failedFuture(new ProblemException(new Problem.Conflict(detail)));
  }

  private static ProblemException none() {
    return new ProblemException(new Problem.NotFound("There is no such generation."));
  }
}
