package io.millrace.http;

import io.millrace.archive.Tasks;
import io.millrace.handler.Input;
import io.millrace.handler.measure.RunForm;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskStatus;
import io.millrace.tuning.Comparison;
import io.millrace.tuning.TestRun;
import io.millrace.tuning.TestSet.Query;
import io.millrace.tuning.Tuning;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Measuring the search with test sets, and comparing what came of it. */
final class TestRunOperations {
  private static final String HANDLER = "measure";

  private final Tuning tuning;
  private final Tasks tasks;
  private final TaskOperations submissions;

  TestRunOperations(Tuning tuning, Tasks tasks, TaskOperations submissions) {
    this.tuning = tuning;
    this.tasks = tasks;
    this.submissions = submissions;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listTestRuns",
        this::list,
        "startTestRun",
        this::start,
        "getTestRun",
        this::get,
        "compareTestRuns",
        this::compare,
        "deleteTestRun",
        call -> tuning.runs().delete(call.asker(), id(call)).map(gone -> new Reply.Nothing()));
  }

  /** The id in the path; what cannot be one is not there. */
  private static String id(Call call) {
    return id(call, "id");
  }

  private static String id(Call call, String name) {
    String id = call.parameters().path(name);
    if (!TaskId.isTaskId(id)) {
      throw new ProblemException(new Problem.NotFound("There is no such run."));
    }
    return id;
  }

  private Future<Reply> list(Call call) {
    return tuning
        .runs()
        .list(call.asker(), TestSetOperations.id(call))
        .compose(all -> Future.all(all.stream().map(run -> view(call, run)).toList()))
        .map(views ->
            Reply.ok(new JsonObject().put("items", new JsonArray(views.<JsonObject>list()))));
  }

  private Future<Reply> start(Call call) {
    String set = TestSetOperations.id(call);
    JsonObject input = call.body().copy().put("testSet", set);
    return tuning
        .sets()
        .queries(call.asker(), set)
        .compose(queries -> submissions.submitOne(call, request(call, input, queries)))
        .compose(task -> RunForm.begin(tuning, call.asker(), task.id().value(), Input.of(input)))
        .compose(run -> view(call, run).map(view -> accepted(run, view)));
  }

  private static Reply accepted(TestRun run, JsonObject view) {
    return Reply.at(202, "/api/v1/test-runs/" + run.id(), view);
  }

  private static TaskRequest request(Call call, JsonObject input, List<Query> queries) {
    if (queries.stream().allMatch(query -> query.expected().isEmpty())) {
      throw new ProblemException(
          new Problem.Conflict("The test set has no query that expects a document yet."));
    }
    return TaskRequest.now(call.asker(), HANDLER, new Payload(input.encode()), Priority.NORMAL);
  }

  private Future<Reply> get(Call call) {
    String id = id(call);
    return tuning
        .runs()
        .get(call.asker(), id)
        .compose(run -> view(call, run))
        .compose(view ->
            tuning
                .runs()
                .questions(call.asker(), id)
                .map(all -> Reply.ok(view.put("results", TuningView.questions(all)))));
  }

  private Future<Reply> compare(Call call) {
    String id = id(call);
    String before = id(call, "before");
    return Future.all(whole(call, before), whole(call, id))
        .map(both -> {
          Whole one = both.resultAt(0);
          Whole other = both.resultAt(1);
          return Reply.ok(
              TuningView.of(Comparison.of(one.questions(), other.questions()))
                  .put("beforeRun", one.view())
                  .put("afterRun", other.view()));
        });
  }

  /** A run with its queries. */
  private record Whole(JsonObject view, List<TestRun.Question> questions) {}

  private Future<Whole> whole(Call call, String id) {
    return tuning
        .runs()
        .get(call.asker(), id)
        .map(run -> {
          if (run.result().isEmpty()) {
            throw new ProblemException(
                new Problem.Conflict("Only runs that came to their end can be compared."));
          }
          return TuningView.of(run, TaskStatus.SUCCEEDED.label());
        })
        .compose(
            view -> tuning.runs().questions(call.asker(), id).map(all -> new Whole(view, all)));
  }

  /** A run that has not ended is as its task is; one whose task is gone never will. */
  private Future<JsonObject> view(Call call, TestRun run) {
    return run.result().isPresent()
        ? Future.succeededFuture(TuningView.of(run, TaskStatus.SUCCEEDED.label()))
        : tasks
            .get(call.asker(), new TaskId(run.id()))
            .map(TestRunOperations::status)
            .recover(failure ->
                failure instanceof ProblemException e && e.problem() instanceof Problem.NotFound
                    ? Future.succeededFuture(TaskStatus.FAILED.label())
                    : Future.failedFuture(failure))
            .map(status -> TuningView.of(run, status));
  }

  /** Its end may have come after the run was read. */
  private static String status(Task task) {
    TaskStatus status = task.status();
    return (status == TaskStatus.SUCCEEDED ? TaskStatus.RUNNING : status).label();
  }
}
