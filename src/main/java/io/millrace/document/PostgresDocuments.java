package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore;
import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Collections, documents and passages in PostgreSQL, their bytes in the artifact store. */
public final class PostgresDocuments implements Documents {
  private static final String COLLECTIONS =
      """
      SELECT c.name, c.created_at, count(d.id) AS documents,
        count(*) FILTER (WHERE d.status = 'ready') AS ready,
        count(*) FILTER (WHERE d.status = 'failed') AS failed,
        coalesce(sum(d.passages), 0)::bigint AS passages,
        coalesce(sum(d.bytes), 0)::bigint AS bytes
      FROM collection c LEFT JOIN document d ON d.collection_id = c.id
      WHERE c.tenant = $1 AND c.project = $2 GROUP BY c.id ORDER BY c.name
      """;
  private static final String CHANGE =
      """
      UPDATE document SET enabled = coalesce($3, enabled), tags = coalesce($4, tags),
        updated_at = now()
      WHERE id = $1 AND tenant = $2 RETURNING id, tenant
      """;

  /** Editions go with their document; a statement still sees them. */
  private static final String DELETED =
      """
      WITH gone AS (DELETE FROM document WHERE %s RETURNING id, tenant, artifact)
      SELECT gone.*,
        ARRAY(SELECT e.artifact FROM edition e WHERE e.document_id = gone.id) AS editions
      FROM gone
      """;

  private static final String DELETE_DOCUMENT = DELETED.formatted("id = $1 AND tenant = $2");
  private static final String DELETE_DOCUMENTS =
      DELETED.formatted(
          "collection_id = (SELECT id FROM collection"
              + " WHERE tenant = $1 AND project = $2 AND name = $3 FOR UPDATE)");
  private static final String DELETE_COLLECTION =
      "DELETE FROM collection WHERE tenant = $1 AND project = $2 AND name = $3";
  private static final String PASSAGES =
      """
      SELECT p.*, d.searchable FROM document d JOIN passage p ON p.edition = d.edition
      WHERE d.id = $1 AND d.tenant = $2 AND p.ordinal >= $3 ORDER BY p.ordinal LIMIT $4
      """;
  private static final String TEXT =
      """
      SELECT e.content FROM document d JOIN edition e ON e.id = d.edition
      WHERE d.id = $1 AND d.tenant = $2
      """;
  private static final String SEARCHABLE_IDS =
      "SELECT id FROM document WHERE searchable > 0 AND enabled AND id > $1 ORDER BY id LIMIT $2";
  private static final String ATTACH_TASK =
      "UPDATE document SET task_id = $3 WHERE id = $1 AND tenant = $2";

  private final Database database;
  private final Registration registration;
  private final ArtifactReferences references;

  /** Keeps documents in {@code database} and their bytes in {@code artifacts}. */
  public PostgresDocuments(Database database, ArtifactStore artifacts, RandomGenerator random) {
    this.database = database;
    this.references = new ArtifactReferences(database, artifacts);
    this.registration = new Registration(database, references, random);
  }

  @Override
  public Future<List<CollectionSummary>> collections(Scope asker) {
    return database
        .query(COLLECTIONS, Tuple.of(asker.tenant(), asker.project()))
        .map(rows -> rows.stream().map(PostgresDocuments::summary).toList());
  }

  @Override
  public Future<Registered> register(Scope owner, Upload upload) {
    return registration.register(owner, upload);
  }

  @Override
  public Future<Void> attachTask(Scope asker, String documentId, String taskId) {
    return database.query(ATTACH_TASK, Tuple.of(documentId, asker.tenant(), taskId)).mapEmpty();
  }

  @Override
  public Future<DocumentPage> list(Scope asker, Filter filter, Optional<String> cursor, int limit) {
    var sql = new StringBuilder(DocumentRows.SELECT_DOCUMENT);
    Tuple parameters = Tuple.tuple();
    condition(sql, parameters, "WHERE d.tenant = ?", asker.tenant());
    condition(sql, parameters, " AND d.project = ?", asker.project());
    filter.collection().ifPresent(name -> condition(sql, parameters, " AND c.name = ?", name));
    filter
        .status()
        .ifPresent(status -> condition(sql, parameters, " AND d.status = ?", status.label()));
    filter.tag().ifPresent(tag -> condition(sql, parameters, " AND ? = ANY(d.tags)", tag));
    try {
      cursor
          .map(DocumentCursor::parse)
          .ifPresent(at -> {
            var createdAt = at.createdAt().atOffset(ZoneOffset.UTC);
            condition(sql, parameters, " AND (d.created_at, d.id) < (?", createdAt);
            condition(sql, parameters, ", ?)", at.id());
          });
    } catch (ProblemException malformed) {
      return Future.failedFuture(malformed);
    }
    condition(sql, parameters, " ORDER BY d.created_at DESC, d.id DESC LIMIT ?", limit + 1);
    return database
        .query(sql.toString(), parameters)
        .map(rows -> page(rows.stream().map(DocumentRows::document).toList(), limit));
  }

  @Override
  public Future<Document> get(Scope asker, String documentId) {
    return database
        .query(
            DocumentRows.SELECT_DOCUMENT + "WHERE d.id = $1 AND d.tenant = $2",
            Tuple.of(documentId, asker.tenant()))
        .map(rows ->
            DocumentRows.first(rows)
                .map(DocumentRows::document)
                .orElseThrow(PostgresDocuments::noSuchDocument));
  }

