package io.millrace.sql;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * Rows that people name, within a transaction that writes one: of a name there is one in each
 * project, and a tenant has so many rows at most. The table has the columns {@code id}, {@code
 * tenant}, {@code project} and {@code name}.
 *
 * @param table its name, a constant of the code
 * @param things what people call a row and several of them
 * @param most rows of one tenant
 */
public record NamedRows(String table, Things things, int most) {
  /** What people call a row, such as a "source", and several. */
  public record Things(String one, String many) {}

  /**
   * Makes sure that no other row than {@code id} has {@code name}; nobody else takes one until the
   * transaction ends. Fails with {@link Problem.Conflict}.
   */
  public Future<Void> free(SqlConnection transaction, Scope owner, String name, String id) {
    return transaction
        .preparedQuery("SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))")
        .execute(Tuple.of(table, owner.tenant()))
        .compose(_ ->
            transaction
                .preparedQuery(
                    "SELECT 1 FROM %s WHERE tenant = $1 AND project = $2 AND name = $3 AND id <> $4"
                        .formatted(table))
                .execute(Tuple.of(owner.tenant(), owner.project(), name, id)))
        .compose(rows ->
            rows.size() == 0
                ? Future.succeededFuture()
                : conflict("There is another %s of this name.".formatted(things.one)));
  }

  /** The same for a new row, for which there must be room, too. */
  public Future<Void> freeForOneMore(
      SqlConnection transaction, Scope owner, String name, String id) {
    return free(transaction, owner, name, id)
        .compose(_ ->
            transaction
                .preparedQuery("SELECT count(*) FROM %s WHERE tenant = $1".formatted(table))
                .execute(Tuple.of(owner.tenant())))
        .compose(rows ->
            rows.iterator().next().getLong(0) < most
                ? Future.succeededFuture()
                : conflict("There are %d %s, which is the most.".formatted(most, things.many)));
  }

  private static Future<Void> conflict(String detail) {
    return Future.failedFuture(new ProblemException(new Problem.Conflict(detail)));
  }
}
