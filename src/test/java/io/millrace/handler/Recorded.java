package io.millrace.handler;

import io.millrace.access.Scope;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A context that remembers what a handler told it, and lets no time pass. */
final class Recorded implements TaskHandler.Context {
  final List<String> told = new ArrayList<>();
  Duration slept = Duration.ZERO;
  private final List<Runnable> onStop = new ArrayList<>();
  private boolean stopping;

  static Task task(String input, int attempts) {
    return new Task(
        TaskId.mint(0, Instant.EPOCH, new Random(1)),
        Scope.DEFAULT,
        "h",
        TaskStatus.RUNNING,
        Priority.NORMAL,
        new Payload(input),
        1,
        1,
        attempts,
        1,
        false,
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static HandlerDeclaration declaration(String type, Optional<String> model, String config) {
    return new HandlerDeclaration(
        "h",
        type,
        model,
        "",
        1,
        4,
        Optional.empty(),
        Duration.ofSeconds(15),
        Duration.ofSeconds(20),
        RetryPolicy.DEFAULT,
        new Payload(config));
  }

  static String result(Outcome outcome) {
    return ((Outcome.Succeeded) outcome).result().json();
  }

  @Override
  public void progress(long done, long total, String stage) {
    told.add(stage + " " + done + "/" + total);
  }

  @Override
  public void output(String text) {
    told.add(text);
  }

  @Override
  public void emit(String type, Payload data) {
    told.add(type);
  }

  /** Asks the run to stop, as a cancel does. */
  synchronized void stop() {
    stopping = true;
    onStop.forEach(Runnable::run);
  }

  @Override
  public synchronized boolean stopping() {
    return stopping;
  }

  @Override
  public synchronized void onStop(Runnable action) {
    onStop.add(action);
    if (stopping) {
      action.run();
    }
  }

  @Override
  public void sleep(Duration duration) {
    slept = slept.plus(duration);
  }
}
