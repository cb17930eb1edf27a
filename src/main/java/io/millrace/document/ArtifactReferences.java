package io.millrace.document;

import io.millrace.artifact.ArtifactStore;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Which bytes documents still refer to. Taking a reference and removing bytes lock the artifact, so
 * no document is ever registered for bytes that are being removed.
 */
final class ArtifactReferences {
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
  private static final String REFERENCED =
      """
      SELECT EXISTS (SELECT FROM document WHERE artifact = $1)
        OR EXISTS (SELECT FROM edition WHERE artifact = $1) AS referenced
      """;

  private final Database database;
  private final ArtifactStore artifacts;

  ArtifactReferences(Database database, ArtifactStore artifacts) {
    this.database = database;
    this.artifacts = artifacts;
  }

  /** Makes sure until the end of {@code transaction} that the bytes are and stay there. */
  Future<Path> hold(SqlConnection transaction, String artifact) {
    return lock(transaction, artifact).compose(_ -> artifacts.get(artifact));
  }

  /** Removes the bytes of those that no document refers to. */
  Future<Void> deleteUnreferenced(Collection<String> candidates) {
    Future<Void> done = Future.succeededFuture();
    for (String artifact : new TreeSet<>(candidates)) {
      done = done.compose(_ -> deleteUnreferenced(artifact));
    }
    return done;
  }

  private Future<Void> deleteUnreferenced(String artifact) {
    return database.transaction(transaction ->
        lock(transaction, artifact)
            .compose(_ -> transaction.preparedQuery(REFERENCED).execute(Tuple.of(artifact)))
            .compose(rows ->
                rows.iterator().next().getBoolean("referenced")
                    ? Future.succeededFuture()
                    : artifacts.delete(artifact)));
  }

  private static Future<RowSet<Row>> lock(SqlConnection transaction, String artifact) {
    return transaction.preparedQuery(LOCK).execute(Tuple.of(artifact));
  }
}
