package io.millrace.source;

import io.millrace.source.Source.Counts;
import io.millrace.sql.Database;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is known of the files of sources. Blocks; to be called on a virtual thread. */
final class SourceItems {
  private static final String NEXT_PASS =
      "UPDATE source SET pass = pass + 1 WHERE id = $1 RETURNING pass";
  private static final String LISTED = "UPDATE source SET listed = true WHERE id = $1";
  private static final String FORGET =
      "DELETE FROM source_item WHERE source_id = $1 AND gone AND document_id IS NULL";

  /** What is held is what the document still has: an upload may have put other bytes there. */
  private static final String KNOWN =
      """
      SELECT i.*, coalesce(d.artifact = i.artifact, false) AS held
      FROM source_item i LEFT JOIN document d ON d.id = i.document_id
      WHERE i.source_id = $1 AND i.key = ANY($2)
      """;

  private static final String SEEN =
      "UPDATE source_item SET pass = $2, gone = false WHERE source_id = $1 AND key = ANY($3)";
  private static final String RECORD =
      """
      INSERT INTO source_item (source_id, key, pass, task_id, outcome, version, artifact,
        document_id, error)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (source_id, key) DO UPDATE SET pass = excluded.pass, gone = false,
        task_id = excluded.task_id, version = excluded.version, error = excluded.error,
        outcome = CASE WHEN source_item.task_id = excluded.task_id AND source_item.outcome = 'new'
          AND excluded.outcome = 'changed' THEN 'new' ELSE excluded.outcome END,
        artifact = coalesce(excluded.artifact, source_item.artifact),
        document_id = coalesce(excluded.document_id, source_item.document_id)
      """;

  /** A document is the source's own when it brought it and no other file has the same bytes. */
  private static final String GONE =
      """
      SELECT i.key, i.document_id, d.source_id IS NOT DISTINCT FROM $1 AND NOT EXISTS
        (SELECT 1 FROM source_item o WHERE o.document_id = i.document_id AND NOT o.gone
          AND NOT (o.source_id = $1 AND o.pass < $2)) AS own
      FROM source_item i JOIN document d ON d.id = i.document_id
      WHERE i.source_id = $1 AND i.pass < $2 AND NOT i.gone AND i.key > $3
      ORDER BY i.key LIMIT 500
      """;

  private static final String MARK_GONE =
      """
      UPDATE source_item SET gone = true, task_id = $3, outcome = 'gone', error = NULL,
        document_id = CASE WHEN EXISTS (SELECT 1 FROM document d WHERE d.id = document_id)
          THEN document_id END
      WHERE source_id = $1 AND pass < $2 AND NOT gone
      """;
  private static final String COUNTS =
      """
      SELECT count(*) FILTER (WHERE pass = $2 AND NOT gone) AS seen,
        count(*) FILTER (WHERE NOT gone) AS known,
        count(*) FILTER (WHERE task_id = $3 AND outcome = 'new') AS created,
        count(*) FILTER (WHERE task_id = $3 AND outcome = 'changed') AS changed,
        count(*) FILTER (WHERE task_id = $3 AND outcome = 'gone') AS gone,
        count(*) FILTER (WHERE task_id = $3 AND outcome = 'failed') AS failed
      FROM source_item WHERE source_id = $1
      """;
  private static final String FAILURES =
      """
      SELECT key, error FROM source_item
      WHERE source_id = $1 AND task_id = $2 AND outcome = 'failed' ORDER BY key LIMIT $3
      """;
  private static final String STALE =
      """
      SELECT 1 FROM source_item i JOIN document d ON d.id = i.document_id
      WHERE i.source_id = $1 AND i.pass = $2 AND i.artifact <> d.artifact
        AND d.source_id = $1 LIMIT 1
      """;

  private final Database database;
  private final String source;
  private final String task;

  /** The items of {@code source}, for the sync of {@code task}. */
  SourceItems(Database database, String source, String task) {
    this.database = database;
    this.source = source;
    this.task = task;
  }

  /** What became of an item. */
  enum Outcome {
    NEW,
    CHANGED,
    UNCHANGED,
    FAILED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is known of an item.
   *
   * @param version what was read last; empty when that failed
   * @param held whether its document still has the bytes that were read
   * @param tried whether this sync has failed to read it
   * @param settled whether this sync has read it
   */
  record Known(
      String version,
      Optional<String> artifact,
      Optional<String> document,
      boolean held,
      boolean gone,
      boolean tried,
      boolean settled) {}

