package io.millrace.schedule;

import static io.millrace.schedule.ScheduleRows.column;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.sql.Database;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Fires what is due. Rows are claimed, their tasks submitted and their next moments written in one
 * transaction, so two schedulers never fire the same row at once. What was submitted before a crash
 * undid the transaction is submitted again under the same idempotency key: the same task.
 */
final class Firing {
  /** How many schedules one transaction takes. */
  static final int BATCH = 16;

  /** Below {@link DueMoments#ON_TIME}, so that a schedule in trouble still sees its moments. */
  private static final Duration RETRY_MAX = Duration.ofSeconds(15);

  private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
  private static final int DOUBLINGS_MAX = 4;
  private static final String DUE =
      """
      SELECT * FROM schedule WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
      """;
  private static final String ADVANCE =
      """
      UPDATE schedule SET next_fire = $2, due_at = $3, refusals = $4, error_type = $5,
        error_message = $6, last_fire = coalesce($7, last_fire), last_task = coalesce($8, last_task)
      WHERE id = $1
      """;
  private static final String REMEMBER =
      """
      INSERT INTO schedule_task (schedule_id, task_id, fire_at, submitted_at)
      VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
      """;
  private static final String FORGET =
      """
      DELETE FROM schedule_task WHERE schedule_id = $1 AND task_id NOT IN
        (SELECT task_id FROM schedule_task WHERE schedule_id = $1
         ORDER BY submitted_at DESC, task_id DESC LIMIT $2)
      """;

  private final Database database;
  private final TaskQueue queue;
  private final InstantSource clock;

  Firing(Database database, TaskQueue queue, InstantSource clock) {
    this.database = database;
    this.queue = queue;
    this.clock = clock;
  }

  /** A task that was submitted for a moment. */
  record Shot(Instant moment, Optional<TaskId> task, boolean repeated) {}

  /**
   * What was done about one schedule.
   *
   * @param missed how many moments get no task
   * @param refusal why the rest was not submitted
   */
  record Fired(Schedule schedule, List<Shot> shots, int missed, Optional<Problem> refusal) {}

  /** Deals with some of what is due; there may be more when there are {@link #BATCH}. */
  Future<List<Fired>> fireDue() {
    return database.transaction(transaction -> {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      return transaction
          .preparedQuery(DUE)
          .execute(Tuple.of(column(now), BATCH))
          .compose(rows -> {
            Future<List<Fired>> all = Future.succeededFuture(new ArrayList<>());
            for (Row row : rows) {
              all =
                  all.compose(done ->
                      fire(transaction, row, now, away(done))
                          .map(fired -> {
                            done.add(fired);
                            return done;
                          }));
            }
            return all;
          });
    });
  }

  /** While the queue does not answer, the others of a batch need not wait for that as well. */
  private static Optional<Problem> away(List<Fired> done) {
    return done.stream()
        .flatMap(fired -> fired.refusal().stream())
        .filter(Problem.Unavailable.class::isInstance)
        .findFirst();
  }

  private Future<Fired> fire(
      SqlConnection transaction, Row row, Instant now, Optional<Problem> away) {
    Schedule schedule = ScheduleRows.schedule(row);
    int refusals = row.getInteger("refusals");
    DueMoments due;
    try {
      due =
          DueMoments.of(
              schedule.plan().times(),
              schedule.nextFire().orElse(now),
              now,
              refusals > 0,
              schedule.plan().missed());
    } catch (ProblemException unreadable) {
      due = new DueMoments(List.of(now), 0, Optional.empty());
      away = Optional.of(unreadable.problem());
    }
    DueMoments todo = due;
    return submit(schedule, todo.fire(), away)
        .compose(answers -> {
          Fired fired = fired(schedule, todo, answers);
          return advance(transaction, fired, todo, now, refusals).map(fired);
        });
  }

