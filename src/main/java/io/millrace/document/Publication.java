package io.millrace.document;

import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.document.Chunker.Chunk;
import io.millrace.document.Documents.Document;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Writes where a document stands, and its passages, all at once. */
final class Publication {
  private static final int PASSAGES_PER_STATEMENT = 500;
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
  private static final String FAIL =
      """
      UPDATE document SET status = 'failed', error = $3, updated_at = now()
      WHERE id = $1 AND version = $2 AND status IN ('pending', 'processing')
      """;
  private static final String LOCK =
      "SELECT version, searchable, searchable_artifact FROM document WHERE id = $1 FOR UPDATE";
  private static final String INSERT_PASSAGES =
      """
      INSERT INTO passage (document_id, ordinal, page, start_offset, end_offset, heading, content,
        embedding)
      SELECT $1, p.* FROM unnest($2::int[], $3::int[], $4::int[], $5::int[], $6::text[],
        $7::text[], $8::bytea[]) AS p
      """;
  private static final String PUBLISH =
      """
      UPDATE document SET searchable = $2, searchable_artifact = $3, title = $4, content = $5,
        characters = $6, passages = $7, model = $8, embedding_model = $9, chunker = $10,
        media_type = CASE WHEN version = $2 THEN $11 ELSE media_type END,
        status = CASE WHEN version = $2 THEN 'ready' ELSE status END,
        error = CASE WHEN version = $2 THEN NULL ELSE error END,
        updated_at = now()
      WHERE id = $1
      """;

  private final Database database;
  private final ArtifactReferences references;

  Publication(Database database, ArtifactReferences references) {
    this.database = database;
    this.references = references;
  }

  /**
   * A new version, ready to be published.
   *
   * @param model its name in the catalogue
   * @param embeddingModel name and version that this meant
   * @param vectors one per chunk
   */
  record Edition(
      Document document,
      Extraction extraction,
      List<Chunk> chunks,
      String model,
      String embeddingModel,
      List<float[]> vectors) {}

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
   * Replaces what is searchable in one transaction; answers whether it did. It does not when the
   * document was deleted, or a later version is searchable already.
   */
  Future<Boolean> publish(Edition edition) {
    Document document = edition.document();
    return database
        .transaction(transaction ->
            transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(document.id()))
                .compose(rows -> {
                  Optional<Row> current = DocumentRows.first(rows);
                  boolean overtaken =
                      current
                          .map(row -> row.getInteger("searchable") > document.version())
                          .orElse(true);
                  return overtaken
                      ? Future.succeededFuture(Optional.<Optional<String>>empty())
                      : replace(transaction, edition)
                          .map(_ ->
                              Optional.of(
                                  current.map(row -> row.getString("searchable_artifact"))));
                }))
        .compose(published ->
            references
                .deleteUnreferenced(published.flatMap(Function.identity()).stream().toList())
                .map(published.isPresent()));
  }

  private static Future<Long> replace(SqlConnection transaction, Edition edition) {
    Document document = edition.document();
    Future<?> written =
        transaction
            .preparedQuery("DELETE FROM passage WHERE document_id = $1")
            .execute(Tuple.of(document.id()));
    for (int from = 0; from < edition.chunks().size(); from += PASSAGES_PER_STATEMENT) {
      Tuple some =
          passages(edition, from, Math.min(edition.chunks().size(), from + PASSAGES_PER_STATEMENT));
      written = written.compose(_ -> transaction.preparedQuery(INSERT_PASSAGES).execute(some));
    }
    return written
        .compose(_ -> transaction.preparedQuery(PUBLISH).execute(row(edition)))
        .compose(_ ->
            PostgresChangeLog.append(
                transaction,
                ChangeLog.Kind.DOCUMENT,
                List.of(new Entity(document.id(), document.owner().tenant()))));
  }

  private static Tuple row(Edition edition) {
    Document document = edition.document();
    Extraction extraction = edition.extraction();
    return Tuple.tuple(
        List.of(
            document.id(),
            document.version(),
            document.artifact(),
            extraction.title(),
            extraction.text(),
            extraction.text().length(),
            edition.chunks().size(),
            edition.model(),
            edition.embeddingModel(),
            Chunker.VERSION,
            extraction.mediaType()));
  }

  private static Tuple passages(Edition edition, int from, int to) {
    String text = edition.extraction().text();
    List<Chunk> chunks = edition.chunks().subList(from, to);
    List<float[]> vectors = edition.vectors().subList(from, to);
    Integer[] ordinals = new Integer[chunks.size()];
    for (int i = 0; i < ordinals.length; i++) {
      ordinals[i] = from + i;
    }
    Tuple columns = Tuple.of(edition.document().id()).addValue(ordinals);
    add(columns, chunks, Integer[]::new, _ -> 0);
    add(columns, chunks, Integer[]::new, Chunk::start);
    add(columns, chunks, Integer[]::new, Chunk::end);
    add(columns, chunks, String[]::new, Chunk::heading);
    add(columns, chunks, String[]::new, chunk -> text.substring(chunk.start(), chunk.end()));
    add(columns, vectors, Buffer[]::new, DocumentRows::bytes);
    return columns;
  }

  private static <E, V> void add(
      Tuple columns, List<E> rows, IntFunction<V[]> array, Function<E, V> column) {
    Tuple _ = columns.addValue(rows.stream().map(column).toArray(array));
  }
}
