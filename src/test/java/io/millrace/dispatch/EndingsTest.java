package io.millrace.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.problem.Problem;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.task.ChildRequest;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EndingsTest {
  private static final HandlerDeclaration HANDLER = HandlerDeclarations.plain("h");
  private static final Problem BUSY =
      new Problem.Unavailable("model", "It is busy.", Duration.ofMinutes(5));
  private static final Outcome WAIT =
      new Outcome.Wait(List.of(new ChildRequest("h", Payload.EMPTY, Priority.LOW, 1)));

  private final Random random = new Random(7);
  private final Endings endings = new Endings(random);

  private Task task(int attempts, Optional<TaskId> parent) {
    return new Task(
        TaskId.mint(0, Instant.EPOCH, random),
        Scope.DEFAULT,
        "h",
        TaskStatus.RUNNING,
        Priority.NORMAL,
        Payload.EMPTY,
        1,
        1,
        attempts,
        1,
        false,
        Optional.of("w1"),
        Instant.EPOCH,
        Optional.empty(),
        Optional.of(Instant.EPOCH),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        parent,
        Optional.empty());
  }

  private Ending of(Task task, Outcome outcome) {
    return endings.of(task, HANDLER, outcome, Optional.empty());
  }

  @Test
  void theDelayThatAHandlerAsksForIsKept() {
    Outcome later = new Outcome.RetryAfter(Duration.ofMinutes(42), BUSY);

    assertThat(of(task(0, Optional.empty()), later))
        .isInstanceOfSatisfying(
            Ending.Retry.class, retry -> assertThat(retry.delay()).hasMinutes(42));
  }

  @Test
  void aHandlerThatAsksForMoreRunsThanItHasIsBuried() {
    Outcome later = new Outcome.RetryAfter(Duration.ofMinutes(42), BUSY);

    assertThat(of(task(2, Optional.empty()), later)).isInstanceOf(Ending.Bury.class);
  }

  @Test
  void aProblemThatSaysWhenToComeBackIsNotTriedSooner() {
    assertThat(of(task(0, Optional.empty()), new Outcome.Failed(BUSY)))
        .isInstanceOfSatisfying(
            Ending.Retry.class, retry -> assertThat(retry.delay()).hasMinutes(5));
  }

  @Test
  void aChildHasNoChildren() {
    Optional<TaskId> parent = Optional.of(TaskId.mint(0, Instant.EPOCH, random));

    assertThat(of(task(0, Optional.empty()), WAIT)).isInstanceOf(Ending.Wait.class);
    assertThat(of(task(0, parent), WAIT))
        .isInstanceOfSatisfying(
            Ending.Fail.class, fail -> assertThat(fail.error().type()).isEqualTo("invalid"));
  }
}
