package io.millrace.handler.measure;

import io.millrace.bus.Bus;
import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.problem.ProblemException;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.tuning.Figures;
import io.millrace.tuning.Measurement;
import io.millrace.tuning.TestRun;
import io.millrace.tuning.TestRun.Result;
import io.millrace.tuning.Tuning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Measures the search with the queries of a test set; the run keeps what each of them found. */
final class MeasureHandler implements TaskHandler {
  private final Tuning tuning;
  private final Measurement measurement;

  MeasureHandler(Tuning tuning, Bus bus) {
    this.tuning = tuning;
    this.measurement = new Measurement(tuning.runs(), bus);
  }

  @Override
  public Outcome run(Task task, Context context) {
    Input input = Input.of(task.input());
    try {
      TestRun run = RunForm.begin(tuning, task.owner(), task.id().value(), input).await();
      Optional<Result> result =
          run.result()
              .or(() ->
                  measurement.run(
                      run,
                      asked -> context.progress(asked, run.queries(), "search"),
                      context::stopping));
      return result
          .<Outcome>map(done -> new Outcome.Succeeded(new Payload(json(run, done).encode())))
          .orElseGet(Outcome.Cancelled::new);
    } catch (ProblemException e) {
      return new Outcome.Failed(e.problem());
    }
  }

  private static JsonObject json(TestRun run, Result result) {
    Figures figures = result.figures();
    return new JsonObject()
        .put("testRun", run.id())
        .put("queries", run.queries())
        .put("figures", RunForm.write(figures))
        .put("models", new JsonArray(result.models()))
        .put("limited", result.limited());
  }
}
