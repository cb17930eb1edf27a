package io.millrace.dispatch;

import io.millrace.observe.Meters;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs what operators ask about, and counts everything. */
final class RunReport implements RunLog {
  private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);

  private final Meters meters;

  RunReport(Meters meters) {
    this.meters = meters;
  }

  @Override
  public void started(Run run) {
    if (run.task().deliveries() == 1) {
      String handler = run.active().name();
      meters.record("millrace_dispatch_submit_to_start", waited(run), "handler", handler);
    }
  }

  @Override
  public void firstOutput(Run run, Duration after) {
    if (run.task().deliveries() == 1) {
      Duration all = waited(run).plus(after);
      String handler = run.active().name();
      meters.record("millrace_dispatch_submit_to_first_output", all, "handler", handler);
    }
  }

  /** From when it might start to when it did, both by Redis's clock. */
  private static Duration waited(Run run) {
    Task task = run.task();
    Instant ready =
        task.runAt().filter(at -> at.isAfter(task.createdAt())).orElse(task.createdAt());
    Duration waited = Duration.between(ready, task.startedAt().orElse(ready));
    return waited.isNegative() ? Duration.ZERO : waited;
  }

  @Override
  public void ended(Run run, Ending ending, Duration took) {
    String handler = run.active().name();
    meters.record("millrace_dispatch_run", took, "handler", handler, "ending", label(ending));
    meters.record("message_processing_duration", took, "status", label(ending));
    switch (ending) {
      case Ending.Retry(var delay, var error) -> {
        meters.count("message_processing_retries", "queue", handler);
        story(run, error)
            .addKeyValue("retryCount", run.task().attempts() + 1)
            .addKeyValue("delay", delay)
            .log("task will be tried again");
      }
      case Ending.Bury(var error) -> {
        countDead(meters, handler, error);
        story(run, error)
            .addKeyValue("attempts", run.task().attempts() + 1)
            .log("task is dead: its attempts are used up");
      }
      case Ending.Fail(var error) -> story(run, error).log("task failed");
      case Ending.HandBack() -> about(run).log("task was handed back");
      case Ending.Succeed _, Ending.Cancel _, Ending.Wait _ ->
          LOG.debug("{} {}", run.task().id(), label(ending));
    }
  }

  @Override
  public void lost(Run run) {
    meters.count("millrace_dispatch_leases_lost", "handler", run.active().name());
    about(run).addKeyValue("epoch", run.hold().epoch()).log("another holds the task now");
  }

  @Override
  public void gaveUp(Run run) {
    meters.count("millrace_dispatch_given_up", "handler", run.active().name());
    about(run).log("the handler did not stop in time and was given up");
  }

  /** Shows the counters of a handler from the start, so that their first step is seen as one. */
  static void open(Meters meters, String handler) {
    meters.count("message_processing_retries", 0, "queue", handler);
    meters.count("messages_dlq", 0, "error_type", "worker_lost", "queue", handler);
    meters.count("millrace_dispatch_leases_lost", 0, "handler", handler);
    meters.count("millrace_dispatch_given_up", 0, "handler", handler);
  }

  /** Counts a task that became dead; types of errors are few. */
  static void countDead(Meters meters, String handler, TaskError error) {
    meters.count("messages_dlq", "error_type", error.type(), "queue", handler);
  }

  private static LoggingEventBuilder about(Run run) {
    return LOG.atInfo()
        .addKeyValue("task", run.task().id())
        .addKeyValue("handler", run.active().name());
  }

  private static LoggingEventBuilder story(Run run, TaskError error) {
    return about(run)
        .addKeyValue("errorType", error.type())
        .addKeyValue("errorMessage", error.message());
  }

  private static String label(Ending ending) {
    return switch (ending) {
      case Ending.Succeed _ -> "succeeded";
      case Ending.Fail _ -> "failed";
      case Ending.Bury _ -> "dead";
      case Ending.Cancel _ -> "cancelled";
      case Ending.Retry _ -> "retried";
      case Ending.Wait _ -> "waiting";
      case Ending.HandBack _ -> "handed-back";
    };
  }
}
