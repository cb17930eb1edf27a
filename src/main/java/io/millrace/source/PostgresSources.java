package io.millrace.source;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.schedule.MissedRuns;
import io.millrace.schedule.Schedule;
import io.millrace.schedule.Schedules;
import io.millrace.source.Source.Counts;
import io.millrace.source.Source.Plan;
import io.millrace.sql.Database;
import io.millrace.sql.NamedRows;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The sources in PostgreSQL; when each is synced is a schedule like any other. */
public final class PostgresSources implements Sources {
  /** The handler that syncs. */
  static final String HANDLER = "sync";

  private static final NamedRows NAMES =
      new NamedRows("source", new NamedRows.Things("source", "sources"), SOURCES_MAX);
  private static final String INSERT =
      """
      INSERT INTO source (id, tenant, project, user_name, name, collection, kind, place, include,
        exclude, tags, on_gone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      """;
  private static final String UPDATE =
      """
      UPDATE source SET name = $3, collection = $4, kind = $5, place = $6, include = $7,
        exclude = $8, tags = $9, on_gone = $10, updated_at = now() WHERE id = $1 AND tenant = $2
      """;
  private static final String GET = "SELECT * FROM source WHERE id = $1 AND tenant = $2";
  private static final String LIST =
      "SELECT * FROM source WHERE tenant = $1 AND project = $2 ORDER BY name";
  private static final String DELETE =
      "DELETE FROM source WHERE id = $1 AND tenant = $2 RETURNING schedule_id";
  private static final String SCHEDULED = "UPDATE source SET schedule_id = $2 WHERE id = $1";
  private static final String CLAIM =
      """
      UPDATE source SET running = $2, listed = false, sync_task = $2, sync_started = now(),
        sync_ended = NULL, sync_created = 0, sync_changed = 0, sync_unchanged = 0, sync_gone = 0,
        sync_failed = 0, sync_error = NULL
      WHERE id = $1 RETURNING *
      """;
  private static final String RELEASE =
      """
      UPDATE source SET running = NULL, listed = false, sync_ended = now(), sync_created = $3,
        sync_changed = $4, sync_unchanged = $5, sync_gone = $6, sync_failed = $7, sync_error = $8
      WHERE id = $1 AND running = $2
      """;

  private final Database database;
  private final Schedules schedules;
  private final AllowedPlaces allowed;
  private final RandomGenerator random;

  /** Keeps sources in {@code database}, and when they are synced in {@code schedules}. */
  public PostgresSources(
      Database database, Schedules schedules, AllowedPlaces allowed, RandomGenerator random) {
    this.database = database;
    this.schedules = schedules;
    this.allowed = allowed;
    this.random = random;
  }

  @Override
  public Future<List<Source>> list(Scope asker) {
    return database
        .query(LIST, Tuple.of(asker.tenant(), asker.project()))
        .compose(rows -> Future.all(rows.stream().map(row -> whole(asker, row)).toList()))
        .map(all -> all.<Source>list());
  }

  @Override
  public Future<Source> create(Scope owner, Plan plan, Optional<Times> times) {
    allowed.check(plan.place());
    String id = randomId();
    Tuple row = Tuple.of(id, owner.tenant(), owner.project(), owner.user());
    return database
        .transaction(transaction ->
            NAMES
                .freeForOneMore(transaction, owner, plan.name(), id)
                .compose(
                    _ -> transaction.preparedQuery(INSERT).execute(SourceRows.addPlan(row, plan))))
        .compose(_ -> schedule(owner, id, plan, Optional.empty(), times))
        .recover(failure ->
            database
                .query("DELETE FROM source WHERE id = $1", Tuple.of(id))
                .transform(_ -> Future.failedFuture(failure)))
        .compose(_ -> get(owner, id));
  }

  @Override
  public Future<Source> get(Scope asker, String id) {
    return database
        .query(GET, Tuple.of(id, asker.tenant()))
        .compose(rows -> whole(asker, one(rows.stream().toList())));
  }

