package io.millrace.document;

import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.document.Documents.Document;
import io.millrace.document.Editions.Edition;
import io.millrace.document.Generation.State;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes where a document stands, and switches what is searchable, all at once. */
final class Publication {
  private static final String BEGIN =
      """
      UPDATE document SET status = 'processing', error = NULL, task_id = $3, updated_at = now()
      WHERE id = $1 AND version = $2
      """;
  private static final String WAIT =
      """
      UPDATE document SET status = 'pending', error = $3, updated_at = now()
      WHERE id = $1 AND version = $2 AND status = 'processing'
      """;

  /** What was made of the version is of no use to anybody then. */
  private static final String FAIL =
      """
      WITH failed AS (
        UPDATE document SET status = 'failed', error = $3, updated_at = now()
        WHERE id = $1 AND version = $2 AND status IN ('pending', 'processing')
        RETURNING id)
      DELETE FROM edition e USING failed f
      WHERE e.document_id = f.id AND e.version <= $2 AND NOT e.published
      """;

  /** Nobody switches to another generation until the transaction ends. */
  private static final String HOLD =
      "SELECT state FROM generation WHERE id = $1 AND state <> 'dropping' FOR SHARE";

  private static final String LOCK = "SELECT searchable FROM document WHERE id = $1 FOR UPDATE";
  private static final String COMPLETE =
      "SELECT count(*) = $2 AS complete FROM passage WHERE edition = $1";
  private static final String PUBLISH =
      """
      UPDATE document SET edition = $2, searchable = $3, characters = $4, passages = $5,
        media_type = CASE WHEN version = $3 THEN $6 ELSE media_type END,
        status = CASE WHEN version = $3 THEN 'ready' ELSE status END,
        error = CASE WHEN version = $3 THEN NULL ELSE error END,
        updated_at = now()
      WHERE id = $1
      """;
  private static final String WHOLE =
      "UPDATE edition SET published = true, passage_count = $2 WHERE id = $1";
  private static final String FORGET_OTHERS =
      """
      WITH items AS (DELETE FROM generation_item WHERE document_id = $1)
      DELETE FROM edition WHERE document_id = $1 AND id <> $2 AND version <= $3 RETURNING artifact
      """;

  private static final String FORGET =
      "DELETE FROM edition WHERE id = $1 AND NOT published RETURNING artifact";

  /** What stood there before, and what is of a generation that was dropped, unless it is shown. */
  private static final String INSTEAD =
      """
      WITH item AS (DELETE FROM generation_item WHERE document_id = $1 AND generation = $3)
      DELETE FROM edition
      WHERE document_id = $1 AND id <> $2 AND (generation = $3 OR generation IS NULL)
        AND id IS DISTINCT FROM (SELECT edition FROM document WHERE id = $1)
      """;

  private static final String SHOW =
      "UPDATE document SET edition = $2, passages = $3 WHERE id = $1";

  private final Database database;
  private final ArtifactReferences references;

  Publication(Database database, ArtifactReferences references) {
    this.database = database;
    this.references = references;
  }

  Future<Void> begin(Document document, String task) {
    return database.query(BEGIN, Tuple.of(document.id(), document.version(), task)).mapEmpty();
  }

  /** It will be tried again. */
  Future<Void> postpone(Document document, Optional<String> why) {
    return database
        .query(WAIT, Tuple.of(document.id(), document.version(), why.orElse(null)))
        .mapEmpty();
  }

  Future<Void> fail(Document document, String why) {
    return database
        .query(FAIL, Tuple.of(document.id(), document.version(), why.replace('\0', '\ufffd')))
        .mapEmpty();
  }

  /**
   * Makes {@code edition} the searchable one, and forgets all others, of other generations too:
   * they are of a text that is no longer there. Answers whether it did. It does not when the
   * document was deleted, or a later version is searchable already.
   *
   * @param passages how many it must have
   */
  Future<Boolean> publish(Edition edition, int passages) {
    Document document = edition.document();
    return database
        .transaction(transaction ->
            hold(transaction, edition)
                .compose(state ->
                    state.equals(State.LIVE)
                        ? one(transaction, LOCK, Tuple.of(document.id()))
                        : Future.failedFuture(switched(edition)))
                .compose(current ->
                    current
                            .map(row -> row.getInteger("searchable") <= edition.version())
                            .orElse(false)
                        ? replace(transaction, edition, passages)
                            .map(gone -> new Published(true, gone))
                        : forget(transaction, edition).map(gone -> new Published(false, gone))))
        .compose(done -> references.deleteUnreferenced(done.artifacts()).map(done.isShown()));
  }

