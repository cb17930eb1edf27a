package io.millrace.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.dispatch.Workers.Worker;
import io.millrace.handler.DeclarationException;
import io.millrace.handler.HandlerView;
import io.millrace.queue.TaskQueue.Cancellation;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.millrace.testing.Await;
import io.millrace.testing.LocalRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Workers and a real Redis: every way a run may end, and who else may run the task then. */
final class DispatchIT {
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final String ECHO =
      """
      handlers:
        echo:
          type: echo
          concurrency: 16
          lease: 10m
          timeout: 1h
          retry: { attempts: 3, first: 20ms, factor: 2, cap: 1s, jitter: none }
          config: { greeting: hello }
      """;
  private static final String LONG = "{\"text\":\"a\",\"sleep\":\"1h\"}";

  @TempDir Path directory;
  private Workers workers;

  @BeforeEach
  void open() {
    workers = new Workers(REDIS, directory);
  }

  @AfterEach
  void close() {
    workers.close();
    REDIS.flush();
  }

  @Test
  void manyTasksOnTwoWorkersEndOnceEach() {
    var _ = workers.start("w1", ECHO);
    var _ = workers.start("w2", ECHO);

    List<TaskId> ids = workers.submit(500, "echo", "{\"text\":\"a\",\"sleep\":\"5ms\"}");

    for (TaskId id : ids) {
      workers.awaitStatus(id, TaskStatus.SUCCEEDED);
    }
    Task last = workers.task(ids.getLast());
    assertThat(last.result().orElseThrow().json())
        .isEqualTo("{\"text\":\"a\",\"greeting\":\"hello\"}");
    assertThat(ids).extracting(id -> workers.task(id).deliveries()).containsOnly(1);
    assertThat(ids).extracting(id -> workers.task(id).worker().orElse("")).contains("w1", "w2");
  }

  @Test
  void aRunningTaskIsCancelledFromAnotherProcessAtOnce() {
    var _ = workers.start("w1", ECHO);
    TaskId id = workers.submit("{\"text\":\"a\",\"sleep\":\"1h\"}");
    workers.awaitStatus(id, TaskStatus.RUNNING);

    Cancellation answer = workers.queue().cancel(Scope.DEFAULT, id).await();

    assertThat(answer).isInstanceOf(Cancellation.Requested.class);
    workers.awaitStatus(id, TaskStatus.CANCELLED);
  }

