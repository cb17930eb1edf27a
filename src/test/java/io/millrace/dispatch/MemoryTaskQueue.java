package io.millrace.dispatch;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.millrace.testing.UnusedTaskQueue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The claimer's side of a queue in memory, fenced as the real one; answers on an event loop. */
final class MemoryTaskQueue extends UnusedTaskQueue {
  private final Vertx vertx;
  private final Random random = new Random(1);
  private final Map<TaskId, Entry> entries = new LinkedHashMap<>();
  private Future<Void> finishLine = Future.succeededFuture();
  private boolean away;
  private int finishCalls;

  MemoryTaskQueue(Vertx vertx) {
    this.vertx = vertx;
  }

  /** What is known of one task. */
  static final class Entry {
    final String handler;
    final String input;
    TaskStatus status = TaskStatus.QUEUED;
    long epoch;
    int attempts;
    boolean cancel;
    String worker = "";
    final List<Ending> endings = new ArrayList<>();
    final List<Emission> events = new ArrayList<>();

    Entry(String handler, String input) {
      this.handler = handler;
      this.input = input;
    }
  }

  synchronized void addMany(int count, String handler) {
    for (int i = 0; i < count; i++) {
      var _ = add(handler, "{}");
    }
  }

  synchronized TaskId add(String handler, String input) {
    TaskId id = TaskId.mint(0, Instant.EPOCH, random);
    entries.put(id, new Entry(handler, input));
    return id;
  }

  synchronized void away(boolean value) {
    away = value;
  }

  /** From now on finishes are on their way until the promise is completed. */
  synchronized Promise<Void> holdFinishes() {
    Promise<Void> line = Promise.promise();
    finishLine = line.future();
    return line;
  }

  /** As if another worker had taken the task over. */
  synchronized void steal(TaskId id) {
    entries.get(id).epoch++;
  }

  synchronized void requestCancel(TaskId id) {
    entries.get(id).cancel = true;
  }

  synchronized TaskStatus status(TaskId id) {
    return entries.get(id).status;
  }

  synchronized List<Ending> endings(TaskId id) {
    return List.copyOf(entries.get(id).endings);
  }

  synchronized List<Emission> events(TaskId id) {
    return List.copyOf(entries.get(id).events);
  }

  synchronized long count(TaskStatus status) {
    return entries.values().stream().filter(entry -> entry.status == status).count();
  }

  synchronized int finishCalls() {
    return finishCalls;
  }

  @Override
  public Future<Claims> claim(String worker, List<Demand> demand) {
    return answer(() -> {
      List<Claimed> claimed = new ArrayList<>();
      for (Demand one : demand) {
        entries.forEach((id, entry) -> {
          long got = claimed.stream().filter(c -> c.task().handler().equals(one.handler())).count();
          if (got < Math.min(one.slots(), one.starts())
              && entry.status == TaskStatus.QUEUED
              && entry.handler.equals(one.handler())) {
            entry.status = TaskStatus.RUNNING;
            entry.epoch++;
            entry.worker = worker;
            claimed.add(new Claimed(task(id, entry), new Hold(id, worker, entry.epoch), 1, 0));
          }
        });
      }
      return new Claims(claimed, Set.of());
    });
  }

  @Override
  public Future<List<Renewal>> renew(List<Hold> holds, Duration lease) {
    return answer(() ->
        holds.stream()
            .map(hold ->
                !isHeld(hold)
                    ? Renewal.STALE
                    : entries.get(hold.task()).cancel ? Renewal.CANCEL_REQUESTED : Renewal.HELD)
            .toList());
  }

  @Override
  public Future<List<Boolean>> emit(List<Emission> emissions) {
    return answer(() ->
        emissions.stream()
            .map(emission ->
                isHeld(emission.hold()) && entries.get(emission.hold().task()).events.add(emission))
            .toList());
  }

  @Override
  public Future<List<Boolean>> finish(List<Finish> finishes) {
    Future<Void> line;
    synchronized (this) {
      finishCalls++;
      line = finishLine;
    }
    return line.compose(_ -> answer(() -> finishes.stream().map(this::finish).toList()));
  }

  private boolean finish(Finish finish) {
    if (!isHeld(finish.hold())) {
      return false;
    }
    Entry entry = entries.get(finish.hold().task());
    entry.endings.add(finish.ending());
    entry.status =
        switch (finish.ending()) {
          case Ending.Succeed _ -> TaskStatus.SUCCEEDED;
          case Ending.Fail _ -> TaskStatus.FAILED;
          case Ending.Bury _ -> TaskStatus.DEAD;
          case Ending.Cancel _ -> TaskStatus.CANCELLED;
          case Ending.Wait _ -> TaskStatus.WAITING;
          case Ending.Retry _, Ending.HandBack _ -> TaskStatus.QUEUED;
        };
    if (finish.ending() instanceof Ending.Retry) {
      entry.attempts++;
    }
    entry.epoch++;
    return true;
  }

  private boolean isHeld(Hold hold) {
    Entry entry = entries.get(hold.task());
    return entry.status == TaskStatus.RUNNING
        && entry.worker.equals(hold.worker())
        && entry.epoch == hold.epoch();
  }

  private static Task task(TaskId id, Entry entry) {
    return new Task(
        id,
        Scope.DEFAULT,
        entry.handler,
        entry.status,
        Priority.NORMAL,
        new Payload(entry.input),
        entry.epoch,
        1,
        entry.attempts,
        1,
        entry.cancel,
        Optional.of(entry.worker),
        Instant.EPOCH,
        Optional.empty(),
        Optional.of(Instant.EPOCH),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Decides now, answers later, as a connection would. */
  private synchronized <T> Future<T> answer(Supplier<T> decide) {
    Future<T> decided =
        away
            ? Future.failedFuture(
                new ProblemException(
                    new Problem.Unavailable("redis", "away", Duration.ofSeconds(1))))
            : Future.succeededFuture(decide.get());
    return vertx.timer(1).transform(_ -> decided);
  }

  @Override
  public Wake onWork(Collection<String> handlers, Runnable onWork) {
    return () -> {};
  }

  @Override
  public Wake onCancel(Consumer<TaskId> onCancel) {
    return () -> {};
  }
}
