package io.millrace.document;

import io.millrace.document.Chunker.Chunk;
import io.millrace.document.Documents.Document;
import io.millrace.extract.Extraction;
import io.millrace.extract.Extraction.Heading;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The editions that are being made: text first, then passages in order, each portion kept as soon
 * as its vectors are there. So a run that was interrupted goes on where it stopped.
 */
final class Editions {
  private static final String UNFINISHED =
      """
      SELECT e.*, (SELECT count(*) FROM passage p WHERE p.edition = e.id)::int AS passages
      FROM edition e JOIN document d ON d.id = e.document_id
      WHERE d.id = $1 AND NOT e.published
        AND e.version = $2 AND e.artifact = $3 AND e.chunker = $4 AND e.generation = $5
      ORDER BY e.id DESC LIMIT 1
      """;
  private static final String SHOWN =
      """
      SELECT e.*, 0 AS passages, d.searchable FROM document d JOIN edition e ON e.id = d.edition
      WHERE d.id = $1 AND d.tenant = $2 AND NOT EXISTS (
        SELECT FROM edition o
        WHERE o.document_id = d.id AND o.generation = $3 AND o.published
          AND o.version = d.searchable)
      """;
  private static final String BEGIN =
      """
      WITH held AS (SELECT id FROM document WHERE id = $1 FOR KEY SHARE),
      stale AS (
        DELETE FROM edition e USING held
        WHERE e.document_id = held.id AND e.version <= $2 AND NOT e.published
          AND e.generation IS NOT DISTINCT FROM $12)
      INSERT INTO edition (document_id, version, artifact, chunker, model, media_type, title,
        content, headings, pages, notice, generation)
      SELECT held.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, g.id
      FROM held JOIN generation g ON g.id = $12 AND g.state <> 'dropping' RETURNING id
      """;
  private static final String MADE_BY =
      "UPDATE edition SET embedding_model = $2 WHERE id = $1 AND embedding_model IS NULL";
  private static final String RESTART =
      """
      WITH passages AS (DELETE FROM passage WHERE edition = $1)
      UPDATE edition SET embedding_model = NULL WHERE id = $1
      """;
  private static final String LAST =
      "SELECT start_offset, end_offset FROM passage WHERE edition = $1 AND ordinal = $2";
  private static final String ADD =
      """
      WITH held AS (SELECT id FROM edition WHERE id = $1 AND embedding_model = $2 FOR SHARE),
      added AS (
        INSERT INTO passage (edition, ordinal, page, start_offset, end_offset, heading, content,
          embedding)
        SELECT held.id, p.* FROM held, unnest($3::int[], $4::int[], $5::int[], $6::int[],
          $7::text[], $8::text[], $9::bytea[]) AS p
        ON CONFLICT DO NOTHING)
      SELECT id FROM held
      """;
  private static final String SEARCHABLE =
      """
      SELECT p.ordinal, md5(CASE p.heading WHEN '' THEN '' ELSE p.heading || E'\\n' END || p.content) AS hash
      FROM document d JOIN edition e ON e.id = d.edition JOIN passage p ON p.edition = e.id
      WHERE d.id = $1 AND e.embedding_model = $2 AND (e.generation = $3 OR e.chunker <> $4)
      """;
  private static final String SEARCHABLE_VECTORS =
      """
      SELECT p.ordinal, p.embedding FROM document d JOIN edition e ON e.id = d.edition
        JOIN passage p ON p.edition = e.id
      WHERE d.id = $1 AND e.embedding_model = $2 AND p.ordinal = ANY($3)
      """;

  private final Database database;

  Editions(Database database) {
    this.database = database;
  }

  /**
   * One that is being made.
   *
   * @param version the version of the document that it is made of
   * @param artifact its bytes
   * @param embeddingModel name and version of the model that made its vectors; empty before any
   * @param passages how many of its passages are kept already, the first ones
   */
  record Edition(
      long id,
      Document document,
      int version,
      String artifact,
      Generation generation,
      Extraction extraction,
      Optional<String> embeddingModel,
      int passages) {}

