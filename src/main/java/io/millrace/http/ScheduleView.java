package io.millrace.http;

import io.millrace.json.Times;
import io.millrace.schedule.Schedule;
import io.millrace.schedule.Schedule.Plan;
import io.millrace.schedule.Schedule.Run;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/** Schedules as clients see them. */
final class ScheduleView {
  private ScheduleView() {}

  /** All of a schedule. */
  static JsonObject whole(Schedule schedule, List<Instant> next, List<Run> runs) {
    var tasks = new JsonArray();
    runs.forEach(run -> tasks.add(view(run)));
    return head(schedule)
        .put("input", Json.decodeValue(schedule.plan().input().json()))
        .put("nextFireTimes", moments(next))
        .put("lastTasks", tasks);
  }

  /** A schedule in a list. */
  static JsonObject summary(Schedule schedule) {
    return head(schedule).put("preview", TaskView.preview(schedule.plan().input()));
  }

  static JsonArray moments(List<Instant> moments) {
    return new JsonArray(moments.stream().map(Times::format).toList());
  }

  private static JsonObject view(Run run) {
    var view =
        new JsonObject()
            .put("id", run.task().value())
            .put("submittedAt", Times.format(run.submittedAt()));
    run.fireAt().ifPresent(moment -> view.put("fireAt", Times.format(moment)));
    return view;
  }

  private static JsonObject head(Schedule schedule) {
    Plan plan = schedule.plan();
    var view =
        new JsonObject()
            .put("id", schedule.id())
            .put("name", plan.name())
            .put("cron", plan.cron())
            .put("timeZone", plan.timeZone())
            .put("handler", plan.handler())
            .put("priority", plan.priority().label())
            .put("missedRuns", plan.missed().policy().label())
            .put("missedRunsMax", plan.missed().max())
            .put("project", schedule.owner().project())
            .put("user", schedule.owner().user())
            .put("paused", schedule.paused())
            .put("createdAt", Times.format(schedule.createdAt()))
            .put("updatedAt", Times.format(schedule.updatedAt()));
    schedule.nextFire().ifPresent(moment -> view.put("nextFireAt", Times.format(moment)));
    schedule.lastFire().ifPresent(moment -> view.put("lastFireAt", Times.format(moment)));
    schedule.lastTask().ifPresent(task -> view.put("lastTaskId", task.value()));
    schedule.error().ifPresent(error -> view.put("error", TaskView.error(error)));
    return view;
  }
}