  @Override
  public Future<Source> update(Scope asker, String id, Plan plan, Optional<Times> times) {
    allowed.check(plan.place());
    Tuple row = Tuple.of(id, asker.tenant());
    return get(asker, id)
        .compose(before ->
            database
                .transaction(transaction ->
                    NAMES
                        .free(transaction, before.owner(), plan.name(), id)
                        .compose(_ ->
                            transaction
                                .preparedQuery(UPDATE)
                                .execute(SourceRows.addPlan(row, plan))))
                .compose(_ -> schedule(before.owner(), id, plan, before.schedule(), times)))
        .compose(_ -> get(asker, id));
  }

  @Override
  public Future<Void> delete(Scope asker, String id) {
    return database
        .query(DELETE, Tuple.of(id, asker.tenant()))
        .compose(rows -> {
          String schedule = one(rows.stream().toList()).getString("schedule_id");
          return schedule == null
              ? Future.succeededFuture()
              : schedules.delete(asker, schedule).recover(PostgresSources::goneIsFine);
        });
  }

  @Override
  public Future<Claim> claim(
      Scope asker, String id, String task, Function<String, Future<Boolean>> lives) {
    return database.transaction(transaction ->
        transaction
            .preparedQuery(GET + " FOR UPDATE")
            .execute(Tuple.of(id, asker.tenant()))
            .map(rows -> one(rows.stream().toList()))
            .compose(row -> {
              Optional<String> running = Optional.ofNullable(row.getString("running"));
              if (running.filter(task::equals).isPresent()) {
                return Future.succeededFuture(claim(row, task, row.getBoolean("listed")));
              }
              return running
                  .map(lives)
                  .orElseGet(() -> Future.succeededFuture(false))
                  .compose(lively ->
                      lively
                          ? Future.succeededFuture(claim(row, running.get(), false))
                          : transaction
                              .preparedQuery(CLAIM)
                              .execute(Tuple.of(id, task))
                              .map(_ -> claim(row, task, false)));
            }));
  }

  private static Claim claim(Row row, String task, boolean listed) {
    return new Claim(
        SourceRows.source(row, Optional.empty()),
        task,
        Optional.ofNullable(row.getString("sync_task")),
        listed);
  }

  @Override
  public Future<Void> release(String id, String task, Counts counts, Optional<String> error) {
    Tuple row = Tuple.of(id, task, counts.created(), counts.changed(), counts.unchanged());
    return database
        .query(
            RELEASE,
            row.addValue(counts.gone()).addValue(counts.failed()).addValue(error.orElse(null)))
        .mapEmpty();
  }

  private Future<Source> whole(Scope asker, Row row) {
    String id = row.getString("schedule_id");
    return id == null
        ? Future.succeededFuture(SourceRows.source(row, Optional.empty()))
        : schedules
            .get(asker, id)
            .map(Optional::of)
            .recover(failure -> goneIsFine(failure).map(_ -> Optional.<Schedule>empty()))
            .map(schedule -> SourceRows.source(row, schedule));
  }

  private Future<Void> schedule(
      Scope owner, String id, Plan plan, Optional<Schedule> before, Optional<Times> times) {
    if (times.isEmpty()) {
      return before.isEmpty()
          ? Future.succeededFuture()
          : schedules.delete(owner, before.get().id()).recover(PostgresSources::goneIsFine);
    }
    var wanted =
        new Schedule.Plan(
            "Sync of " + plan.name(),
            times.get().cron(),
            times.get().timeZone(),
            HANDLER,
            new Payload(new JsonObject().put("source", id).encode()),
            Priority.LOW,
            new MissedRuns(MissedRuns.Policy.ONCE, 1));
    Future<Schedule> kept =
        before.isEmpty()
            ? schedules.create(owner, wanted)
            : schedules.update(owner, before.get().id(), owner.project(), wanted);
    return kept.compose(
        schedule -> database.query(SCHEDULED, Tuple.of(id, schedule.id())).mapEmpty());
  }

  private static Row one(List<Row> rows) {
    if (rows.isEmpty()) {
      throw new ProblemException(new Problem.NotFound("There is no such source."));
    }
    return rows.getFirst();
  }

  private static Future<Void> goneIsFine(Throwable failure) {
    return failure instanceof ProblemException e && e.problem() instanceof Problem.NotFound
        ? Future.succeededFuture()
        : Future.failedFuture(failure);
  }

  private String randomId() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
