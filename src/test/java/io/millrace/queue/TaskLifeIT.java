package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.BOB;
import static io.millrace.queue.LiveQueue.ERROR;
import static io.millrace.queue.LiveQueue.LEASE;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static io.millrace.queue.LiveQueue.keyed;
import static io.millrace.queue.LiveQueue.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.problem.Problem;
import io.millrace.queue.TaskQueue.Cancellation;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Depth;
import io.millrace.queue.TaskQueue.Emission;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.queue.TaskQueue.Renewal;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.queue.TaskQueue.Swept;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskRequest.Start;
import io.millrace.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every way a task may go from submit to its end. */
final class TaskLifeIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  @Test
  void aTaskIsQueuedRunAndSucceeds() {
    Task accepted = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    boolean done = LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT));

    assertThat(accepted.status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(claimed.task().id()).isEqualTo(accepted.id());
    assertThat(claimed.task().status()).isEqualTo(TaskStatus.RUNNING);
    assertThat(claimed.task().deliveries()).isEqualTo(1);
    assertThat(claimed.task().input()).isEqualTo(accepted.input());
    assertThat(done).isTrue();
    Task ended = LIVE.get(accepted.id());
    assertThat(ended.status()).isEqualTo(TaskStatus.SUCCEEDED);
    assertThat(ended.result()).contains(RESULT);
    assertThat(ended.finishedAt()).isPresent();
    assertThat(ended.attempts()).isEqualTo(1);
    assertThat(ended.error()).isEmpty();
    assertThat(LIVE.statuses(accepted.id())).containsExactly("queued", "running", "succeeded");
    assertThat(LIVE.events(accepted.id())).filteredOn(TaskEvent::last).hasSize(1);
  }

  @Test
  void whatWasAcceptedIsWhatIsStored() {
    Task accepted = LIVE.submit();

    assertThat(LIVE.get(accepted.id())).isEqualTo(accepted);
  }

  @Test
  void aFailureThatRepeatingCannotMendIsFinal() {
    Task task = LIVE.submit();
    boolean done = LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Fail(ERROR));

    assertThat(done).isTrue();
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.FAILED);
    assertThat(LIVE.get(task.id()).error()).contains(ERROR);
    assertThat(LIVE.events(task.id()).getLast().data().json())
        .contains("\"error\":{\"type\":\"unavailable\",\"message\":\"It \\\"did\\\" not answer.\"");
  }

  @Test
  void aBuriedTaskIsADeadLetterWithEverythingToReviveIt() {
    Task task = LIVE.submit();
    boolean done = LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Bury(ERROR));

    assertThat(done).isTrue();
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.DEAD);
    var letters = await(LIVE.gateway().command("XRANGE", "{s0}:queue:echo:dlq", "-", "+"));
    assertThat(letters.size()).isEqualTo(1);
    assertThat(letters.item(0).item(1).fields())
        .containsEntry("task", task.id().value())
        .containsEntry("input", task.input().json())
        .containsEntry("errorType", "unavailable")
        .containsEntry("attempts", "1")
        .containsEntry("deliveries", "1")
        .containsEntry("tenant", "acme")
        .containsEntry("user", "alice")
        .containsEntry("worker", "w1");
  }

  @Test
  void aRetryWaitsForItsDelayAndIsThenRunAgain() {
    Task task = LIVE.submit();
    boolean done =
        LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Retry(Duration.ofSeconds(30), ERROR));
    Task waiting = LIVE.get(task.id());
    Swept early = await(LIVE.queue().sweep());
    LIVE.advance(Duration.ofSeconds(31));
    Swept due = await(LIVE.queue().sweep());
    Claimed again = LIVE.claimOne("w2");

    assertThat(done).isTrue();
    assertThat(waiting.status()).isEqualTo(TaskStatus.SCHEDULED);
    assertThat(waiting.attempts()).isEqualTo(1);
    assertThat(waiting.error()).contains(ERROR);
    assertThat(early).isEqualTo(new Swept(0, List.of(), 0));
    assertThat(due).isEqualTo(new Swept(0, List.of(), 1));
    assertThat(again.task().id()).isEqualTo(task.id());
    assertThat(again.task().deliveries()).isEqualTo(2);
    assertThat(LIVE.statuses(task.id()))
        .containsExactly("queued", "running", "scheduled", "queued", "running");
    assertThat(LIVE.events(task.id())).extracting(TaskEvent::type).contains(TaskEvent.ATTEMPT);
  }

  @Test
  void aRetryWithoutDelayIsQueuedAtOnce() {
    Task task = LIVE.submit();
    boolean done = LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Retry(Duration.ZERO, ERROR));

    assertThat(done).isTrue();
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(LIVE.get(task.id()).worker()).isEmpty();
  }

  @Test
  void aTaskHandedBackIsNextAndPaysNothing() {
    Task first = LIVE.submit();
    Task second = LIVE.submit();
    boolean done = LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.HandBack());
    Task back = LIVE.get(first.id());
    List<Claimed> next = LIVE.claim("w2", 2);

    assertThat(done).isTrue();
    assertThat(back.status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(back.attempts()).isZero();
    assertThat(back.deliveries()).isZero();
    assertThat(next).extracting(c -> c.task().id()).containsExactly(first.id(), second.id());
  }

  @Test
  void aTaskForLaterIsPromotedWhenItIsDue() {
    Task after = LIVE.submit(request(new Start.After(Duration.ofMinutes(5))));
    Task at = LIVE.submit(request(new Start.At(Instant.now().plusSeconds(600))));
    Task past = LIVE.submit(request(new Start.At(Instant.EPOCH)));
    LIVE.advance(Duration.ofMinutes(6));
    Swept swept = await(LIVE.queue().sweep());

    assertThat(after.status()).isEqualTo(TaskStatus.SCHEDULED);
    assertThat(after.runAt()).isPresent();
    assertThat(past.status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(swept.promoted()).isEqualTo(1);
    assertThat(LIVE.get(after.id()).status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(LIVE.get(at.id()).status()).isEqualTo(TaskStatus.SCHEDULED);
    String shown = LIVE.events(at.id()).getFirst().data().json();
    assertThat(shown)
        .contains("\"runAt\":\"" + at.runAt().orElseThrow().toString().substring(0, 19));
  }

  @Test
  void aQueuedTaskIsCancelledAtOnceAndNeverRun() {
    Task task = LIVE.submit();
    Task other = LIVE.submit();
    Cancellation cancelled = await(LIVE.queue().cancel(ALICE, task.id()));
    List<Claimed> claimed = LIVE.claim("w1", 5);

    assertThat(cancelled).isInstanceOf(Cancellation.Requested.class);
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(LIVE.statuses(task.id())).containsExactly("queued", "cancelled");
    assertThat(claimed).extracting(c -> c.task().id()).containsExactly(other.id());
  }

  @Test
  void aScheduledTaskIsCancelledAtOnce() {
    Task task = LIVE.submit(request(new Start.After(Duration.ofMinutes(5))));
    Cancellation cancelled = await(LIVE.queue().cancel(ALICE, task.id()));
    LIVE.advance(Duration.ofMinutes(6));

    assertThat(cancelled).isInstanceOf(Cancellation.Requested.class);
    assertThat(await(LIVE.queue().sweep())).isEqualTo(new Swept(0, List.of(), 0));
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.CANCELLED);
  }

  @Test
  void aRunningTaskIsToldToStopAndEndsCancelled() {
    Task task = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    Cancellation first = await(LIVE.queue().cancel(ALICE, task.id()));
    Cancellation second = await(LIVE.queue().cancel(ALICE, task.id()));
    List<Renewal> told = await(LIVE.queue().renew(List.of(claimed.hold()), LEASE));
    boolean done = LIVE.finish(claimed.hold(), new Ending.Cancel());

    assertThat(first).isInstanceOf(Cancellation.Requested.class);
    assertThat(second).isInstanceOf(Cancellation.Requested.class);
    assertThat(told).containsExactly(Renewal.CANCEL_REQUESTED);
    assertThat(done).isTrue();
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(LIVE.statuses(task.id()))
        .containsExactly("queued", "running", "running", "cancelled");
  }

  @Test
  void aTaskThatIsToStopHasNoNextRun() {
    for (Ending ending :
        List.of(new Ending.HandBack(), new Ending.Retry(Duration.ofSeconds(1), ERROR))) {
      Task task = LIVE.submit();
      Claimed claimed = LIVE.claimOne("w1");
      var _ = await(LIVE.queue().cancel(ALICE, task.id()));
      boolean done = LIVE.finish(claimed.hold(), ending);

      assertThat(done).isTrue();
      assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.CANCELLED);
    }
  }

  @Test
  void anEndedTaskCannotBeCancelled() {
    Task task = LIVE.submit();
    boolean done = LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT));
    Cancellation cancelled = await(LIVE.queue().cancel(ALICE, task.id()));

    assertThat(done).isTrue();
    assertThat(cancelled).isInstanceOf(Cancellation.AlreadyFinal.class);
    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.SUCCEEDED);
  }

  @Test
  void anotherTenantNeitherSeesNorCancelsATask() {
    Task task = LIVE.submit();

    assertThat(await(LIVE.queue().get(BOB, task.id()))).isEmpty();
    assertThat(await(LIVE.queue().list(BOB, Optional.empty(), 10))).isEmpty();
    assertThat(await(LIVE.queue().cancel(BOB, task.id()))).isInstanceOf(Cancellation.Unknown.class);
    assertThat(LIVE.get(task.id()).cancelRequested()).isFalse();
  }

  @Test
  void anIdOfAShardThatIsNotThereIsNobody() {
    var id = new TaskId("7-00000000000000000000000000");

    assertThat(await(LIVE.queue().get(ALICE, id))).isEmpty();
    assertThat(await(LIVE.queue().cancel(ALICE, id))).isInstanceOf(Cancellation.Unknown.class);
  }

  @Test
  void theSameKeyAndBodyGiveTheSameTask() {
    Task first = LIVE.submit(keyed("k", "{\"a\":1}"));
    Submitted again = LIVE.answer(keyed("k", "{\"a\":1}"));
    Submitted other = LIVE.answer(keyed("k", "{\"a\":2}"));

    assertThat(again).isEqualTo(new Submitted.Accepted(first, true));
    assertThat(other).isInstanceOf(Submitted.Refused.class);
    assertThat(((Submitted.Refused) other).problem()).isInstanceOf(Problem.Conflict.class);
    assertThat(LIVE.claim("w1", 5)).hasSize(1);
  }

  @Test
  void theSameKeyTwiceInOneCallGivesOneTask() {
    List<Submitted> answers =
        await(LIVE.queue().submit(List.of(keyed("k", "{}"), keyed("k", "{}"))));

    assertThat(answers)
        .extracting(a -> ((Submitted.Accepted) a).repeated())
        .containsExactly(false, true);
    assertThat(LIVE.claim("w1", 5)).hasSize(1);
  }

  @Test
  void aKeyWhoseTaskWasReleasedNamesThatTask() {
    Task task = LIVE.submit(keyed("k", "{}"));
    boolean done = LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT));
    await(LIVE.finished().release(LIVE.take(10)));

    assertThat(done).isTrue();
    assertThat(LIVE.answer(keyed("k", "{}"))).isEqualTo(new Submitted.Archived(task.id()));
  }

  @Test
  void aBatchIsAnsweredInOrderWithOneRefusalInTheMiddle() {
    var tooLarge = new Payload("\"" + "x".repeat(Submits.INPUT_BYTES_MAX) + "\"");
    var requests = new ArrayList<TaskRequest>();
    for (int i = 0; i < 300; i++) {
      requests.add(TaskRequest.now(ALICE, "echo", new Payload("" + i), Priority.NORMAL));
    }
    requests.set(150, TaskRequest.now(ALICE, "echo", tooLarge, Priority.NORMAL));
    List<Submitted> answers = await(LIVE.queue().submit(requests));

    assertThat(answers).hasSize(300);
    for (int i = 0; i < 300; i++) {
      if (i == 150) {
        assertThat(((Submitted.Refused) answers.get(i)).problem())
            .isInstanceOf(Problem.TooLarge.class);
      } else {
        assertThat(((Submitted.Accepted) answers.get(i)).task().input().json()).isEqualTo("" + i);
      }
    }
  }

  @Test
  void eventsOfARunComeBeforeItsEndHoweverTheyAreSent() {
    Task task = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    var emissions = new ArrayList<io.vertx.core.Future<List<Boolean>>>();
    for (int i = 0; i < 200; i++) {
      emissions.add(
          LIVE.queue()
              .emit(
                  List.of(
                      new Emission(
                          claimed.hold(), TaskEvent.OUTPUT, new Payload("{\"n\":" + i + "}")))));
    }
    boolean done =
        await(LIVE.queue().finish(List.of(new Finish(claimed.hold(), new Ending.Succeed(RESULT)))))
            .getFirst();

    assertThat(done).isTrue();
    assertThat(emissions).allSatisfy(emitted -> assertThat(await(emitted)).containsExactly(true));
    List<TaskEvent> events = LIVE.events(task.id());
    assertThat(events).hasSize(203);
    assertThat(events.getLast().last()).isTrue();
    for (int i = 0; i < 200; i++) {
      assertThat(events.get(i + 2).data().json()).isEqualTo("{\"n\":" + i + "}");
    }
  }

  @Test
  void theListIsNewestFirstAndPages() {
    var ids = new ArrayList<TaskId>();
    for (int i = 0; i < 5; i++) {
      ids.addFirst(LIVE.submit().id());
    }
    ids.sort((a, b) -> b.value().compareTo(a.value()));
    List<Task> first = await(LIVE.queue().list(ALICE, Optional.empty(), 3));
    List<Task> rest = await(LIVE.queue().list(ALICE, Optional.of(first.getLast().id()), 3));

    assertThat(first).extracting(Task::id).containsExactlyElementsOf(ids.subList(0, 3));
    assertThat(rest).extracting(Task::id).containsExactlyElementsOf(ids.subList(3, 5));
  }

  @Test
  void depthsCountWhatWaitsAndRuns() {
    Task cancelled = LIVE.submit();
    var _ = LIVE.submit();
    var _ = LIVE.submit();
    var _ = LIVE.submit(request(new Start.After(Duration.ofMinutes(5))));
    var _ = await(LIVE.queue().cancel(ALICE, cancelled.id()));
    var _ = LIVE.claimOne("w1");

    assertThat(await(LIVE.queue().depths())).containsEntry("echo", new Depth(1, 1, 1, 0));
  }

  @Test
  void workOfOneHandlerIsNotHandedToAnother() {
    var _ = LIVE.submit();
    List<Claimed> claimed =
        await(LIVE.queue().claim("w1", List.of(new TaskQueue.Demand("embed", 5, LEASE)))).tasks();

    assertThat(claimed).isEmpty();
  }
}
