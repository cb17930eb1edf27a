package io.millrace.document;

import io.millrace.artifact.ArtifactStore;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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

  private static final int PORTION = 1_000;
  private static final String UNREFERENCED =
      """
      SELECT stored.id FROM unnest($1::text[]) AS stored(id)
      WHERE NOT EXISTS (SELECT FROM document WHERE artifact = stored.id)
        AND NOT EXISTS (SELECT FROM edition WHERE artifact = stored.id)
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

  /**
   * Removes bytes that were put before {@code moment} and that nobody refers to: a process may end
   * between letting go of them and removing them. Answers how many there were.
   */
  Future<Integer> sweep(Instant moment) {
    return artifacts.putBefore(moment).compose(stored -> sweep(stored, 0));
  }

  private Future<Integer> sweep(List<String> stored, int removed) {
    if (stored.isEmpty()) {
      return Future.succeededFuture(removed);
    }
    int size = Math.min(PORTION, stored.size());
    String[] portion = stored.subList(0, size).toArray(String[]::new);
    return database
        .query(UNREFERENCED, Tuple.of(portion))
        .map(rows -> rows.stream().map(row -> row.getString("id")).toList())
        .compose(unreferenced -> deleteUnreferenced(unreferenced).map(unreferenced.size()))
        .compose(count -> sweep(stored.subList(size, stored.size()), removed + count));
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