  /** A file that is no longer there. */
  record Gone(String key, String document, boolean own) {}

  /** A file that could not be read, and why. */
  record Failure(String key, String error) {}

  /** Begins another look at everything. */
  long nextPass() {
    return first(NEXT_PASS, Tuple.of(source)).getLong("pass");
  }

  void listed() {
    execute(LISTED, Tuple.of(source));
  }

  /** Forgets what went with its document in an earlier sync. */
  void forget() {
    execute(FORGET, Tuple.of(source));
  }

  Map<String, Known> known(Collection<String> keys) {
    var known = new HashMap<String, Known>();
    for (Row row : rows(KNOWN, Tuple.of(source).addValue(keys.toArray(String[]::new)))) {
      boolean failed = Outcome.FAILED.label().equals(row.getString("outcome"));
      boolean mine = task.equals(row.getString("task_id"));
      known.put(
          row.getString("key"),
          new Known(
              failed ? "" : row.getString("version"),
              Optional.ofNullable(row.getString("artifact")),
              Optional.ofNullable(row.getString("document_id")),
              row.getBoolean("held"),
              row.getBoolean("gone"),
              mine && failed,
              mine && !failed && !row.getBoolean("gone") && row.getBoolean("held")));
    }
    return known;
  }

  void seen(long pass, Collection<String> keys) {
    if (!keys.isEmpty()) {
      execute(SEEN, Tuple.of(source, pass).addValue(keys.toArray(String[]::new)));
    }
  }

  /** Writes down what was read, and the document it is. */
  void read(
      long pass, String key, Outcome outcome, String version, String artifact, String document) {
    execute(
        RECORD,
        row(pass, key, outcome)
            .addValue(version)
            .addValue(artifact)
            .addValue(document)
            .addValue(null));
  }

  void failed(long pass, String key, String error) {
    execute(
        RECORD,
        row(pass, key, Outcome.FAILED)
            .addValue("")
            .addValue(null)
            .addValue(null)
            .addValue(error.replace('\0', '\ufffd')));
  }

  private Tuple row(long pass, String key, Outcome outcome) {
    return Tuple.of(source, key, pass, task, outcome.label());
  }

  /** Some of what an earlier pass saw and {@code pass} did not, with keys after {@code after}. */
  List<Gone> gone(long pass, String after) {
    return rows(GONE, Tuple.of(source, pass, after)).stream()
        .map(row ->
            new Gone(row.getString("key"), row.getString("document_id"), row.getBoolean("own")))
        .toList();
  }

  void markGone(long pass) {
    execute(MARK_GONE, Tuple.of(source, pass, task));
  }

  /** Whether something that {@code pass} saw lost its document to another file's new version. */
  boolean stale(long pass) {
    return !rows(STALE, Tuple.of(source, pass)).isEmpty();
  }

  /** Whether nothing was seen in {@code pass} of what was known before. */
  boolean allGone(long pass) {
    Row row = first(COUNTS, Tuple.of(source, pass, task));
    return row.getLong("seen") == 0 && row.getLong("known") > 0;
  }

  Counts counts() {
    Row row =
        first(
            COUNTS.replace("$2", "(SELECT pass FROM source WHERE id = $1)").replace("$3", "$2"),
            Tuple.of(source, task));
    long created = row.getLong("created");
    long changed = row.getLong("changed");
    long failed = row.getLong("failed");
    long unchanged = Math.max(0, row.getLong("seen") - created - changed - failed);
    return new Counts(created, changed, unchanged, row.getLong("gone"), failed);
  }

  List<Failure> failures(int max) {
    return rows(FAILURES, Tuple.of(source, task, max)).stream()
        .map(row -> new Failure(row.getString("key"), row.getString("error")))
        .toList();
  }

  private Row first(String sql, Tuple parameters) {
    return rows(sql, parameters).getFirst();
  }

  private List<Row> rows(String sql, Tuple parameters) {
    return database.query(sql, parameters).await().stream().toList();
  }

  private void execute(String sql, Tuple parameters) {
    var _ = database.query(sql, parameters).await();
  }
}
