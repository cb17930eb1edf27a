package io.millrace.source;

import io.millrace.access.Scope;
import io.millrace.schedule.Schedule;
import io.millrace.source.Source.Counts;
import io.millrace.source.Source.OnGone;
import io.millrace.source.Source.Plan;
import io.millrace.source.Source.Sync;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Sources as rows and back. */
final class SourceRows {
  private SourceRows() {}

  static Scope owner(Row row) {
    return new Scope(row.getString("tenant"), row.getString("project"), row.getString("user_name"));
  }

  static Source source(Row row, Optional<Schedule> schedule) {
    return new Source(
        row.getString("id"),
        owner(row),
        plan(row),
        schedule,
        Optional.ofNullable(row.getString("running")),
        sync(row),
        moment(row, "created_at").orElseThrow(),
        moment(row, "updated_at").orElseThrow());
  }

  private static Plan plan(Row row) {
    return new Plan(
        row.getString("name"),
        row.getString("collection"),
        Place.of(row.getString("kind"), new JsonObject(row.getString("place"))),
        List.of(row.getArrayOfStrings("include")),
        List.of(row.getArrayOfStrings("exclude")),
        List.of(row.getArrayOfStrings("tags")),
        OnGone.ofLabel(row.getString("on_gone")).orElseThrow());
  }

  private static Optional<Sync> sync(Row row) {
    return Optional.ofNullable(row.getString("sync_task"))
        .map(task ->
            new Sync(
                task,
                moment(row, "sync_started").orElseThrow(),
                moment(row, "sync_ended"),
                new Counts(
                    row.getLong("sync_created"),
                    row.getLong("sync_changed"),
                    row.getLong("sync_unchanged"),
                    row.getLong("sync_gone"),
                    row.getLong("sync_failed")),
                Optional.ofNullable(row.getString("sync_error"))));
  }

  private static Optional<Instant> moment(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }

  /** Appends name, collection, kind, place, include, exclude, tags and on_gone. */
  static Tuple addPlan(Tuple row, Plan plan) {
    return row.addValue(plan.name())
        .addValue(plan.collection())
        .addValue(plan.place().kind())
        .addValue(plan.place().json().encode())
        .addValue(plan.include().toArray(String[]::new))
        .addValue(plan.exclude().toArray(String[]::new))
        .addValue(plan.tags().toArray(String[]::new))
        .addValue(plan.onGone().label());
  }
}
