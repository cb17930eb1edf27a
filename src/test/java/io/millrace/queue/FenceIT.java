package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.ERROR;
import static io.millrace.queue.LiveQueue.LEASE;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Emission;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Hold;
import io.millrace.queue.TaskQueue.Renewal;
import io.millrace.queue.TaskQueue.Swept;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Leases lapse, and who lost a task can no longer write to it. */
final class FenceIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  static List<Ending> endings() {
    return List.of(
        new Ending.Succeed(RESULT),
        new Ending.Fail(ERROR),
        new Ending.Bury(ERROR),
        new Ending.Cancel(),
        new Ending.Retry(Duration.ofSeconds(1), ERROR),
        new Ending.HandBack());
  }

  private static void lapse() {
    LIVE.advance(LEASE.plusMillis(1));
    assertThat(await(LIVE.queue().sweep()).lapsed()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("endings")
  void aStaleWorkerCannotEndATaskThatAnotherRuns(Ending ending) {
    Task task = LIVE.submit();
    Claimed zombie = LIVE.claimOne("w1");
    lapse();
    Claimed owner = LIVE.claimOne("w2");
    Task before = LIVE.get(task.id());
    boolean done = LIVE.finish(zombie.hold(), ending);

    assertThat(done).isFalse();
    assertThat(LIVE.get(task.id())).isEqualTo(before);
    assertThat(LIVE.finish(owner.hold(), new Ending.Succeed(RESULT))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("endings")
  void anEndedTaskCannotBeEndedAgain(Ending ending) {
    Task task = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    boolean done = LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT));
    boolean again = LIVE.finish(claimed.hold(), ending);

    assertThat(done).isTrue();
    assertThat(again).isFalse();
    assertThat(LIVE.events(task.id())).filteredOn(TaskEvent::last).hasSize(1);
  }

  @Test
  void theSameWorkerWithAnOlderEpochIsStaleToo() {
    var _ = LIVE.submit();
    Claimed first = LIVE.claimOne("w1");
    assertThat(LIVE.finish(first.hold(), new Ending.HandBack())).isTrue();
    Claimed second = LIVE.claimOne("w1");

    assertThat(second.hold().epoch()).isGreaterThan(first.hold().epoch());
    assertThat(LIVE.finish(first.hold(), new Ending.Succeed(RESULT))).isFalse();
    assertThat(LIVE.finish(second.hold(), new Ending.Succeed(RESULT))).isTrue();
  }

  @Test
  void aStaleWorkerCannotRenewNorWriteEvents() {
    Task task = LIVE.submit();
    Claimed zombie = LIVE.claimOne("w1");
    lapse();
    Claimed owner = LIVE.claimOne("w2");
    int events = LIVE.events(task.id()).size();
    List<Renewal> renewals = await(LIVE.queue().renew(List.of(zombie.hold(), owner.hold()), LEASE));
    List<Boolean> emitted =
        await(LIVE.queue().emit(List.of(emission(zombie.hold()), emission(owner.hold()))));

    assertThat(renewals).containsExactly(Renewal.STALE, Renewal.HELD);
    assertThat(emitted).containsExactly(false, true);
    assertThat(LIVE.events(task.id())).hasSize(events + 1);
  }

  private static Emission emission(Hold hold) {
    return new Emission(hold, TaskEvent.PROGRESS, new Payload("{\"done\":1}"));
  }

  @Test
  void aRenewedTaskIsNotTakenAway() {
    var _ = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    LIVE.advance(LEASE.minusMinutes(2));
    List<Renewal> renewed = await(LIVE.queue().renew(List.of(claimed.hold()), LEASE));
    LIVE.advance(LEASE.minusMinutes(2));
    Swept swept = await(LIVE.queue().sweep());

    assertThat(renewed).containsExactly(Renewal.HELD);
    assertThat(swept).isEqualTo(new Swept(0, List.of(), 0));
    assertThat(LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT))).isTrue();
  }

  @Test
  void aLostTaskIsNextInItsList() {
    Task lost = LIVE.submit();
    var _ = LIVE.claimOne("w1");
    Task other = LIVE.submit();
    lapse();
    List<Claimed> next = LIVE.claim("w2", 2);

    assertThat(next).extracting(c -> c.task().id()).containsExactly(lost.id(), other.id());
    assertThat(next.getFirst().task().deliveries()).isEqualTo(2);
    assertThat(next.getFirst().task().attempts()).isZero();
  }

  @Test
  void aTaskThatLosesItsWorkerFourTimesIsADeadLetter() {
    Task task = LIVE.submit();
    var _ = LIVE.claimOne("w1");
    lapse();
    var _ = LIVE.claimOne("w2");
    lapse();
    var _ = LIVE.claimOne("w3");
    lapse();
    var _ = LIVE.claimOne("w4");
    LIVE.advance(LEASE.plusMillis(1));
    Swept swept = await(LIVE.queue().sweep());

    assertThat(swept.lapsed()).isEqualTo(1);
    assertThat(swept.buried()).extracting(DeadLetter::task).containsExactly(task.id());
    Task dead = LIVE.get(task.id());
    assertThat(dead.status()).isEqualTo(TaskStatus.DEAD);
    assertThat(dead.error().orElseThrow().type()).isEqualTo("worker_lost");
    assertThat(LIVE.events(task.id())).filteredOn(TaskEvent::last).hasSize(1);
    var letters = await(LIVE.gateway().command("XRANGE", "{s0}:queue:echo:dlq", "-", "+"));
    assertThat(letters.item(0).item(1).fields())
        .containsEntry("errorType", "worker_lost")
        .containsEntry("worker", "w4")
        .containsEntry("deliveries", "4");
  }

  @Test
  void tasksThatLostTheirWorkerTwiceComeFewAtATimeAndBeforeTheOthers() {
    for (int i = 0; i < 4; i++) {
      var _ = LIVE.submit();
    }
    var _ = LIVE.claim("w0", 4);
    LIVE.advance(LEASE.plusMillis(1));
    assertThat(await(LIVE.queue().sweep()).lapsed()).isEqualTo(4);
    List<TaskId> lost = LIVE.claim("w1", 4).stream().map(c -> c.task().id()).toList();
    assertThat(lost).as("after one loss all may come at once").hasSize(4);
    LIVE.advance(LEASE.plusMillis(1));
    assertThat(await(LIVE.queue().sweep()).lapsed()).isEqualTo(4);
    Task fresh = LIVE.submit();

    List<Claimed> next =
        await(LIVE.queue().claim("w2", List.of(new Demand("echo", 4, 4, 4, 2, 1, LEASE)))).tasks();

    List<TaskId> ids = next.stream().map(c -> c.task().id()).toList();
    assertThat(ids).hasSize(3).endsWith(fresh.id());
    assertThat(lost).as("in the order of their leases").containsAll(ids.subList(0, 2));
    assertThat(next).extracting(Claimed::losses).containsExactly(2, 2, 0);
  }

  @Test
  void aRunThatEndsByItselfClearsItsTaskOfSuspicion() {
    Task task = LIVE.submit();
    var _ = LIVE.claimOne("w1");
    lapse();
    Claimed second = LIVE.claimOne("w2");
    var later = new Ending.Retry(Duration.ZERO, new TaskError("unavailable", "away", true));
    assertThat(LIVE.finish(second.hold(), later)).isTrue();

    assertThat(LIVE.claimOne("w3").losses()).isZero();
    assertThat(LIVE.get(task.id()).deliveries()).isEqualTo(3);
  }

  @Test
  void aLostTaskThatWasToStopIsCancelled() {
    Task task = LIVE.submit();
    var _ = LIVE.claimOne("w1");
    var _ = await(LIVE.queue().cancel(ALICE, task.id()));
    lapse();

    assertThat(LIVE.get(task.id()).status()).isEqualTo(TaskStatus.CANCELLED);
  }

  @Test
  void afterAnOutageShorterThanAnyUsualLeaseEveryRunGetsOneWholeLeaseAnew() {
    var _ = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    var _ = await(LIVE.queue().sweep());
    LIVE.advance(LEASE.plusSeconds(60));
    long twoSecondsAgo = System.currentTimeMillis() - 2_000;
    var _ = await(LIVE.gateway().command("SET", "{s0}:swept", "" + twoSecondsAgo));
    Swept afterOutage = await(LIVE.queue().sweep());
    List<Renewal> renewed = await(LIVE.queue().renew(List.of(claimed.hold()), LEASE));

    assertThat(afterOutage).isEqualTo(new Swept(0, List.of(), 0));
    assertThat(renewed).containsExactly(Renewal.HELD);
  }
}
