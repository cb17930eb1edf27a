package io.millrace.document;

import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.document.Documents.Document;
import io.millrace.document.Editions.Edition;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
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
        RETURNING id, edition)
      DELETE FROM edition e USING failed f
      WHERE e.document_id = f.id AND e.version <= $2 AND e.id IS DISTINCT FROM f.edition
      """;

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
  private static final String FORGET_OTHERS =
      """
      DELETE FROM edition WHERE document_id = $1 AND id <> $2 AND version <= $3 RETURNING artifact
      """;

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
   * Makes {@code edition} the searchable one, and forgets the one that was; answers whether it did.
   * It does not when the document was deleted, or a later version is searchable already.
   *
   * @param passages how many it must have
   */
  Future<Boolean> publish(Edition edition, int passages) {
    Document document = edition.document();
    return database
        .transaction(transaction ->
            one(transaction, LOCK, Tuple.of(document.id()))
                .compose(current ->
                    current
                            .map(row -> row.getInteger("searchable") <= document.version())
                            .orElse(false)
                        ? replace(transaction, edition, passages).map(Optional::of)
                        : Future.succeededFuture(Optional.<List<String>>empty())))
        .compose(replaced ->
            references.deleteUnreferenced(replaced.orElse(List.of())).map(replaced.isPresent()));
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
            document.version(),
            text.length(),
            passages,
            edition.extraction().mediaType());
    return one(transaction, COMPLETE, Tuple.of(edition.id(), (long) passages))
        .compose(complete ->
            complete.map(is -> is.getBoolean("complete")).orElse(false)
                ? transaction.preparedQuery(PUBLISH).execute(row)
                : Future.failedFuture(Editions.overtaken()))
        .compose(_ ->
            transaction
                .preparedQuery(FORGET_OTHERS)
                .execute(Tuple.of(document.id(), edition.id(), document.version())))
        .map(rows -> rows.stream().map(gone -> gone.getString("artifact")).toList())
        .compose(artifacts ->
            PostgresChangeLog.append(
                    transaction,
                    ChangeLog.Kind.DOCUMENT,
                    List.of(new Entity(document.id(), document.owner().tenant())))
                .map(artifacts));
  }

  private static Future<Optional<Row>> one(SqlConnection transaction, String sql, Tuple key) {
    return transaction.preparedQuery(sql).execute(key).map(DocumentRows::first);
  }
}
