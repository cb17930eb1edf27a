package io.millrace.bench;

import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Documents of random words with vectors in clusters, written straight into the database. */
final class Passages {
  /** What the bundled model calls itself. */
  static final String EMBEDDING_MODEL = "bge-small-en-v1.5-q";

  private static final int DIMENSIONS = 384;
  private static final int CLUSTERS = 500;
  private static final double SPREAD = 0.8;
  private static final int PASSAGES_PER_DOCUMENT = 10;
  private static final int DOCUMENTS_PER_TRANSACTION = 50;
  private static final int WORDS_PER_PASSAGE = 130;
  private static final float[][] CENTERS = centers();

  private static final String COLLECTION =
      """
      INSERT INTO collection (id, tenant, project, user_name, name)
      VALUES ('bench', 'default', 'default', 'anonymous', 'bench') ON CONFLICT DO NOTHING
      """;
  private static final String DOCUMENT =
      """
      WITH d AS (
        INSERT INTO document (id, collection_id, tenant, project, user_name, name, media_type,
          artifact, bytes, status, searchable, passages)
        VALUES ($1, 'bench', 'default', 'default', 'anonymous', $1 || '.txt', 'text/plain', $1, 0,
          'ready', 1, $2) RETURNING id)
      INSERT INTO edition (document_id, version, artifact, chunker, model, embedding_model,
        media_type, title, content, headings, generation, published, passage_count)
      SELECT d.id, 1, d.id, g.chunker, g.model, $3, 'text/plain', d.id, '', '[]', g.id, true, $2
      FROM d, generation g WHERE g.state = 'live' RETURNING id
      """;
  private static final String PASSAGE =
      """
      INSERT INTO passage (edition, ordinal, page, start_offset, end_offset, heading, content,
        embedding)
      SELECT $1, p.* FROM unnest($2::int[], $3::int[], $3::int[], $3::int[], $4::text[],
        $5::text[], $6::bytea[]) AS p
      """;

  private final Database database;

  Passages(Database database) {
    this.database = database;
  }

  /** Writes {@code count} passages; blocks. */
  void fill(int count) {
    var _ = database.query(COLLECTION).await();
    var words = new SearchBench.Words(1);
    var random = new Random(2);
    for (int from = 0; from * PASSAGES_PER_DOCUMENT < count; from += DOCUMENTS_PER_TRANSACTION) {
      int first = from;
      Void _ =
          database
              .<Long>transaction(transaction -> portion(transaction, first, words, random))
              .<Void>mapEmpty()
              .await();
    }
  }

  private static Future<Long> portion(
      SqlConnection transaction, int first, SearchBench.Words words, Random random) {
    Future<?> written = Future.succeededFuture();
    var entities = new ArrayList<Entity>();
    for (int i = first; i < first + DOCUMENTS_PER_TRANSACTION; i++) {
      String id = "bench-%07d".formatted(i);
      entities.add(new Entity(id, "default"));
      written = written.compose(_ -> document(transaction, id, words, random));
    }
    return written.compose(
        _ -> PostgresChangeLog.append(transaction, ChangeLog.Kind.DOCUMENT, entities));
  }

  private static Future<?> document(
      SqlConnection transaction, String id, SearchBench.Words words, Random random) {
    var ordinals = new Integer[PASSAGES_PER_DOCUMENT];
    var zeros = new Integer[PASSAGES_PER_DOCUMENT];
    var headings = new String[PASSAGES_PER_DOCUMENT];
    var texts = new String[PASSAGES_PER_DOCUMENT];
    var vectors = new Buffer[PASSAGES_PER_DOCUMENT];
    for (int i = 0; i < PASSAGES_PER_DOCUMENT; i++) {
      ordinals[i] = i;
      zeros[i] = 0;
      headings[i] = "";
      texts[i] = words.text(WORDS_PER_PASSAGE);
      vectors[i] = bytes(vector(random));
    }
    return transaction
        .preparedQuery(DOCUMENT)
        .execute(Tuple.of(id, PASSAGES_PER_DOCUMENT, EMBEDDING_MODEL))
        .compose(rows -> {
          long edition = rows.iterator().next().getLong("id");
          Tuple columns = Tuple.tuple(List.of(edition, ordinals, zeros, headings, texts, vectors));
          return transaction
              .preparedQuery(PASSAGE)
              .execute(columns)
              .compose(_ ->
                  transaction
                      .preparedQuery("UPDATE document SET edition = $2 WHERE id = $1")
                      .execute(Tuple.of(id, edition)));
        });
  }

  /** {@code float[dimension]} of unit length, near one of the centers. */
  static float[] vector(Random random) {
    float[] center = CENTERS[random.nextInt(CLUSTERS)];
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = (float) (center[i] + SPREAD * random.nextGaussian() / Math.sqrt(DIMENSIONS));
    }
    normalize(vector);
    return vector;
  }

  private static float[][] centers() {
    var random = new Random(3);
    float[][] centers = new float[CLUSTERS][DIMENSIONS];
    for (float[] center : centers) {
      for (int i = 0; i < DIMENSIONS; i++) {
        center[i] = (float) random.nextGaussian();
      }
      normalize(center);
    }
    return centers;
  }

  private static void normalize(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(squares));
    }
  }

  private static Buffer bytes(float[] vector) {
    Buffer bytes = Buffer.buffer(vector.length * Float.BYTES);
    for (float x : vector) {
      var _ = bytes.appendFloatLE(x);
    }
    return bytes;
  }
}