  /** What an earlier run left of this very version, made the same way. */
  Future<Optional<Edition>> unfinished(Document document, Generation generation) {
    return unfinished(document, document.version(), document.artifact(), generation);
  }

  private Future<Optional<Edition>> unfinished(
      Document document, int version, String artifact, Generation generation) {
    Tuple key = Tuple.of(document.id(), version, artifact, Chunker.VERSION, generation.id());
    return database
        .query(UNFINISHED, key)
        .map(rows -> DocumentRows.first(rows).map(row -> edition(row, document, generation)));
  }

  /** Keeps the text of a new one; what was left of others is gone. */
  Future<Edition> begin(Document document, Generation generation, Extraction extraction) {
    return begin(document, document.version(), document.artifact(), generation, extraction);
  }

  /** The same text from the beginning, as it is cut otherwise now. */
  Future<Edition> again(Edition edition) {
    return begin(
        edition.document(),
        edition.version(),
        edition.artifact(),
        edition.generation(),
        edition.extraction());
  }

  /**
   * One of the text that search shows, for another generation: what an earlier run left, or a new
   * one; empty when the generation has the document already, or there is none to search.
   */
  Future<Optional<Edition>> another(Document document, Generation generation) {
    return database
        .query(SHOWN, Tuple.of(document.id(), document.owner().tenant(), generation.id()))
        .compose(rows -> {
          Optional<Row> shown = DocumentRows.first(rows);
          if (shown.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
          }
          int version = shown.get().getInteger("searchable");
          String artifact = shown.get().getString("artifact");
          return unfinished(document, version, artifact, generation)
              .compose(left ->
                  left.isPresent()
                      ? Future.succeededFuture(left)
                      : begin(document, version, artifact, generation, extraction(shown.get()))
                          .map(Optional::of));
        });
  }

  private Future<Edition> begin(
      Document document,
      int version,
      String artifact,
      Generation generation,
      Extraction extraction) {
    Tuple row =
        Tuple.of(
            document.id(),
            version,
            artifact,
            Chunker.VERSION,
            generation.model(),
            extraction.mediaType());
    row.addValue(extraction.title())
        .addValue(extraction.text())
        .addValue(headings(extraction.headings()))
        .addValue(extraction.pages().toArray(Integer[]::new))
        .addValue(extraction.notice())
        .addValue(generation.id());
    return database
        .query(BEGIN, row)
        .map(Editions::still)
        .map(id ->
            new Edition(
                id, document, version, artifact, generation, extraction, Optional.empty(), 0));
  }

  /** Whether the passages that are kept are the first of {@code chunks}. */
  Future<Boolean> continues(Edition edition, List<Chunk> chunks) {
    int kept = edition.passages();
    if (kept == 0) {
      return Future.succeededFuture(true);
    }
    return database
        .query(LAST, Tuple.of(edition.id(), kept - 1))
        .map(rows ->
            kept <= chunks.size()
                && DocumentRows.first(rows)
                    .map(row ->
                        row.getInteger("start_offset") == chunks.get(kept - 1).start()
                            && row.getInteger("end_offset") == chunks.get(kept - 1).end())
                    .orElse(false));
  }

  /** Remembers which model makes the vectors, before the first of them. */
  Future<Void> madeBy(Edition edition, String embeddingModel) {
    return database.query(MADE_BY, Tuple.of(edition.id(), embeddingModel)).mapEmpty();
  }

  /** Forgets its passages, but not its text. */
  Future<Void> restart(Edition edition) {
    return database.query(RESTART, Tuple.of(edition.id())).mapEmpty();
  }

