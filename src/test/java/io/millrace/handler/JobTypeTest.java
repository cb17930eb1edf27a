package io.millrace.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.handler.job.JobType;
import io.millrace.problem.Problem;
import io.millrace.task.Children;
import io.millrace.task.Outcome;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JobTypeTest {
  private static final TaskId CHILD = TaskId.mint(0, Instant.EPOCH, new Random(2));

  private static Outcome end(Children counts) {
    HandlerRegistry nobody =
        new HandlerRegistry() {
          @Override
          public Future<List<HandlerView>> list() {
            return Future.succeededFuture(List.of());
          }

          @Override
          public Future<Optional<HandlerView>> find(String name) {
            return Future.succeededFuture(Optional.empty());
          }

          @Override
          public Future<Optional<HandlerView>> pause(String name, boolean paused) {
            return Future.succeededFuture(Optional.empty());
          }

          @Override
          public void onChange(Runnable listener) {}
        };
    return new JobType(nobody, _ -> Future.succeededFuture(List.of(CHILD)))
        .make(Recorded.declaration("job", Optional.empty(), "{}"))
        .run(resumed(counts), new Recorded());
  }

  private static Task resumed(Children counts) {
    Task task = Recorded.task("{}", 0);
    return new Task(
        task.id(),
        task.owner(),
        task.handler(),
        task.status(),
        task.priority(),
        task.input(),
        task.epoch(),
        task.round(),
        task.attempts(),
        task.deliveries(),
        task.cancelRequested(),
        task.worker(),
        task.createdAt(),
        task.runAt(),
        task.startedAt(),
        task.finishedAt(),
        task.result(),
        task.error(),
        task.parent(),
        Optional.of(counts));
  }

  @Test
  void aJobWhoseChildrenSucceededNamesThemAsTheQueueHasThem() {
    Outcome outcome = end(new Children(1, 1, 0, 0, 0));

    assertThat(Recorded.result(outcome))
        .isEqualTo("{\"succeeded\":1,\"tasks\":[\"" + CHILD.value() + "\"]}");
  }

  @Test
  void aJobOneOfWhoseChildrenFailedIsIncomplete() {
    Outcome outcome = end(new Children(2, 1, 1, 0, 0));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.problem()).isInstanceOf(Problem.Incomplete.class));
  }
}
