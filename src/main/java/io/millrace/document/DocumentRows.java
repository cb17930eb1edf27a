package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Passage;
import io.millrace.document.Documents.Status;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Documents, passages and vectors as rows and back. */
final class DocumentRows {
  private static final String COLUMNS =
      """
      SELECT d.id, d.tenant, d.project, d.user_name, c.name AS collection, d.name,
        coalesce(nullif(e.title, ''), d.name) AS title, d.media_type, d.bytes, d.artifact,
        d.source, d.version, d.searchable, d.status, d.error,
        nullif(e.notice, '') AS notice, d.passages, d.characters, d.enabled,
        d.tags, d.task_id, d.created_at, d.updated_at
      """;

  static final String SELECT_DOCUMENT =
      COLUMNS
          + """
          FROM document d JOIN collection c ON c.id = d.collection_id
          LEFT JOIN edition e ON e.id = d.edition
          """;

  static final String SELECT_INDEXABLE =
      COLUMNS
          + """
            , e.embedding_model,
            p.ordinal, p.page, p.start_offset, p.end_offset, p.heading, p.content,
            CASE WHEN e.generation = $2 AND e.embedding_model <> '' THEN p.embedding END
              AS embedding
          FROM document d JOIN collection c ON c.id = d.collection_id
          JOIN edition e ON e.id = coalesce(
            (SELECT o.id FROM edition o
             WHERE o.document_id = d.id AND o.generation = $2 AND o.published
               AND o.version = d.searchable), d.edition)
          JOIN passage p ON p.edition = e.id
          WHERE d.id = $1 AND d.enabled ORDER BY p.ordinal
          """;

  private DocumentRows() {}

  static Document document(Row row) {
    return new Document(
        row.getString("id"),
        new Scope(row.getString("tenant"), row.getString("project"), row.getString("user_name")),
        row.getString("collection"),
        row.getString("name"),
        row.getString("title"),
        row.getString("media_type"),
        row.getLong("bytes"),
        row.getString("artifact"),
        Optional.ofNullable(row.getString("source")),
        row.getInteger("version"),
        row.getInteger("searchable"),
        Status.ofLabel(row.getString("status")).orElseThrow(),
        Optional.ofNullable(row.getString("error")),
        Optional.ofNullable(row.getString("notice")),
        row.getInteger("passages"),
        row.getInteger("characters"),
        row.getBoolean("enabled"),
        List.of(row.getArrayOfStrings("tags")),
        Optional.ofNullable(row.getString("task_id")),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }

  static Passage passage(Row row, String documentId, int version) {
    int ordinal = row.getInteger("ordinal");
    return new Passage(
        documentId + "-" + version + "-" + ordinal,
        ordinal,
        row.getInteger("page"),
        row.getInteger("start_offset"),
        row.getInteger("end_offset"),
        row.getString("heading"),
        row.getString("content"));
  }

  static Optional<Row> first(RowSet<Row> rows) {
    return rows.stream().findFirst();
  }

  /** Little-endian float32. */
  static Buffer bytes(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Buffer.buffer(bytes.array());
  }

  static float[] vector(Buffer bytes) {
    float[] vector = new float[bytes.length() / Float.BYTES];
    ByteBuffer.wrap(bytes.getBytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