  /** Whether an edition became the searchable one, and the bytes of editions that are gone. */
  private record Published(boolean isShown, List<String> artifacts) {}

  /** An edition that was begun after a later version was out: nobody would ever look at it. */
  private static Future<List<String>> forget(SqlConnection transaction, Edition edition) {
    return transaction
        .preparedQuery(FORGET)
        .execute(Tuple.of(edition.id()))
        .map(Publication::artifacts);
  }

  private static List<String> artifacts(RowSet<Row> editions) {
    return editions.stream().map(gone -> gone.getString("artifact")).toList();
  }

  /**
   * Makes {@code edition} that of its generation, and the searchable one where that is live;
   * nothing else of the document changes. Answers whether it did: not when the document was
   * deleted, or was brought in anew meanwhile.
   */
  Future<Boolean> complement(Edition edition, int passages) {
    Tuple document = Tuple.of(edition.document().id());
    return database.transaction(transaction ->
        hold(transaction, edition)
            .compose(state ->
                one(transaction, LOCK, document)
                    .map(current ->
                        current
                            .map(row -> row.getInteger("searchable") == edition.version())
                            .orElse(false))
                    .compose(same ->
                        same
                            ? complement(transaction, state, edition, passages).map(true)
                            : Future.succeededFuture(false))));
  }

  private static Future<Long> complement(
      SqlConnection transaction, State state, Edition edition, int passages) {
    String document = edition.document().id();
    return complete(transaction, edition, passages)
        .compose(_ ->
            state.equals(State.LIVE)
                ? transaction
                    .preparedQuery(SHOW)
                    .execute(Tuple.of(document, edition.id(), passages))
                : Future.succeededFuture())
        .compose(_ ->
            transaction
                .preparedQuery(INSTEAD)
                .execute(Tuple.of(document, edition.id(), edition.generation().id())))
        .compose(_ -> whole(transaction, edition, passages))
        .compose(_ -> announce(transaction, edition.document()));
  }

  private static Future<State> hold(SqlConnection transaction, Edition edition) {
    return one(transaction, HOLD, Tuple.of(edition.generation().id()))
        .map(row -> State.ofLabel(row.orElseThrow(Editions::overtaken).getString("state")));
  }

  /** The run that is tried again finds the model that is live then. */
  private static ProblemException switched(Edition edition) {
    return new ProblemException(
        new Problem.Unavailable(
            edition.generation().model(),
            "The index was switched to another model meanwhile.",
            Duration.ofSeconds(1)));
  }

  /** Fails when another run has replaced the edition meanwhile, or not all of it is there. */
  private static Future<Void> complete(SqlConnection transaction, Edition edition, int passages) {
    return one(transaction, COMPLETE, Tuple.of(edition.id(), (long) passages))
        .compose(complete ->
            complete.map(is -> is.getBoolean("complete")).orElse(false)
                ? Future.succeededFuture()
                : Future.failedFuture(Editions.overtaken()));
  }

  private static Future<Void> whole(SqlConnection transaction, Edition edition, int passages) {
    return transaction.preparedQuery(WHOLE).execute(Tuple.of(edition.id(), passages)).mapEmpty();
  }

  /** Answers the bytes that earlier editions were made of. */
  private static Future<List<String>> replace(
      SqlConnection transaction, Edition edition, int passages) {
    Document document = edition.document();
    String text = edition.extraction().text();
    Tuple row =
        Tuple.of(
            document.id(),
            edition.id(),
            edition.version(),
            text.length(),
            passages,
            edition.extraction().mediaType());
    Tuple others = Tuple.of(document.id(), edition.id(), edition.version());
    return complete(transaction, edition, passages)
        .compose(_ -> transaction.preparedQuery(PUBLISH).execute(row))
        .compose(_ -> transaction.preparedQuery(FORGET_OTHERS).execute(others))
        .map(Publication::artifacts)
        .compose(artifacts -> whole(transaction, edition, passages).map(artifacts))
        .compose(artifacts -> announce(transaction, document).map(artifacts));
  }

  private static Future<Long> announce(SqlConnection transaction, Document document) {
    return PostgresChangeLog.append(
        transaction,
        ChangeLog.Kind.DOCUMENT,
        List.of(new Entity(document.id(), document.owner().tenant())));
  }

  private static Future<Optional<Row>> one(SqlConnection transaction, String sql, Tuple key) {
    return transaction.preparedQuery(sql).execute(key).map(DocumentRows::first);
  }
}