  private Future<List<Submitted>> submit(
      Schedule schedule, List<Instant> moments, Optional<Problem> away) {
    if (moments.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    if (away.isPresent()) {
      return Future.succeededFuture(refused(moments, away.get()));
    }
    return queue
        .submit(moments.stream().map(moment -> request(schedule, moment)).toList())
        .recover(cause ->
            cause instanceof ProblemException expected
                ? Future.succeededFuture(refused(moments, expected.problem()))
                : Future.failedFuture(cause));
  }

  private static List<Submitted> refused(List<Instant> moments, Problem problem) {
    return moments.stream().<Submitted>map(_ -> new Submitted.Refused(problem)).toList();
  }

  private static TaskRequest request(Schedule schedule, Instant moment) {
    return new TaskRequest(
        schedule.owner(),
        schedule.plan().handler(),
        schedule.plan().input(),
        schedule.plan().priority(),
        new TaskRequest.Start.Now(),
        Optional.of("schedule:" + schedule.id() + ":" + moment.getEpochSecond()));
  }

  /** Up to the first refusal that may be mended by waiting. */
  private static Fired fired(Schedule schedule, DueMoments due, List<Submitted> answers) {
    var shots = new ArrayList<Shot>();
    Optional<Problem> refusal = Optional.empty();
    for (int i = 0; i < answers.size(); i++) {
      Instant moment = due.fire().get(i);
      switch (answers.get(i)) {
        case Submitted.Accepted(var task, boolean repeated) ->
            shots.add(new Shot(moment, Optional.of(task.id()), repeated));
        case Submitted.Archived(TaskId id) -> shots.add(new Shot(moment, Optional.of(id), true));
        // The key belongs to this moment: its task was submitted before the input was changed.
        case Submitted.Refused(Problem.Conflict _) ->
            shots.add(new Shot(moment, Optional.empty(), true));
        case Submitted.Refused(Problem problem) -> {
          refusal = Optional.of(problem);
          if (problem.retryable()) {
            return new Fired(schedule, shots, due.missed(), refusal);
          }
        }
      }
    }
    return new Fired(schedule, shots, due.missed(), refusal);
  }

  private static Future<Void> advance(
      SqlConnection transaction, Fired fired, DueMoments due, Instant now, int refusals) {
    Optional<Problem> refusal = fired.refusal();
    boolean again = refusal.filter(Problem::retryable).isPresent();
    Optional<Instant> next = again ? Optional.of(due.fire().get(fired.shots().size())) : due.next();
    Optional<Instant> dueAt = again ? Optional.of(now.plus(pause(refusals))) : next;
    Optional<Shot> last = fired.shots().stream().reduce((_, later) -> later);
    Optional<TaskId> lastTask =
        fired.shots().stream().flatMap(shot -> shot.task().stream()).reduce((_, later) -> later);
    String id = fired.schedule().id();
    Tuple row =
        Tuple.of(id, column(next), column(dueAt), again ? refusals + 1 : 0)
            .addValue(refusal.map(Problem::type).orElse(null))
            .addValue(refusal.map(Problem::detail).orElse(null))
            .addValue(column(last.map(Shot::moment)))
            .addValue(lastTask.map(TaskId::value).orElse(null));
    return transaction
        .preparedQuery(ADVANCE)
        .execute(row)
        .compose(_ -> remember(transaction, id, fired.shots(), now));
  }

  private static Duration pause(int refusals) {
    Duration pause = RETRY_FIRST.multipliedBy(1L << Math.min(refusals, DOUBLINGS_MAX));
    return pause.compareTo(RETRY_MAX) < 0 ? pause : RETRY_MAX;
  }

  private static Future<Void> remember(
      SqlConnection transaction, String id, List<Shot> shots, Instant now) {
    List<Tuple> rows = shots.stream().flatMap(shot -> row(id, shot, now)).toList();
    return rows.isEmpty()
        ? Future.succeededFuture()
        : transaction
            .preparedQuery(REMEMBER)
            .executeBatch(rows)
            .compose(_ ->
                transaction.preparedQuery(FORGET).execute(Tuple.of(id, PostgresSchedules.RUNS_MAX)))
            .mapEmpty();
  }

  private static Stream<Tuple> row(String id, Shot shot, Instant now) {
    return shot.task().stream()
        .map(task -> Tuple.of(id, task.value(), column(shot.moment()), column(now)));
  }
}
