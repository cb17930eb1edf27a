package io.millrace.schedule;

import io.millrace.access.Scope;
import io.millrace.schedule.MissedRuns.Policy;
import io.millrace.schedule.Schedule.Plan;
import io.millrace.schedule.Schedule.Run;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Schedules as rows and back. */
final class ScheduleRows {
  private ScheduleRows() {}

  static Schedule schedule(Row row) {
    return new Schedule(
        row.getString("id"),
        new Scope(row.getString("tenant"), row.getString("project"), row.getString("user_name")),
        plan(row),
        row.getBoolean("paused"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant(),
        moment(row, "next_fire"),
        moment(row, "last_fire"),
        Optional.ofNullable(row.getString("last_task")).map(TaskId::new),
        Optional.ofNullable(row.getString("error_type"))
            .map(type ->
                new TaskError(
                    type, row.getString("error_message"), row.getInteger("refusals") > 0)));
  }

  private static Plan plan(Row row) {
    return new Plan(
        row.getString("name"),
        row.getString("cron"),
        row.getString("time_zone"),
        row.getString("handler"),
        new Payload(row.getString("input")),
        Priority.ofLabel(row.getString("priority")).orElseThrow(),
        new MissedRuns(
            Policy.ofLabel(row.getString("missed_runs")).orElseThrow(),
            row.getInteger("missed_max")));
  }

  static Run run(Row row) {
    return new Run(
        new TaskId(row.getString("task_id")),
        moment(row, "fire_at"),
        row.getOffsetDateTime("submitted_at").toInstant());
  }

  private static Optional<Instant> moment(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }

  static OffsetDateTime column(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }

  static @Nullable OffsetDateTime column(Optional<Instant> moment) {
    return moment.map(ScheduleRows::column).orElse(null);
  }
}
