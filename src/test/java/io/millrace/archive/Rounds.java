package io.millrace.archive;

import io.millrace.access.Scope;
import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Ended rounds for tests. */
final class Rounds {
  static final Scope ALICE = new Scope("acme", "shelf", "alice");
  static final Instant CREATED = Instant.parse("2026-11-21T10:00:00.123456Z");

  private final Random random;

  Rounds(long seed) {
    this.random = new Random(seed);
  }

  FinishedRound succeeded(int secondsLater) {
    Instant at = CREATED.plusSeconds(secondsLater);
    return round(TaskId.mint(0, at, random), at, TaskStatus.SUCCEEDED, 1, 3);
  }

  /** The round {@code round} of the task of {@code before}. */
  static FinishedRound again(FinishedRound before, TaskStatus status, int round) {
    return round(before.task().id(), before.task().createdAt(), status, round, round * 10L);
  }

  static FinishedRound round(TaskId id, Instant at, TaskStatus status, int round, long epoch) {
    boolean well = status == TaskStatus.SUCCEEDED;
    var task =
        new Task(
            id,
            ALICE,
            "echo",
            status,
            Priority.HIGH,
            new Payload("{\"text\":\"привет \\u0000 €\"}"),
            epoch,
            round,
            1,
            2,
            false,
            Optional.of("worker-1"),
            at,
            Optional.empty(),
            Optional.of(at.plusMillis(1)),
            Optional.of(at.plusMillis(2)),
            well ? Optional.of(new Payload("[1,2]")) : Optional.empty(),
            well ? Optional.empty() : Optional.of(new TaskError("internal", "It broke.", false)));
    return new FinishedRound(id.value() + "/" + round, task, events(id, at, round, 3));
  }

  /** One that told so many things. */
  static FinishedRound chatty(int events) {
    FinishedRound round = new Rounds(1).succeeded(0);
    Task task = round.task();
    return new FinishedRound(round.entry(), task, events(task.id(), task.createdAt(), 1, events));
  }

  private static List<TaskEvent> events(TaskId id, Instant at, int round, int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new TaskEvent(
                at.toEpochMilli() + "-" + (round * 100 + i),
                id,
                i == count - 1 ? TaskEvent.STATUS : TaskEvent.OUTPUT,
                new Payload("{\"n\":" + i + "}"),
                i == count - 1))
        .toList();
  }
}
