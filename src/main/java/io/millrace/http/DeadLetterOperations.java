package io.millrace.http;

import io.millrace.archive.Tasks;
import io.millrace.json.Times;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.DeadLetter;
import io.millrace.queue.DeadLetters;
import io.millrace.queue.DeadLetters.Bulk;
import io.millrace.queue.DeadLetters.Filter;
import io.millrace.queue.DeadLetters.Redriven;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Looking at dead letters, running them again and deleting them. */
final class DeadLetterOperations {
  private static final int LIMIT = 50;
  private static final int RETRY_LIMIT = 1_000;

  private final DeadLetters letters;
  private final Tasks tasks;

  DeadLetterOperations(DeadLetters letters, Tasks tasks) {
    this.letters = letters;
    this.tasks = tasks;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listDeadLetters", this::list,
        "getDeadLetter", this::get,
        "retryDeadLetter", this::retry,
        "deleteDeadLetter", this::delete,
        "retryDeadLetters", this::retryMany);
  }

  private Future<Reply> list(Call call) {
    Parameters parameters = call.parameters();
    var filter =
        new Filter(
            parameters.text("handler"),
            parameters.text("errorType"),
            parameters.text("user"),
            parameters.moment("from"),
            parameters.moment("to"));
    Optional<String> cursor = Cursor.read(parameters, DeadLetters::isCursor);
    return letters
        .list(call.asker(), filter, cursor, parameters.number("limit", LIMIT))
        .map(page -> {
          var items = new JsonArray();
          page.letters().forEach(letter -> items.add(summary(letter)));
          var body = new JsonObject().put("items", items);
          page.next().ifPresent(next -> body.put("next", Cursor.of(next)));
          return Reply.ok(body);
        });
  }

  private Future<Reply> get(Call call) {
    return letters
        .get(call.asker(), TaskOperations.taskId(call))
        .map(letter -> Reply.ok(whole(letter.orElseThrow(DeadLetterOperations::unknown))));
  }

  private Future<Reply> delete(Call call) {
    return letters
        .discard(call.asker(), TaskOperations.taskId(call))
        .compose(letter ->
            letter.isEmpty()
                ? Future.failedFuture(unknown())
                : Future.succeededFuture(new Reply.Nothing()));
  }

  private Future<Reply> retry(Call call) {
    TaskId id = TaskOperations.taskId(call);
    return letters
        .redrive(call.asker(), id)
        .compose(outcome ->
            switch (outcome) {
              case Redriven.Live(Task task, boolean already) ->
                  already ? retriedBefore(task) : Future.succeededFuture(task);
              case Redriven.Unknown _ ->
                  tasks.get(call.asker(), id).compose(DeadLetterOperations::retriedBefore);
              case Redriven.Refused(Problem problem) ->
                  Future.failedFuture(new ProblemException(problem));
            })
        .map(task -> Reply.at(202, "/api/v1/tasks/" + id, TaskView.whole(task)));
  }

  /** The same answer again, live or archived; but what never was retried is no dead letter. */
  private static Future<Task> retriedBefore(Task task) {
    return task.round() > 1 && task.status() != TaskStatus.DEAD
        ? Future.succeededFuture(task)
        : Future.failedFuture(unknown());
  }

  private static ProblemException unknown() {
    return new ProblemException(new Problem.NotFound("There is no such dead letter."));
  }

  private Future<Reply> retryMany(Call call) {
    JsonObject body = call.body();
    Filter filter = filter(body.getJsonObject("filter"));
    int limit = body.getInteger("limit", RETRY_LIMIT);
    if (body.getBoolean("dryRun", false)) {
      return letters.match(call.asker(), filter, limit).map(found -> outcome("matched", found));
    }
    double perSecond = body.getDouble("perSecond", 0.0);
    return letters
        .redrive(call.asker(), new Bulk(filter, limit, perSecond))
        .map(done -> outcome("retried", done));
  }

  private static Reply outcome(String what, DeadLetters.Portion portion) {
    return Reply.ok(new JsonObject().put(what, portion.letters()).put("more", portion.more()));
  }

  private static Filter filter(JsonObject filter) {
    return new Filter(
        Optional.ofNullable(filter.getString("handler")),
        Optional.ofNullable(filter.getString("errorType")),
        Optional.ofNullable(filter.getString("user")),
        moment(filter, "from"),
        moment(filter, "to"));
  }

  private static Optional<Instant> moment(JsonObject filter, String name) {
    return Optional.ofNullable(filter.getString(name))
        .map(text -> {
          try {
            return Submissions.moment(text);
          } catch (DateTimeException _) {
            throw new ProblemException(
                new Problem.Invalid("/filter/" + name, "There is no such moment."));
          }
        });
  }

  private static JsonObject whole(DeadLetter letter) {
    return head(letter).put("input", Json.decodeValue(letter.input().json()));
  }

  private static JsonObject summary(DeadLetter letter) {
    return head(letter).put("preview", TaskView.preview(letter.input()));
  }

  private static JsonObject head(DeadLetter letter) {
    var view =
        new JsonObject()
            .put("id", letter.task().value())
            .put("handler", letter.handler())
            .put("priority", letter.priority().label())
            .put("project", letter.owner().project())
            .put("user", letter.owner().user())
            .put("error", TaskView.error(letter.error()))
            .put("attempts", letter.attempts())
            .put("deliveries", letter.deliveries())
            .put("round", letter.round())
            .put("createdAt", Times.format(letter.createdAt()))
            .put("diedAt", Times.format(letter.diedAt()));
    letter.worker().ifPresent(worker -> view.put("worker", worker));
    return view;
  }
}
