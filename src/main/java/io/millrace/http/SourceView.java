package io.millrace.http;

import io.millrace.json.Times;
import io.millrace.source.Source;
import io.millrace.source.Source.Plan;
import io.millrace.source.Source.Sync;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Sources as clients see them. */
final class SourceView {
  private SourceView() {}

  static Reply reply(Source source) {
    return Reply.ok(of(source));
  }

  static JsonObject of(Source source) {
    JsonObject view =
        plan(source.plan())
            .put("id", source.id())
            .put("createdAt", Times.format(source.createdAt()))
            .put("updatedAt", Times.format(source.updatedAt()));
    source
        .schedule()
        .ifPresent(schedule -> {
          view.put("cron", schedule.plan().cron())
              .put("timeZone", schedule.plan().timeZone())
              .put("scheduleId", schedule.id());
          schedule.nextFire().ifPresent(next -> view.put("nextSyncAt", Times.format(next)));
        });
    source.running().ifPresent(task -> view.put("runningTaskId", task));
    source.last().ifPresent(sync -> view.put("lastSync", view(sync)));
    return view;
  }

  /** What people said of it. */
  static JsonObject plan(Plan plan) {
    return plan.place()
        .json()
        .put("kind", plan.place().kind())
        .put("name", plan.name())
        .put("collection", plan.collection())
        .put("include", new JsonArray(plan.include()))
        .put("exclude", new JsonArray(plan.exclude()))
        .put("tags", new JsonArray(plan.tags()))
        .put("onGone", plan.onGone().label());
  }

  private static JsonObject view(Sync sync) {
    var view =
        new JsonObject()
            .put("taskId", sync.task())
            .put("startedAt", Times.format(sync.startedAt()))
            .put("new", sync.counts().created())
            .put("changed", sync.counts().changed())
            .put("unchanged", sync.counts().unchanged())
            .put("gone", sync.counts().gone())
            .put("failed", sync.counts().failed());
    sync.endedAt().ifPresent(moment -> view.put("endedAt", Times.format(moment)));
    sync.error().ifPresent(error -> view.put("error", error));
    return view;
  }
}
