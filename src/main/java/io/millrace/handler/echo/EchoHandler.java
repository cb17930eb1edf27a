package io.millrace.handler.echo;

import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.problem.Problem;
import io.millrace.settings.Durations;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** Says back what it is told; sleeps, reports progress and fails on request. */
final class EchoHandler implements TaskHandler {
  private static final int ALL = Integer.MAX_VALUE;

  private final String greeting;

  EchoHandler(String greeting) {
    this.greeting = greeting;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    String text = input.text("text");
    Duration sleep =
        input.optionalText("sleep").map(form -> parse(input, form)).orElse(Duration.ZERO);
    int reports = input.number("progress", 0, 0, 1000);
    Optional<String> fail = input.optionalText("fail");
    int failures = input.number("failures", ALL, 1, 100);

    pass(context, sleep, reports);
    if (context.stopping()) {
      return new Outcome.Cancelled();
    }
    if (fail.isPresent() && task.attempts() < failures) {
      return failed(input, fail.get());
    }
    JsonObject result = new JsonObject().put("text", text);
    if (!greeting.isEmpty()) {
      result.put("greeting", greeting);
    }
    return new Outcome.Succeeded(new Payload(result.encode()));
  }

  private static Duration parse(Input input, String form) {
    try {
      return Durations.parse(form);
    } catch (IllegalArgumentException _) {
      throw input.refused("sleep", "must be a duration such as 250ms, 2s, 1m");
    }
  }

  private static void pass(Context context, Duration sleep, int reports) {
    for (int done = 1; done <= reports && !context.stopping(); done++) {
      context.sleep(sleep.dividedBy(reports));
      context.progress(done, reports, "sleep");
    }
    if (reports == 0 && !sleep.isZero()) {
      context.sleep(sleep);
    }
  }

  private static Outcome failed(Input input, String how) {
    return switch (how) {
      case "retryable" ->
          new Outcome.Failed(
              new Problem.Unavailable("echo", "It was asked to fail for now.", Duration.ZERO));
      case "permanent" ->
          new Outcome.Failed(new Problem.Conflict("It was asked to fail for good."));
      case "throw" -> throw new IllegalStateException("it was asked to throw");
      default -> throw input.refused("fail", "must be one of retryable, permanent, throw");
    };
  }
}
