package io.millrace.handler.job;

import io.millrace.handler.HandlerRegistry;
import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.ChildRequest;
import io.millrace.task.Children;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Submits the tasks of its input as children, waits for them without taking a slot, and succeeds
 * when all have. A child whose input is wrong fails by itself.
 */
final class JobHandler implements TaskHandler {
  private static final Duration HANDLER_AGAIN = Duration.ofSeconds(5);

  private final HandlerRegistry handlers;
  private final Function<TaskId, Future<List<TaskId>>> submitted;

  JobHandler(HandlerRegistry handlers, Function<TaskId, Future<List<TaskId>>> submitted) {
    this.handlers = handlers;
    this.submitted = submitted;
  }

  @Override
  public Outcome run(Task task, Context context) {
    return task.children()
        .map(children -> ended(task, children))
        .orElseGet(() -> new Outcome.Wait(children(Input.of(task.input()))));
  }

  private List<ChildRequest> children(Input input) {
    List<Input> wanted = input.objects("tasks");
    if (wanted.isEmpty() || wanted.size() > Outcome.Wait.CHILDREN_MAX) {
      throw input.refused("tasks", "must be 1 to %d".formatted(Outcome.Wait.CHILDREN_MAX));
    }
    List<ChildRequest> children = new ArrayList<>();
    for (Input one : wanted) {
      String handler = one.text("handler");
      if (handlers.find(handler).await().isEmpty()) {
        // It may be known again in a moment: after an outage, or when its worker has started.
        throw new ProblemException(
            new Problem.Unavailable(
                "handler " + handler,
                "No live worker runs a handler named " + handler + " now.",
                HANDLER_AGAIN));
      }
      String priority = one.optionalText("priority").orElse(Priority.NORMAL.label());
      children.add(
          new ChildRequest(
              handler,
              one.object("input").payload(),
              Priority.ofLabel(priority)
                  .orElseThrow(() -> one.refused("priority", "must be high, normal or low")),
              one.number("cost", 1, 1, TaskRequest.COST_MAX)));
    }
    return children;
  }

  private Outcome ended(Task task, Children counts) {
    if (counts.succeeded() < counts.total()) {
      return new Outcome.Failed(
          new Problem.Incomplete(
              "Of %d tasks %d succeeded, %d failed, %d are dead and %d were cancelled."
                  .formatted(
                      counts.total(),
                      counts.succeeded(),
                      counts.failed(),
                      counts.dead(),
                      counts.cancelled())));
    }
    var ids = new JsonArray();
    submitted.apply(task.id()).await().forEach(child -> ids.add(child.value()));
    var result = new JsonObject().put("succeeded", counts.succeeded()).put("tasks", ids);
    return new Outcome.Succeeded(new Payload(result.encode()));
  }
}