  /**
   * Keeps the next passages; repeating it changes nothing, and vectors of another model than the
   * edition's are refused.
   *
   * @param model name and version of the model that made the vectors
   * @param from the ordinal of the first
   * @param vectors one per chunk
   */
  Future<Void> add(
      Edition edition, String model, int from, List<Chunk> chunks, List<float[]> vectors) {
    String text = edition.extraction().text();
    Tuple columns = Tuple.of(edition.id(), model);
    columns.addValue(IntStream.range(from, from + chunks.size()).boxed().toArray(Integer[]::new));
    add(columns, chunks, Integer[]::new, chunk -> edition.extraction().page(chunk.start()));
    add(columns, chunks, Integer[]::new, Chunk::start);
    add(columns, chunks, Integer[]::new, Chunk::end);
    add(columns, chunks, String[]::new, Chunk::heading);
    add(columns, chunks, String[]::new, chunk -> text.substring(chunk.start(), chunk.end()));
    add(columns, vectors, Buffer[]::new, DocumentRows::bytes);
    return database.query(ADD, columns).map(Editions::still).mapEmpty();
  }

  /**
   * Ordinals in the searchable edition by the MD5 of what the model read: the headings, if any, a
   * line feed and the text. None where another model read it, and none where {@code edition} is to
   * replace vectors of the same model, cut by the same rules: then somebody wants them anew.
   */
  Future<Map<String, Integer>> searchable(Edition edition, String embeddingModel) {
    Tuple key =
        Tuple.of(
            edition.document().id(), embeddingModel, edition.generation().id(), Chunker.VERSION);
    return database
        .query(SEARCHABLE, key)
        .map(rows -> {
          Map<String, Integer> ordinals = new HashMap<>();
          rows.forEach(row -> ordinals.put(row.getString("hash"), row.getInteger("ordinal")));
          return ordinals;
        });
  }

  /** Vectors of the searchable edition by ordinal; one that is gone meanwhile is left out. */
  Future<Map<Integer, float[]>> vectors(
      Document document, String embeddingModel, List<Integer> ordinals) {
    Tuple key = Tuple.of(document.id(), embeddingModel, ordinals.toArray(Integer[]::new));
    return database
        .query(SEARCHABLE_VECTORS, key)
        .map(rows -> {
          Map<Integer, float[]> vectors = new HashMap<>();
          rows.forEach(row ->
              vectors.put(
                  row.getInteger("ordinal"), DocumentRows.vector(row.getBuffer("embedding"))));
          return vectors;
        });
  }

  /** A document that was deleted, or an edition that another run replaced, takes nothing more. */
  private static long still(RowSet<Row> rows) {
    return DocumentRows.first(rows).orElseThrow(Editions::overtaken).getLong("id");
  }

  static ProblemException overtaken() {
    return new ProblemException(
        new Problem.Conflict("The document was deleted or replaced meanwhile."));
  }

  private static Edition edition(Row row, Document document, Generation generation) {
    return new Edition(
        row.getLong("id"),
        document,
        row.getInteger("version"),
        row.getString("artifact"),
        generation,
        extraction(row),
        Optional.ofNullable(row.getString("embedding_model")),
        row.getInteger("passages"));
  }

  private static Extraction extraction(Row row) {
    return new Extraction(
        row.getString("media_type"),
        row.getString("title"),
        row.getString("content"),
        headings(row.getString("headings")),
        List.of(row.getArrayOfIntegers("pages")),
        row.getString("notice"));
  }

  private static String headings(List<Heading> headings) {
    var all = new JsonArray();
    headings.forEach(
        each -> all.add(new JsonArray().add(each.level()).add(each.start()).add(each.end())));
    return all.encode();
  }

  private static List<Heading> headings(String json) {
    var all = new JsonArray(json);
    List<Heading> headings = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      JsonArray each = all.getJsonArray(i);
      headings.add(new Heading(each.getInteger(0), each.getInteger(1), each.getInteger(2)));
    }
    return headings;
  }

  private static <E, V> void add(
      Tuple columns, List<E> rows, IntFunction<V[]> array, Function<E, V> column) {
    Tuple _ = columns.addValue(rows.stream().map(column).toArray(array));
  }
}