  @Test
  void tasksOfAPausedHandlerWaitUntilItIsResumedAndWhatRunsGoesOn() {
    Worker worker = workers.start("w1", ECHO);
    TaskId running = workers.submit("{\"text\":\"a\",\"sleep\":\"300ms\"}");
    workers.awaitStatus(running, TaskStatus.RUNNING);
    assertThat(worker.registry().pause("echo", true).await().orElseThrow().paused()).isTrue();

    TaskId waiting = workers.submit("{\"text\":\"b\"}");
    workers.awaitStatus(running, TaskStatus.SUCCEEDED);
    assertThat(workers.task(waiting).status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(worker.registry().pause("echo", false).await().orElseThrow().paused()).isFalse();

    workers.awaitStatus(waiting, TaskStatus.SUCCEEDED);
  }

  @Test
  void aWorkerThatCannotBeReachedLosesItsTaskToAnotherAndWritesNothingMore() {
    Worker zombie = workers.start("w1", ECHO);
    zombie.line().cutAfterNextClaim();
    TaskId id = workers.submit("{\"text\":\"a\",\"sleep\":\"100ms\"}");
    workers.awaitStatus(id, TaskStatus.RUNNING);

    var _ = workers.start("w2", ECHO);
    workers.advance(Duration.ofMinutes(11));
    workers.awaitStatus(id, TaskStatus.SUCCEEDED);
    Task ended = workers.task(id);
    zombie.line().cut(false);

    Await.until("the first learns of it", workers::someoneLostATask);
    assertThat(ended.worker()).contains("w2");
    assertThat(ended.deliveries()).isEqualTo(2);
    assertThat(workers.task(id)).isEqualTo(ended);
  }

  @Test
  void aTaskWhoseClaimWasNotAnsweredIsRunAllTheSame() {
    Worker worker = workers.start("w1", ECHO);
    TaskId running = workers.submit(LONG);
    workers.awaitStatus(running, TaskStatus.RUNNING);
    worker.line().loseNextClaim();

    TaskId id = workers.submit("{\"text\":\"a\"}");
    workers.awaitStatus(id, TaskStatus.SUCCEEDED);

    assertThat(workers.task(id).deliveries()).isEqualTo(1);
    assertThat(workers.task(running).status()).isEqualTo(TaskStatus.RUNNING);
    assertThat(workers.task(running).deliveries()).isEqualTo(1);
  }

  @Test
  void aWorkerThatStopsHandsItsTaskToTheNextWithoutChargingIt() {
    Worker first = workers.start("w1", ECHO);
    TaskId id = workers.submit(LONG);
    workers.awaitStatus(id, TaskStatus.RUNNING);

    workers.stop(first);

    workers.awaitStatus(id, TaskStatus.QUEUED);
    Task handedBack = workers.task(id);
    assertThat(handedBack.attempts()).isZero();
    assertThat(handedBack.deliveries()).isZero();
    Await.until("taken back", () -> first.registry().list().await().isEmpty());
    var _ = workers.start("w2", ECHO);
    workers.awaitStatus(id, TaskStatus.RUNNING);
    assertThat(workers.task(id).worker()).contains("w2");
  }

  @Test
  void aTaskThatFailsForNowSucceedsAtALaterAttempt() {
    var _ = workers.start("w1", ECHO);

    TaskId id = workers.submit("{\"text\":\"a\",\"fail\":\"retryable\",\"failures\":2}");

    workers.awaitStatus(id, TaskStatus.SUCCEEDED);
    assertThat(workers.task(id).attempts()).isEqualTo(3);
  }

  @Test
  void aTaskThatAlwaysFailsIsDeadWhenItsAttemptsAreUsedUp() {
    var _ = workers.start("w1", ECHO);

    TaskId id = workers.submit("{\"text\":\"a\",\"fail\":\"retryable\"}");

    workers.awaitStatus(id, TaskStatus.DEAD);
    assertThat(workers.task(id).error().orElseThrow().type()).isEqualTo("unavailable");
  }

  @Test
  void whatCannotBeMendedFailsAtOnceAndADefectShowsNoDetails() {
    var _ = workers.start("w1", ECHO);

    TaskId permanent = workers.submit("{\"text\":\"a\",\"fail\":\"permanent\"}");
    TaskId thrown = workers.submit("{\"text\":\"a\",\"fail\":\"throw\"}");
    TaskId invalid = workers.submit("{\"txt\":\"a\"}");

    workers.awaitStatus(permanent, TaskStatus.FAILED);
    workers.awaitStatus(thrown, TaskStatus.FAILED);
    workers.awaitStatus(invalid, TaskStatus.FAILED);
    assertThat(workers.task(permanent).error().orElseThrow().type()).isEqualTo("conflict");
    assertThat(workers.task(thrown).error().orElseThrow().message())
        .contains("incident")
        .doesNotContain("asked to throw");
    assertThat(workers.task(invalid).error().orElseThrow().message()).isEqualTo("text is missing");
  }

  @Test
  void aRunThatTakesTooLongTimesOutAndIsTriedAgain() {
    var _ = workers.start("w1", ECHO.replace("timeout: 1h", "timeout: 1s"));

    TaskId id = workers.submit(LONG);

    Await.until("tried again", () -> workers.task(id).attempts() >= 1);
    assertThat(workers.task(id).error().orElseThrow().type()).isEqualTo("timed-out");
  }

  @Test
  void workGoesOnAfterRedisWasKilledAndStartedAgain() {
    var _ = workers.start("w1", ECHO.replace("lease: 10m", "lease: 10s"));
    List<TaskId> ids = workers.submit(40, "echo", "{\"text\":\"a\",\"sleep\":\"500ms\"}");
    workers.awaitStatus(ids.getFirst(), TaskStatus.RUNNING);

    REDIS.kill();
    REDIS.restart();

    Await.until(
        "reachable", () -> workers.queue().depths().map(_ -> true).otherwise(false).await());
    for (TaskId id : ids) {
      workers.awaitStatus(id, TaskStatus.SUCCEEDED);
    }
  }

  @Test
  void aWorkerWithAnotherDeclarationOfTheSameVersionDoesNotStart() {
    var _ = workers.start("w1", ECHO);

    String other = ECHO.replace("greeting: hello", "greeting: hi");
    assertThatThrownBy(() -> workers.start("w2", other, Duration.ofMillis(100)))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("config.greeting is hi here and hello there");
  }

  @Test
  void aHigherVersionTakesOverAndTheOlderWorkerClaimsNothingMore() {
    Worker old = workers.start("w1", ECHO + "  own: { type: echo }\n");
    var _ = workers.start("w2", ECHO.replace("type: echo", "type: echo\n    version: 2"));
    Await.until("heard", () -> versionOf(old) == 2);
    // Once this has ended, no claim from before is under way.
    TaskId own = workers.submit(1, "own", "{\"text\":\"a\"}").getFirst();
    workers.awaitStatus(own, TaskStatus.SUCCEEDED);

    List<TaskId> ids = workers.submit(50, "echo", "{\"text\":\"a\"}");

    for (TaskId id : ids) {
      workers.awaitStatus(id, TaskStatus.SUCCEEDED);
      assertThat(workers.task(id).worker()).contains("w2");
    }
  }

  private static int versionOf(Worker worker) {
    return worker.registry().find("echo").await().map(HandlerView::version).orElse(0);
  }

  @Test
  void aChangedFileIsAnnouncedAndABrokenOneIgnored() {
    Worker worker = workers.start("w1", ECHO);

    var _ =
        Workers.write(worker.file(), ECHO + "  shout: { type: echo, config: { greeting: HEY } }\n");
    Await.until("announced", () -> worker.registry().find("shout").await().isPresent());
    var _ = Workers.write(worker.file(), "handlers: { echo: { type: nothing } }");
    TaskId id = workers.submit(1, "shout", "{\"text\":\"a\"}").getFirst();

    workers.awaitStatus(id, TaskStatus.SUCCEEDED);
    assertThat(workers.task(id).result().orElseThrow().json()).contains("HEY");
    assertThat(worker.registry().list().await())
        .extracting(HandlerView::name)
        .containsExactly("echo", "shout");
  }
}
