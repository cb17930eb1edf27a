package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.index.SearchSettings;
import io.millrace.json.Json;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of searches in PostgreSQL. What a search needs is remembered for a moment, so a change
 * holds at once for searches of this process and within {@link #FRESH} for those of others; when
 * the database does not answer, searches go by what was known last.
 */
public final class PostgresSearchDefaults implements SearchDefaults {
  /** How long what was read is taken for granted. */
  static final Duration FRESH = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(PostgresSearchDefaults.class);
  private static final Duration READ_MAX = Duration.ofMillis(500);
  private static final int PROJECTS_MAX = 1_000;

  /** The key of the project itself; no collection has an empty name. */
  private static final String PROJECT = "";

  private static final String ALL =
      """
      SELECT coalesce(collection, '') AS collection, settings FROM search_settings
      WHERE tenant = $1 AND project = $2
      """;
  private static final String GET =
      """
      SELECT settings, updated_at FROM search_settings
      WHERE tenant = $1 AND project = $2 AND coalesce(collection, '') = $3
      """;
  private static final String HAS_COLLECTION =
      "SELECT 1 FROM collection WHERE tenant = $1 AND project = $2 AND name = $3 FOR KEY SHARE";
  private static final String PUT =
      """
      INSERT INTO search_settings (tenant, project, collection, user_name, settings)
      VALUES ($1, $2, nullif($3, ''), $4, $5)
      ON CONFLICT (tenant, project, coalesce(collection, ''))
      DO UPDATE SET settings = excluded.settings, user_name = excluded.user_name,
        updated_at = now()
      """;
  private static final String DELETE =
      """
      DELETE FROM search_settings
      WHERE tenant = $1 AND project = $2 AND coalesce(collection, '') = $3
      """;

  private final Database database;
  private final InstantSource clock;
  private final Map<Project, Read> known = new LinkedHashMap<>(16, 0.75f, true);

  /** Keeps settings in {@code database}. */
  public PostgresSearchDefaults(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  private record Project(String tenant, String name) {}

  /**
   * What was read of a project.
   *
   * @param last the settings known before
   */
  private record Read(
      Future<Map<String, SearchSettings>> settings,
      Map<String, SearchSettings> last,
      Instant until) {
    Map<String, SearchSettings> best() {
      return settings.succeeded() ? settings.result() : last;
    }
  }

  @Override
  public Future<SearchSettings> of(Scope asker, List<String> collections) {
    return all(new Project(asker.tenant(), asker.project()))
        .map(settings -> {
          SearchSettings project = settings.getOrDefault(PROJECT, SearchSettings.USUAL);
          return collections.size() == 1
              ? settings.getOrDefault(collections.getFirst(), project)
              : project;
        });
  }

  private Future<Map<String, SearchSettings>> all(Project project) {
    synchronized (known) {
      Read read = known.get(project);
      Instant now = clock.instant();
      if (read != null && now.isBefore(read.until())) {
        return answer(read);
      }
      Map<String, SearchSettings> last = read == null ? Map.of() : read.best();
      Read fresh = new Read(read(project), last, now.plus(FRESH));
      known.put(project, fresh);
      if (known.size() > PROJECTS_MAX) {
        known.remove(known.keySet().iterator().next());
      }
      return answer(fresh);
    }
  }

  private static Future<Map<String, SearchSettings>> answer(Read read) {
    return read.settings()
        .recover(failure -> {
          LOG.debug("Searching with settings known before: {}", failure.toString());
          return Future.succeededFuture(read.last());
        });
  }

  private Future<Map<String, SearchSettings>> read(Project project) {
    return database
        .query(ALL, Tuple.of(project.tenant(), project.name()))
        .timeout(READ_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .map(rows -> {
          Map<String, SearchSettings> settings = new HashMap<>();
          rows.forEach(row -> settings.put(row.getString("collection"), settings(row)));
          return settings;
        });
  }

  @Override
  public Future<Optional<Kept>> get(Scope asker, Optional<String> collection) {
    return database
        .query(GET, key(asker, collection))
        .map(rows ->
            rows.stream()
                .findFirst()
                .map(row ->
                    new Kept(settings(row), row.getOffsetDateTime("updated_at").toInstant())));
  }

  @Override
  public Future<Void> put(Scope asker, Optional<String> collection, SearchSettings settings) {
    return database
        .transaction(transaction ->
            (collection.isEmpty()
                    ? Future.succeededFuture(true)
                    : transaction
                        .preparedQuery(HAS_COLLECTION)
                        .execute(key(asker, collection))
                        .map(rows -> rows.size() > 0))
                .compose(there ->
                    there
                        ? transaction
                            .preparedQuery(PUT)
                            .execute(
                                key(asker, collection)
                                    .addValue(asker.user())
                                    .addValue(Json.write(settings)))
                        : Future.failedFuture(
                            new ProblemException(
                                new Problem.NotFound("There is no such collection.")))))
        .onSuccess(_ -> forget(asker))
        .mapEmpty();
  }

  @Override
  public Future<Void> delete(Scope asker, Optional<String> collection) {
    return database.query(DELETE, key(asker, collection)).onSuccess(_ -> forget(asker)).mapEmpty();
  }

  private void forget(Scope asker) {
    synchronized (known) {
      known.remove(new Project(asker.tenant(), asker.project()));
    }
  }

  private static Tuple key(Scope asker, Optional<String> collection) {
    return Tuple.of(asker.tenant(), asker.project(), collection.orElse(PROJECT));
  }

  private static SearchSettings settings(Row row) {
    return Json.read(row.getString("settings"), SearchSettings.class);
  }
}
