package io.millrace.http;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.schedule.CronTimes;
import io.millrace.schedule.MissedRuns;
import io.millrace.schedule.MissedRuns.Policy;
import io.millrace.schedule.Schedule;
import io.millrace.schedule.Schedule.Plan;
import io.millrace.schedule.Schedules;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looking at recurring schedules, making, changing, stopping and deleting them. */
final class ScheduleOperations {
  private static final Logger LOGGER = LoggerFactory.getLogger(ScheduleOperations.class);
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final int LIMIT = 50;
  private static final int NEXT = 5;
  private static final int MISSED_MAX = 10;

  private final Schedules schedules;
  private final TaskOperations tasks;
  private final Submissions submissions;
  private final InstantSource clock;

  ScheduleOperations(
      Schedules schedules, TaskOperations tasks, Submissions submissions, InstantSource clock) {
    this.schedules = schedules;
    this.tasks = tasks;
    this.submissions = submissions;
    this.clock = clock;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listSchedules",
        this::list,
        "createSchedule",
        this::create,
        "previewSchedule",
        this::preview,
        "getSchedule",
        call -> schedules.get(call.asker(), id(call)).compose(found -> whole(call, found)),
        "updateSchedule",
        this::update,
        "deleteSchedule",
        call -> schedules.delete(call.asker(), id(call)).map(gone -> new Reply.Nothing()),
        "pauseSchedule",
        call -> pause(call, true),
        "resumeSchedule",
        call -> pause(call, false),
        "runSchedule",
        this::run);
  }

  /** The id in the path; what cannot be one is not there. */
  private static String id(Call call) {
    String id = call.parameters().path("id");
    if (!ID.matcher(id).matches()) {
      throw new ProblemException(new Problem.NotFound("There is no such schedule."));
    }
    return id;
  }

  private Future<Reply> list(Call call) {
    Optional<String> cursor = Cursor.read(call.parameters(), Schedules::isCursor);
    return schedules
        .list(call.asker(), cursor, call.parameters().number("limit", LIMIT))
        .map(page -> {
          var items = new JsonArray();
          page.schedules().forEach(schedule -> items.add(ScheduleView.summary(schedule)));
          var body = new JsonObject().put("items", items);
          page.next().ifPresent(next -> body.put("next", Cursor.of(next)));
          return Reply.ok(body);
        });
  }

  private Future<Reply> create(Call call) {
    return read(call)
        .compose(request -> schedules.create(request.owner(), plan(call, request)))
        .map(made ->
            Reply.at(
                201,
                "/api/v1/schedules/" + made.id(),
                ScheduleView.whole(made, nextTimes(made), List.of())));
  }

  private Future<Reply> update(Call call) {
    String id = id(call);
    return read(call)
        .compose(request ->
            schedules.update(call.asker(), id, request.owner().project(), plan(call, request)))
        .compose(changed -> whole(call, changed));
  }

  /** Checks when it fires first, then what is to be submitted as for any other task. */
  private Future<TaskRequest> read(Call call) {
    CronTimes _ = times(call.body());
    return submissions.read(call, call.body(), "", Priority.NORMAL, Optional.empty());
  }

  private static Plan plan(Call call, TaskRequest request) {
    JsonObject body = call.body();
    Policy policy =
        Optional.ofNullable(body.getString("missedRuns"))
            .flatMap(Policy::ofLabel)
            .orElse(Policy.ONCE);
    return new Plan(
        body.getString("name"),
        body.getString("cron"),
        timeZone(body),
        request.handler(),
        request.input(),
        request.priority(),
        new MissedRuns(policy, body.getInteger("missedRunsMax", MISSED_MAX)));
  }

  private static CronTimes times(JsonObject body) {
    return CronTimes.of(body.getString("cron"), timeZone(body));
  }

  private static String timeZone(JsonObject body) {
    return body.getString("timeZone", "UTC");
  }

  private Future<Reply> preview(Call call) {
    List<Instant> next = times(call.body()).next(clock.instant(), NEXT);
    return Future.succeededFuture(
        Reply.ok(new JsonObject().put("nextFireTimes", ScheduleView.moments(next))));
  }

  private Future<Reply> pause(Call call, boolean paused) {
    return schedules.pause(call.asker(), id(call), paused).compose(now -> whole(call, now));
  }

  private Future<Reply> whole(Call call, Schedule schedule) {
    return schedules
        .runs(call.asker(), schedule.id())
        .map(runs -> Reply.ok(ScheduleView.whole(schedule, nextTimes(schedule), runs)));
  }

  /** From the first that was not dealt with; none while it is paused. */
  private static List<Instant> nextTimes(Schedule schedule) {
    return schedule
        .nextFire()
        .map(first -> schedule.plan().times().next(first.minusMillis(1), NEXT))
        .orElse(List.of());
  }

  private Future<Reply> run(Call call) {
    return schedules
        .get(call.asker(), id(call))
        .compose(schedule ->
            tasks
                .submitOne(call, request(call, schedule))
                .compose(task -> ran(call, schedule, task)))
        .map(TaskOperations::accepted);
  }

  private static TaskRequest request(Call call, Schedule schedule) {
    Plan plan = schedule.plan();
    return new TaskRequest(
        schedule.owner(),
        plan.handler(),
        plan.input(),
        plan.priority(),
        new TaskRequest.Start.Now(),
        call.parameters().text("Idempotency-Key"));
  }

  /** The task is accepted, whether or not it can be written down. */
  private Future<Task> ran(Call call, Schedule schedule, Task task) {
    return schedules
        .ran(call.asker(), schedule.id(), task.id())
        .map(task)
        .otherwise(failure -> {
          LOGGER
              .atWarn()
              .addKeyValue("schedule", schedule.id())
              .addKeyValue("task", task.id())
              .log("a task of a schedule could not be remembered: {}", failure.getMessage());
          return task;
        });
  }
}
