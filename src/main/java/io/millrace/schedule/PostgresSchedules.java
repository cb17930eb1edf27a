package io.millrace.schedule;

import static io.millrace.schedule.ScheduleRows.column;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.schedule.Schedule.Plan;
import io.millrace.schedule.Schedule.Run;
import io.millrace.sql.Database;
import io.millrace.sql.NamedRows;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The recurring schedules in PostgreSQL. */
public final class PostgresSchedules implements Schedules {
  /** The most schedules of one tenant. */
  static final int SCHEDULES_MAX = 1_000;

  /** The most tasks remembered of one schedule. */
  static final int RUNS_MAX = 20;

  private static final String INSERT =
      """
      INSERT INTO schedule (id, tenant, project, user_name, name, cron, time_zone, handler, input,
        priority, missed_runs, missed_max, next_fire, due_at, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $14) RETURNING *
      """;
  private static final NamedRows NAMES =
      new NamedRows("schedule", new NamedRows.Things("schedule", "schedules"), SCHEDULES_MAX);
  private static final String GET = "SELECT * FROM schedule WHERE id = $1 AND tenant = $2";
  private static final String LIST =
      """
      SELECT * FROM schedule WHERE tenant = $1
        AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
      ORDER BY created_at DESC, id DESC LIMIT $4
      """;
  private static final String UPDATE =
      """
      UPDATE schedule SET project = $3, name = $4, cron = $5, time_zone = $6, handler = $7,
        input = $8, priority = $9, missed_runs = $10, missed_max = $11, next_fire = $12,
        due_at = $12, refusals = 0, error_type = NULL, error_message = NULL, updated_at = $13
      WHERE id = $1 AND tenant = $2 RETURNING *
      """;
  private static final String PAUSE =
      """
      UPDATE schedule SET paused = $3, next_fire = $4, due_at = $4, refusals = 0,
        error_type = NULL, error_message = NULL, updated_at = $5
      WHERE id = $1 AND tenant = $2 RETURNING *
      """;
  private static final String DELETE = "DELETE FROM schedule WHERE id = $1 AND tenant = $2";
  private static final String RAN =
      """
      WITH ran AS (UPDATE schedule SET last_task = $3 WHERE id = $1 AND tenant = $2 RETURNING id)
      INSERT INTO schedule_task (schedule_id, task_id, submitted_at) SELECT id, $3, $4 FROM ran
      ON CONFLICT DO NOTHING
      """;
  private static final String RUNS =
      """
      SELECT r.* FROM schedule_task r JOIN schedule s ON s.id = r.schedule_id
      WHERE s.id = $1 AND s.tenant = $2 ORDER BY r.submitted_at DESC, r.task_id DESC LIMIT $3
      """;

