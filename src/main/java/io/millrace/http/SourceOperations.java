package io.millrace.http;

import io.millrace.archive.Tasks;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.schedule.CronTimes;
import io.millrace.schedule.Schedule;
import io.millrace.source.Place;
import io.millrace.source.Source;
import io.millrace.source.Source.OnGone;
import io.millrace.source.Source.Plan;
import io.millrace.source.Sources;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Looking at sources, making, changing, deleting and syncing them. */
final class SourceOperations {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final String HANDLER = "sync";
  private static final String UTC = "UTC";

  /** The members of a place, by kind; those of other kinds are refused. */
  private static final Map<String, List<String>> MEMBERS =
      Map.of(
          "directory", List.of("path"),
          "web", List.of("urls"),
          "s3", List.of("connection", "bucket"));

  private static final List<String> PLACE_MEMBERS =
      List.of("path", "urls", "connection", "bucket", "prefix");

  private final Sources sources;
  private final Tasks tasks;
  private final TaskOperations submissions;

  SourceOperations(Sources sources, Tasks tasks, TaskOperations submissions) {
    this.sources = sources;
    this.tasks = tasks;
    this.submissions = submissions;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listSources",
        this::list,
        "createSource",
        this::create,
        "getSource",
        call -> sources.get(call.asker(), id(call)).map(SourceView::reply),
        "changeSource",
        this::change,
        "deleteSource",
        call -> sources.delete(call.asker(), id(call)).map(gone -> new Reply.Nothing()),
        "syncSource",
        this::sync);
  }

  /** The id in the path; what cannot be one is not there. */
  private static String id(Call call) {
    String id = call.parameters().path("id");
    if (!ID.matcher(id).matches()) {
      throw new ProblemException(new Problem.NotFound("There is no such source."));
    }
    return id;
  }

  private Future<Reply> list(Call call) {
    return sources
        .list(call.asker())
        .map(all -> {
          var items = new JsonArray();
          all.forEach(source -> items.add(SourceView.of(source)));
          return Reply.ok(new JsonObject().put("items", items));
        });
  }

  private Future<Reply> create(Call call) {
    JsonObject body = call.body();
    return sources
        .create(call.asker(), plan(body), times(body, Optional.empty()))
        .map(made -> Reply.at(201, "/api/v1/sources/" + made.id(), SourceView.of(made)));
  }

  /** What the body leaves out stays; {@code cron: null} ends the schedule. */
  private Future<Reply> change(Call call) {
    String id = id(call);
    return sources
        .get(call.asker(), id)
        .compose(before -> {
          JsonObject whole = SourceView.plan(before.plan()).mergeIn(call.body());
          return sources.update(
              call.asker(), id, plan(whole), times(call.body(), before.schedule()));
        })
        .map(SourceView::reply);
  }

  private static Plan plan(JsonObject body) {
    String kind = body.getString("kind");
    List<String> needed = MEMBERS.getOrDefault(kind, List.of());
    for (String member : needed) {
      if (body.getValue(member) == null) {
        throw invalid("/" + member, "A source of this kind needs it.");
      }
    }
    for (String member : PLACE_MEMBERS) {
      boolean fits = needed.contains(member) || (kind.equals("s3") && member.equals("prefix"));
      if (!fits && body.containsKey(member)) {
        throw invalid("/" + member, "A source of kind " + kind + " has no such member.");
      }
    }
    return new Plan(
        body.getString("name"),
        body.getString("collection"),
        Place.of(kind, body),
        texts(body, "include"),
        texts(body, "exclude"),
        texts(body, "tags"),
        OnGone.ofLabel(body.getString("onGone", OnGone.KEEP.label())).orElseThrow());
  }

  private static List<String> texts(JsonObject body, String member) {
    return body.getJsonArray(member, new JsonArray()).stream().map(String.class::cast).toList();
  }

  private static Optional<Sources.Times> times(JsonObject body, Optional<Schedule> before) {
    Optional<Schedule.Plan> was = before.map(Schedule::plan);
    String cron =
        body.containsKey("cron")
            ? body.getString("cron")
            : was.map(Schedule.Plan::cron).orElse(null);
    if (cron == null) {
      return Optional.empty();
    }
    String zone = body.getString("timeZone", was.map(Schedule.Plan::timeZone).orElse(UTC));
    CronTimes _ = CronTimes.of(cron, zone);
    return Optional.of(new Sources.Times(cron, zone));
  }

  /** A sync that runs is the one that was asked for. */
  private Future<Reply> sync(Call call) {
    return sources
        .get(call.asker(), id(call))
        .compose(source ->
            running(call, source)
                .compose(task ->
                    task.map(Future::succeededFuture)
                        .orElseGet(() -> submissions.submitOne(call, request(source)))))
        .map(TaskOperations::accepted);
  }

  private Future<Optional<Task>> running(Call call, Source source) {
    if (source.running().isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return tasks
        .get(call.asker(), new TaskId(source.running().get()))
        .map(task -> Optional.of(task).filter(found -> !found.status().isFinal()))
        .recover(failure ->
            failure instanceof ProblemException e && e.problem() instanceof Problem.NotFound
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture(failure));
  }

  private static TaskRequest request(Source source) {
    var input = new Payload(new JsonObject().put("source", source.id()).encode());
    return TaskRequest.now(source.owner(), HANDLER, input, Priority.NORMAL);
  }

  private static ProblemException invalid(String pointer, String detail) {
    return new ProblemException(new Problem.Invalid(pointer, detail));
  }
}
