package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.BOB;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static io.millrace.queue.LiveQueue.request;
import static io.millrace.queue.LiveQueue.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.queue.TaskQueue.Wake;
import io.millrace.settings.QueueSettings;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a queue does when Redis forgets, restarts, is away, or is full. */
final class QueueTroubleIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue(LiveQueue.settings(1, 10), 5);

  private static Problem refusal() {
    return ((Submitted.Refused) LIVE.answer(request(ALICE, Priority.NORMAL))).problem();
  }

  @Test
  void scriptsThatRedisForgotRunAllTheSame() {
    Task task = LIVE.submit();
    var _ = await(LIVE.gateway().command("SCRIPT", "FLUSH"));
    Claimed claimed = LIVE.claimOne("w1");
    var _ = await(LIVE.gateway().command("SCRIPT", "FLUSH"));
    boolean done = LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT));

    assertThat(done).isTrue();
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.SUCCEEDED);
  }

  @Test
  void anAcceptedTaskSurvivesAKillOfRedisAndItsHolderGoesOn() {
    Task queued = LIVE.submit();
    Task other = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    LIVE.server.kill();
    until(() -> !LIVE.gateway().connected());
    Throwable meanwhile = catchThrowable(() -> LIVE.submit());
    LIVE.server.restart();
    until(() -> LIVE.gateway().connected());
    boolean done = LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT));

    assertThat(meanwhile).isInstanceOf(ProblemException.class);
    assertThat(((ProblemException) meanwhile).problem()).isInstanceOf(Problem.Unavailable.class);
    assertThat(done).isTrue();
    assertThat(LIVE.get(queued.id()).status()).isEqualTo(TaskStatus.SUCCEEDED);
    assertThat(LIVE.claimOne("w2").task().id()).isEqualTo(other.id());
  }

  @Test
  void beyondTheDepthSubmitsAreRefusedUntilWorkEnds() {
    List<Submitted> answers =
        await(LIVE.queue().submit(Collections.nCopies(12, request(ALICE, Priority.NORMAL))));
    boolean done = LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT));
    Submitted after = LIVE.answer(request(ALICE, Priority.NORMAL));

    assertThat(answers).filteredOn(Submitted.Accepted.class::isInstance).hasSize(10);
    assertThat(answers.subList(10, 12))
        .allSatisfy(refused ->
            assertThat(((Submitted.Refused) refused).problem())
                .isInstanceOf(Problem.TooMany.class));
    assertThat(done).isTrue();
    assertThat(after).isInstanceOf(Submitted.Accepted.class);
  }

  @Test
  void aTenantAtItsQuotaIsRefusedAndOthersAreNot() {
    var settings = new QueueSettings(1, 100, 2, 1_000, 10_000, Duration.ofHours(1));
    var queue =
        new RedisTaskQueue(
            LIVE.gateway(), settings, 100, InstantSource.system(), new SecureRandom());
    var mine = Collections.nCopies(3, request(ALICE, Priority.NORMAL));
    List<Submitted> answers = await(queue.submit(mine));
    List<Submitted> others =
        await(queue.submit(Collections.nCopies(2, request(BOB, Priority.NORMAL))));
    assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT))).isTrue();
    List<Submitted> after = await(queue.submit(mine));

    assertThat(answers.subList(0, 2)).hasOnlyElementsOfType(Submitted.Accepted.class);
    assertThat(answers.get(2)).isInstanceOf(Submitted.Refused.class);
    assertThat(((Submitted.Refused) answers.get(2)).problem()).isInstanceOf(Problem.TooMany.class);
    assertThat(others).hasOnlyElementsOfType(Submitted.Accepted.class);
    assertThat(after.getFirst()).isInstanceOf(Submitted.Accepted.class);
    assertThat(after.subList(1, 3)).hasOnlyElementsOfType(Submitted.Refused.class);
  }

  @Test
  void beyondTheArchivesBacklogSubmitsAreRefusedUntilItIsReleased() {
    for (int i = 0; i < 5; i++) {
      var _ = LIVE.submit();
      assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT))).isTrue();
    }
    Problem refused = refusal();
    await(LIVE.finished().release(LIVE.take(10)));

    assertThat(refused).isInstanceOf(Problem.TooMany.class);
    assertThat(LIVE.submit().status()).isEqualTo(TaskStatus.QUEUED);
  }

  @Test
  void withoutMemoryOnlySubmitsAreRefusedAndWorkDrains() {
    Task task = LIVE.submit();
    var _ = await(LIVE.gateway().command("CONFIG", "SET", "maxmemory", "1"));
    try {
      Throwable refused = catchThrowable(() -> LIVE.submit());
      Claimed claimed = LIVE.claimOne("w1");
      boolean done = LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT));
      List<FinishedTasks.FinishedRound> taken = LIVE.take(10);
      await(LIVE.finished().release(taken));

      assertThat(refused).isInstanceOf(ProblemException.class);
      assertThat(((ProblemException) refused).problem())
          .isInstanceOfSatisfying(
              Problem.Unavailable.class,
              full -> assertThat(full.detail()).contains("no memory left"));
      assertThat(done).isTrue();
      assertThat(taken).extracting(round -> round.task().id()).containsExactly(task.id());
    } finally {
      var _ = await(LIVE.gateway().command("CONFIG", "SET", "maxmemory", "0"));
    }
  }

  @Test
  void whileRedisCannotWriteToItsDiskEverythingWaitsAndNothingIsLost() throws IOException {
    Task task = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    // A snapshot that cannot take its place, as on a full disk; writes are refused after it.
    Path snapshot = Files.createDirectories(LIVE.server.directory().resolve("dump.rdb/taken"));
    var _ = await(LIVE.gateway().command("CONFIG", "SET", "save", "3600 1000000"));
    try {
      var _ = await(LIVE.gateway().command("BGSAVE"));
      until(() ->
          await(LIVE.gateway().command("INFO", "persistence"))
              .text()
              .contains("rdb_last_bgsave_status:err"));

      assertThat(catchThrowable(() -> LIVE.submit()))
          .isInstanceOfSatisfying(
              ProblemException.class,
              refused ->
                  assertThat(refused.problem())
                      .isInstanceOf(Problem.Unavailable.class)
                      .asString()
                      .contains("cannot write to its disk"));
    } finally {
      var _ = await(LIVE.gateway().command("CONFIG", "SET", "save", ""));
      Files.delete(snapshot);
    }
    assertThat(LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT))).isTrue();
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.SUCCEEDED);
  }

  @Test
  void aClaimerIsWokenWhenWorkAppearsAlsoAfterARestart() {
    var wakes = new AtomicInteger();
    try (Wake _ = LIVE.queue().onWork(List.of("echo"), wakes::incrementAndGet)) {
      until(() -> wakes.get() > 0);
      int before = wakes.get();
      var _ = LIVE.submit();
      until(() -> wakes.get() > before);

      LIVE.server.kill();
      until(() -> !LIVE.gateway().connected());
      LIVE.server.restart();
      until(() -> LIVE.gateway().connected());
      var _ = LIVE.claimOne("w1");
      int restarted = wakes.get();
      until(() -> {
        // The subscription may come back after the first of these hints.
        var _ = LIVE.submit();
        boolean woken = wakes.get() > restarted;
        var _ = LIVE.claim("w1", 10);
        LIVE.server.flush();
        return woken;
      });
    }
  }

  @Test
  void aWorkerHearsOfACancelledRunWithoutRenewing() {
    var heard = new CopyOnWriteArrayList<TaskId>();
    try (Wake _ = LIVE.queue().onCancel(heard::add)) {
      until(() -> {
        Task task = LIVE.submit();
        var _ = LIVE.claimOne("w1");
        var _ = await(LIVE.queue().cancel(ALICE, task.id()));
        LIVE.server.flush();
        return !heard.isEmpty();
      });
    }
  }
}