  @Override
  public Future<Document> change(Scope asker, String documentId, Change change) {
    Tuple row =
        Tuple.of(documentId, asker.tenant())
            .addValue(change.enabled().orElse(null))
            .addValue(change.tags().map(Registration::tags).orElse(null));
    return database
        .transaction(transaction ->
            changed(transaction, CHANGE, row).compose(rows -> announce(transaction, rows)))
        .compose(_ -> get(asker, documentId));
  }

  @Override
  public Future<Void> delete(Scope asker, String documentId) {
    return database
        .transaction(transaction ->
            changed(transaction, DELETE_DOCUMENT, Tuple.of(documentId, asker.tenant()))
                .compose(rows -> announce(transaction, rows)))
        .compose(this::forgetBytes);
  }

  @Override
  public Future<Void> deleteCollection(Scope asker, String name) {
    Tuple key = Tuple.of(asker.tenant(), asker.project(), name);
    return database
        .transaction(transaction ->
            written(transaction, DELETE_DOCUMENTS, key)
                .compose(rows ->
                    transaction
                        .preparedQuery(DELETE_COLLECTION)
                        .execute(key)
                        .map(gone -> {
                          if (gone.rowCount() == 0) {
                            throw notFound("There is no such collection.");
                          }
                          return rows;
                        }))
                .compose(rows ->
                    rows.isEmpty() ? Future.succeededFuture(rows) : announce(transaction, rows)))
        .compose(this::forgetBytes);
  }

  @Override
  public Future<List<Passage>> passages(
      Scope asker, String documentId, int fromOrdinal, int limit) {
    return get(asker, documentId)
        .compose(
            _ -> database.query(PASSAGES, Tuple.of(documentId, asker.tenant(), fromOrdinal, limit)))
        .map(rows ->
            rows.stream()
                .map(row -> DocumentRows.passage(row, documentId, row.getInteger("searchable")))
                .toList());
  }

  @Override
  public Future<String> text(Scope asker, String documentId) {
    return database
        .query(TEXT, Tuple.of(documentId, asker.tenant()))
        .map(rows ->
            DocumentRows.first(rows)
                .map(row -> row.getString("content"))
                .orElseThrow(() -> notFound("There is no text of such a document (yet).")));
  }

  @Override
  public Future<Optional<Indexable>> indexable(String documentId, long generation) {
    return database
        .query(DocumentRows.SELECT_INDEXABLE, Tuple.of(documentId, generation))
        .map(rows -> indexable(rows.stream().toList()));
  }

  @Override
  public Future<List<String>> searchableIds(Optional<String> after, int limit) {
    return database
        .query(SEARCHABLE_IDS, Tuple.of(after.orElse(""), limit))
        .map(rows -> rows.stream().map(row -> row.getString("id")).toList());
  }

  private static Optional<Indexable> indexable(List<Row> rows) {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    Document document = DocumentRows.document(rows.getFirst());
    var passages = new ArrayList<Passage>(rows.size());
    var vectors = new ArrayList<float[]>(rows.size());
    for (Row row : rows) {
      passages.add(DocumentRows.passage(row, document.id(), document.searchable()));
      Buffer vector = row.getBuffer("embedding");
      if (vector != null) {
        vectors.add(DocumentRows.vector(vector));
      }
    }
    return Optional.of(
        new Indexable(document, rows.getFirst().getString("embedding_model"), passages, vectors));
  }

  private static Future<List<Row>> written(SqlConnection transaction, String sql, Tuple key) {
    return transaction.preparedQuery(sql).execute(key).map(rows -> rows.stream().toList());
  }

  /** The row of the one document that {@code sql} changes. */
  private static Future<List<Row>> changed(SqlConnection transaction, String sql, Tuple key) {
    return written(transaction, sql, key)
        .map(rows -> {
          if (rows.isEmpty()) {
            throw noSuchDocument();
          }
          return rows;
        });
  }

  private static Future<List<Row>> announce(SqlConnection transaction, List<Row> rows) {
    List<Entity> entities =
        rows.stream().map(row -> new Entity(row.getString("id"), row.getString("tenant"))).toList();
    return PostgresChangeLog.append(transaction, ChangeLog.Kind.DOCUMENT, entities).map(rows);
  }

  private Future<Void> forgetBytes(List<Row> rows) {
    var artifacts = new ArrayList<String>();
    for (Row row : rows) {
      artifacts.add(row.getString("artifact"));
      artifacts.addAll(List.of(row.getArrayOfStrings("editions")));
    }
    return references.deleteUnreferenced(artifacts);
  }

  private static DocumentPage page(List<Document> documents, int limit) {
    return documents.size() <= limit
        ? new DocumentPage(documents, Optional.empty())
        : new DocumentPage(
            documents.subList(0, limit),
            Optional.of(DocumentCursor.of(documents.get(limit - 1)).text()));
  }

  private static CollectionSummary summary(Row row) {
    return new CollectionSummary(
        row.getString("name"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getLong("documents"),
        row.getLong("ready"),
        row.getLong("failed"),
        row.getLong("passages"),
        row.getLong("bytes"));
  }

  private static void condition(
      StringBuilder sql, Tuple parameters, String condition, Object value) {
    Tuple _ = parameters.addValue(value);
    sql.append(condition.replace("?", "$" + parameters.size()));
  }

  private static ProblemException noSuchDocument() {
    return notFound("There is no such document.");
  }

  private static ProblemException notFound(String detail) {
    return new ProblemException(new Problem.NotFound(detail));
  }
}
