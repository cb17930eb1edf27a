package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.archive.Tasks;
import io.millrace.bus.Bus;
import io.millrace.index.SearchTasks;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.settings.Durations;
import io.millrace.settings.Role;
import io.millrace.task.Children;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Submitting, reading, listing and cancelling tasks. */
final class TaskOperations {
  private static final int LIMIT = 50;
  private static final int CHILDREN_LIMIT = 1_000;

  private final TaskQueue queue;
  private final Tasks tasks;
  private final Bus bus;
  private final Submissions submissions;
  private final TaskWait waits;
  private final Duration waitMax;

  TaskOperations(HttpServices services, Submissions submissions, TaskWait waits) {
    this.queue = services.queue();
    this.tasks = services.tasks();
    this.bus = services.bus();
    this.submissions = submissions;
    this.waits = waits;
    this.waitMax = services.settings().waitMax();
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "submitTask", this::submit,
        "submitTasks", this::submitMany,
        "listTasks", this::list,
        "getTask", this::get,
        "listChildren", this::children,
        "cancelTask", this::cancel);
  }

  private Future<Reply> submit(Call call) {
    Duration wait = wait(call.parameters());
    Priority usual = wait.isZero() ? Priority.NORMAL : Priority.HIGH;
    Optional<String> key = call.parameters().text("Idempotency-Key");
    return submissions
        .read(call, call.body(), "", usual, key)
        .compose(request -> submitOne(call, request))
        .compose(task -> waits.forEnd(call, task, wait))
        .map(task -> accepted(task, !wait.isZero() && task.status().isFinal()));
  }

  /** 202 with the task. */
  static Reply accepted(Task task) {
    return accepted(task, false);
  }

  private static Reply accepted(Task task, boolean ended) {
    return Reply.at(ended ? 200 : 202, "/api/v1/tasks/" + task.id(), TaskView.whole(task));
  }

  /** Submits, and answers with the task, also when it was known. */
  Future<Task> submitOne(Call call, TaskRequest request) {
    return call.here(queue.submit(List.of(request)))
        .compose(outcomes -> accepted(call.asker(), outcomes.getFirst()));
  }

  private Future<Task> accepted(Scope asker, TaskQueue.Submitted outcome) {
    return switch (outcome) {
      case TaskQueue.Submitted.Accepted(Task task, boolean _) -> Future.succeededFuture(task);
      case TaskQueue.Submitted.Archived(TaskId id) -> tasks.get(asker, id);
      case TaskQueue.Submitted.Refused(Problem problem) ->
          Future.failedFuture(new ProblemException(problem));
    };
  }

  private Duration wait(Parameters parameters) {
    Duration wait = parameters.text("wait").map(Durations::parse).orElse(Duration.ZERO);
    if (wait.compareTo(waitMax) > 0) {
      throw Refusal.badParameter(
              "query/wait", "The wait may be at most " + Durations.format(waitMax) + ".")
          .asException();
    }
    return wait;
  }

  private Future<Reply> submitMany(Call call) {
    JsonArray bodies = call.body().getJsonArray("tasks");
    List<Future<TaskRequest>> requests = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      JsonObject body = bodies.getJsonObject(i);
      Optional<String> key = Optional.ofNullable(body.getString("idempotencyKey"));
      requests.add(submissions.read(call, body, "/tasks/" + i, Priority.NORMAL, key));
    }
    return Future.all(requests)
        .compose(all -> queue.submit(all.<TaskRequest>list()))
        .compose(outcomes ->
            Future.all(outcomes.stream().map(outcome -> outcome(call, outcome)).toList()))
        .map(all ->
            new Reply.Body(
                202, new JsonObject().put("results", new JsonArray(all.list())), Map.of()));
  }

  private Future<JsonObject> outcome(Call call, TaskQueue.Submitted outcome) {
    return accepted(call.asker(), outcome)
        .map(task -> new JsonObject().put("task", TaskView.whole(task)))
        .recover(failure ->
            failure instanceof ProblemException refused
                ? Future.succeededFuture(
                    new JsonObject().put("problem", Refusal.of(refused.problem()).toJson()))
                : Future.failedFuture(failure));
  }

  /** The id in the path; what cannot be one is not there. */
  static TaskId taskId(Call call) {
    String text = call.parameters().path("id");
    if (!TaskId.isTaskId(text)) {
      throw new ProblemException(new Problem.NotFound("There is no such task."));
    }
    return new TaskId(text);
  }

  private Future<Reply> get(Call call) {
    return tasks.get(call.asker(), taskId(call)).map(task -> Reply.ok(TaskView.whole(task)));
  }

  private Future<Reply> children(Call call) {
    Parameters parameters = call.parameters();
    return tasks
        .children(
            call.asker(),
            taskId(call),
            parameters.text("status").map(Children.Standing::ofLabel),
            Cursor.read(parameters, TaskId::isTaskId).map(TaskId::new),
            parameters.number("limit", CHILDREN_LIMIT))
        .map(children -> {
          JsonObject body = view(children.page());
          children.counts().ifPresent(counts -> body.put("counts", TaskView.children(counts)));
          return Reply.ok(body);
        });
  }

  private Future<Reply> cancel(Call call) {
    TaskId id = taskId(call);
    return queue
        .cancel(call.asker(), id)
        .compose(outcome ->
            switch (outcome) {
              case TaskQueue.Cancellation.Requested(Task task) -> Future.succeededFuture(task);
              case TaskQueue.Cancellation.AlreadyFinal(Task task) -> over(task);
              case TaskQueue.Cancellation.Unknown _ ->
                  tasks.get(call.asker(), id).compose(TaskOperations::over);
            })
        .map(task -> Reply.at(202, "/api/v1/tasks/" + id, TaskView.whole(task)));
  }

  private static Future<Task> over(Task task) {
    return Future.failedFuture(
        new ProblemException(
            new Problem.Conflict("The task has ended: it is " + task.status().label() + ".")));
  }

  private Future<Reply> list(Call call) {
    Parameters parameters = call.parameters();
    var filter =
        new Tasks.Filter(
            parameters.text("status").flatMap(TaskStatus::ofLabel),
            parameters.text("handler"),
            parameters.moment("from"),
            parameters.moment("to"));
    Optional<TaskId> before = Cursor.read(parameters, TaskId::isTaskId).map(TaskId::new);
    int limit = parameters.number("limit", LIMIT);
    Future<Tasks.Page> page =
        parameters
            .text("q")
            .map(words -> found(call.asker(), words, filter, before, limit))
            .orElseGet(() -> tasks.list(call.asker(), filter, before, limit));
    return page.map(tasks -> Reply.ok(view(tasks)));
  }

  private Future<Tasks.Page> found(
      Scope asker, String words, Tasks.Filter filter, Optional<TaskId> before, int limit) {
    var question =
        new SearchTasks(
            asker,
            words,
            filter.status().map(TaskStatus::label),
            filter.handler(),
            filter.from(),
            filter.to(),
            before.map(TaskId::value),
            limit);
    return RoleAway.told(Role.INDEX, bus.ask(SearchTasks.ADDRESS, question))
        .compose(found -> {
          List<TaskId> ids = found.ids().stream().map(TaskId::new).toList();
          Optional<TaskId> next =
              ids.size() < limit ? Optional.empty() : Optional.of(ids.getLast());
          // The index follows the truth with a small delay: what no longer matches is left out.
          return tasks
              .byIds(asker, ids)
              .map(list -> new Tasks.Page(list.stream().filter(filter::matches).toList(), next));
        });
  }

  private static JsonObject view(Tasks.Page page) {
    var items = new JsonArray();
    page.tasks().forEach(task -> items.add(TaskView.summary(task)));
    var body = new JsonObject().put("items", items);
    page.next().ifPresent(next -> body.put("next", Cursor.of(next.value())));
    return body;
  }
}