  private final Database database;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Keeps schedules in {@code database}. */
  public PostgresSchedules(Database database, InstantSource clock, RandomGenerator random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Future<Page> list(Scope asker, Optional<String> cursor, int limit) {
    Optional<ScheduleCursor> after = cursor.map(ScheduleCursor::parse);
    Tuple parameters =
        Tuple.of(
            asker.tenant(),
            column(after.map(ScheduleCursor::createdAt)),
            after.map(ScheduleCursor::id).orElse(""),
            limit + 1);
    return database
        .query(LIST, parameters)
        .map(rows -> page(rows.stream().map(ScheduleRows::schedule).toList(), limit));
  }

  private static Page page(List<Schedule> schedules, int limit) {
    return schedules.size() <= limit
        ? new Page(schedules, Optional.empty())
        : new Page(
            schedules.subList(0, limit),
            Optional.of(ScheduleCursor.of(schedules.get(limit - 1)).text()));
  }

  @Override
  public Future<Schedule> create(Scope owner, Plan plan) {
    String id = randomId();
    Instant now = now();
    Tuple row = Tuple.of(id, owner.tenant(), owner.project(), owner.user());
    addPlan(row, plan);
    Tuple _ = row.addValue(column(plan.times().next(now))).addValue(column(now));
    return database.transaction(transaction ->
        NAMES
            .freeForOneMore(transaction, owner, plan.name(), id)
            .compose(_ -> transaction.preparedQuery(INSERT).execute(row))
            .map(PostgresSchedules::one));
  }

  private static void addPlan(Tuple row, Plan plan) {
    for (String text :
        List.of(
            plan.name(),
            plan.cron(),
            plan.timeZone(),
            plan.handler(),
            plan.input().json(),
            plan.priority().label(),
            plan.missed().policy().label())) {
      Tuple _ = row.addValue(text);
    }
    Tuple _ = row.addValue(plan.missed().max());
  }

  @Override
  public Future<Schedule> get(Scope asker, String id) {
    return database.query(GET, Tuple.of(id, asker.tenant())).map(PostgresSchedules::one);
  }

  private static Schedule one(RowSet<Row> rows) {
    return rows.stream()
        .findFirst()
        .map(ScheduleRows::schedule)
        .orElseThrow(
            () -> new ProblemException(new Problem.NotFound("There is no such schedule.")));
  }

  @Override
  public Future<Schedule> update(Scope asker, String id, String project, Plan plan) {
    var owner = new Scope(asker.tenant(), project, asker.user());
    return database.transaction(transaction ->
        locked(transaction, asker, id)
            .compose(before ->
                NAMES
                    .free(transaction, owner, plan.name(), id)
                    .compose(_ -> {
                      Instant now = now();
                      Tuple row = Tuple.of(id, asker.tenant(), project);
                      addPlan(row, plan);
                      Tuple _ =
                          row.addValue(column(nextFire(before, plan, now))).addValue(column(now));
                      return transaction.preparedQuery(UPDATE).execute(row);
                    }))
            .map(PostgresSchedules::one));
  }

  private static Optional<Instant> nextFire(Schedule before, Plan plan, Instant now) {
    boolean sameTimes =
        before.plan().cron().equals(plan.cron())
            && before.plan().timeZone().equals(plan.timeZone());
    return before.paused() || sameTimes ? before.nextFire() : plan.times().next(now);
  }

  private static Future<Schedule> locked(SqlConnection transaction, Scope asker, String id) {
    return transaction
        .preparedQuery(GET + " FOR UPDATE")
        .execute(Tuple.of(id, asker.tenant()))
        .map(PostgresSchedules::one);
  }

  @Override
  public Future<Void> delete(Scope asker, String id) {
    return database
        .query(DELETE, Tuple.of(id, asker.tenant()))
        .map(rows -> {
          if (rows.rowCount() == 0) {
            throw new ProblemException(new Problem.NotFound("There is no such schedule."));
          }
          return null;
        });
  }

  @Override
  public Future<Schedule> pause(Scope asker, String id, boolean paused) {
    return database.transaction(transaction ->
        locked(transaction, asker, id)
            .compose(before -> {
              if (before.paused() == paused) {
                return Future.succeededFuture(before);
              }
              Instant now = now();
              Optional<Instant> next = paused ? Optional.empty() : before.plan().times().next(now);
              return transaction
                  .preparedQuery(PAUSE)
                  .execute(Tuple.of(id, asker.tenant(), paused, column(next), column(now)))
                  .map(PostgresSchedules::one);
            }));
  }

  @Override
  public Future<Void> ran(Scope asker, String id, TaskId task) {
    return database
        .query(RAN, Tuple.of(id, asker.tenant(), task.value(), column(now())))
        .mapEmpty();
  }

  @Override
  public Future<List<Run>> runs(Scope asker, String id) {
    return database
        .query(RUNS, Tuple.of(id, asker.tenant(), RUNS_MAX))
        .map(rows -> rows.stream().map(ScheduleRows::run).toList());
  }

  /** As precise as the database keeps it. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private String randomId() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
