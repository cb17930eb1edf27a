package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.BOB;
import static io.millrace.queue.LiveQueue.ERROR;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.queue.TaskQueue.Cancellation;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Depth;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Hold;
import io.millrace.queue.TaskQueue.Renewal;
import io.millrace.settings.QueueSettings;
import io.millrace.task.ChildRequest;
import io.millrace.task.Children;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tasks that submit tasks and wait for them. */
final class ChildrenIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  private static final ChildRequest CHILD =
      new ChildRequest("echo", new Payload("{\"text\":\"a \\\"child\\\"\"}"), Priority.HIGH, 2);

  private static Ending.Wait children(int count) {
    return new Ending.Wait(Collections.nCopies(count, CHILD));
  }

  /** A parent that waits for {@code count} children. */
  private static TaskId waiting(int count) {
    var _ = LIVE.submit();
    Hold hold = LIVE.claimOne("w1").hold();
    assertThat(LIVE.finish(hold, children(count))).isTrue();
    return hold.task();
  }

  @Test
  void aParentGivesItsSlotUpAndGoesOnInFrontWhenItsChildrenHaveEnded() {
    TaskId parent = waiting(3);
    Task other = LIVE.submit();
    assertThat(LIVE.get(parent).status()).isEqualTo(TaskStatus.WAITING);
    assertThat(await(LIVE.queue().depths())).containsEntry("echo", new Depth(4, 0, 0, 1));

    List<Claimed> claimed = LIVE.claim("w2", 7);
    assertThat(claimed).hasSize(4);
    List<Claimed> children = claimed.stream().filter(c -> c.task().parent().isPresent()).toList();
    assertThat(children)
        .hasSize(3)
        .allSatisfy(child -> {
          assertThat(child.task().parent()).contains(parent);
          assertThat(child.task().owner()).isEqualTo(ALICE);
          assertThat(child.task().input()).isEqualTo(CHILD.input());
          assertThat(child.task().priority()).isEqualTo(Priority.HIGH);
          assertThat(child.cost()).isEqualTo(2);
        });
    assertThat(LIVE.finish(children.get(0).hold(), new Ending.Succeed(RESULT))).isTrue();
    assertThat(LIVE.finish(children.get(1).hold(), new Ending.Bury(ERROR))).isTrue();
    assertThat(LIVE.get(parent).children()).contains(new Children(3, 1, 0, 1, 0));
    assertThat(LIVE.claim("w2", 1)).isEmpty();

    Task later = LIVE.submit();
    assertThat(LIVE.finish(children.get(2).hold(), new Ending.Fail(ERROR))).isTrue();

    Claimed again = LIVE.claimOne("w3");
    assertThat(again.task().id()).isEqualTo(parent).isNotIn(other.id(), later.id());
    assertThat(again.task().children()).contains(new Children(3, 1, 1, 1, 0));
    assertThat(LIVE.finish(again.hold(), new Ending.Succeed(RESULT))).isTrue();
    assertThat(LIVE.statuses(parent))
        .containsExactly("queued", "running", "waiting", "queued", "running", "succeeded");
    assertThat(LIVE.events(parent))
        .as("the same attempt goes on")
        .noneMatch(event -> event.type().equals(TaskEvent.ATTEMPT));
  }

  @Test
  void whoLostItsLeaseSubmitsNoChildren() {
    var _ = LIVE.submit();
    Hold lost = LIVE.claimOne("w1").hold();
    LIVE.advance(LiveQueue.LEASE.plusMillis(1));
    var _ = await(LIVE.queue().sweep());

    assertThat(LIVE.finish(lost, children(2))).isFalse();
    assertThat(await(LIVE.queue().children(lost.task()))).isEmpty();
    assertThat(LIVE.claim("w2", 9)).hasSize(1);
  }

  @Test
  void cancelReachesEveryChildWhereverItStands() {
    TaskId parent = waiting(3);
    List<TaskId> ids = await(LIVE.queue().children(parent));
    Claimed ended = LIVE.claimOne("w2");
    Claimed running = LIVE.claimOne("w2");
    assertThat(LIVE.finish(ended.hold(), new Ending.Succeed(RESULT))).isTrue();

    assertThat(await(LIVE.queue().cancel(BOB, parent))).isInstanceOf(Cancellation.Unknown.class);
    assertThat(await(LIVE.queue().cancel(ALICE, parent)))
        .isInstanceOf(Cancellation.Requested.class);

    assertThat(LIVE.get(parent).status()).as("one still runs").isEqualTo(TaskStatus.WAITING);
    assertThat(LIVE.get(parent).cancelRequested()).isTrue();
    assertThat(await(LIVE.queue().cancel(ALICE, parent)))
        .as("again")
        .isInstanceOf(Cancellation.Requested.class);
    assertThat(LIVE.get(ended.task().id()).status()).isEqualTo(TaskStatus.SUCCEEDED);
    assertThat(await(LIVE.queue().renew(List.of(running.hold()), LiveQueue.LEASE)))
        .containsExactly(Renewal.CANCEL_REQUESTED);
    assertThat(ids).filteredOn(id -> LIVE.get(id).status() == TaskStatus.CANCELLED).hasSize(1);
    assertThat(LIVE.finish(running.hold(), new Ending.Cancel())).isTrue();
    assertThat(LIVE.claim("w3", 9)).as("the parent does not go on").isEmpty();
    assertThat(LIVE.get(parent).status()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(LIVE.get(parent).children()).contains(new Children(3, 1, 0, 0, 2));
    assertThat(LIVE.statuses(parent))
        .containsExactly("queued", "running", "waiting", "waiting", "cancelled");
  }

  @Test
  void aParentCancelledAsItRanSubmitsNothing() {
    var _ = LIVE.submit();
    Hold hold = LIVE.claimOne("w1").hold();
    assertThat(await(LIVE.queue().cancel(ALICE, hold.task())))
        .isInstanceOf(Cancellation.Requested.class);

    assertThat(LIVE.finish(hold, children(2))).isTrue();
    assertThat(LIVE.get(hold.task()).status()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(LIVE.claim("w1", 9)).isEmpty();
  }

  @Test
  void aParentMayWaitTwice() {
    TaskId parent = waiting(1);
    assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT))).isTrue();
    assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), children(2))).isTrue();
    for (Claimed child : LIVE.claim("w1", 4)) {
      assertThat(LIVE.finish(child.hold(), new Ending.Succeed(RESULT))).isTrue();
    }

    assertThat(LIVE.claimOne("w1").task().children()).contains(new Children(3, 3, 0, 0, 0));
    assertThat(await(LIVE.queue().children(parent))).hasSize(3);
  }

  @Test
  void childrenThatDoNotFitIntoTheQueueAreSubmittedLater() {
    var settings = new QueueSettings(1, 3, 3, 1_000, 10_000, Duration.ofHours(1));
    var small =
        new RedisTaskQueue(
            LIVE.gateway(), settings, 100, InstantSource.system(), new SecureRandom());
    var _ = LIVE.submit();
    Hold hold = LIVE.claimOne("w1").hold();

    assertThat(await(small.finish(List.of(new TaskQueue.Finish(hold, children(3))))))
        .containsExactly(true);
    Task parent = LIVE.get(hold.task());
    assertThat(parent.status()).isEqualTo(TaskStatus.SCHEDULED);
    assertThat(parent.deliveries()).isZero();
    assertThat(parent.children()).isEmpty();

    LIVE.advance(Duration.ofSeconds(2));
    assertThat(await(LIVE.queue().sweep()).promoted()).isEqualTo(1);
    Hold again = LIVE.claimOne("w1").hold();
    assertThat(await(small.finish(List.of(new TaskQueue.Finish(again, children(2))))))
        .containsExactly(true);
    assertThat(LIVE.get(hold.task()).status()).isEqualTo(TaskStatus.WAITING);
  }

  @Test
  void aDeadChildThatIsRunAgainIsItsParentsNoMore() {
    TaskId parent = waiting(2);
    List<Claimed> children = LIVE.claim("w1", 4);
    TaskId dead = children.getFirst().task().id();
    assertThat(LIVE.finish(children.getFirst().hold(), new Ending.Bury(ERROR))).isTrue();
    var _ = await(LIVE.letters().redrive(ALICE, dead));
    Claimed revived = LIVE.claimOne("w1");
    assertThat(LIVE.finish(revived.hold(), new Ending.Succeed(RESULT))).isTrue();

    assertThat(revived.task().parent()).isEmpty();
    assertThat(LIVE.get(parent).children()).contains(new Children(2, 0, 0, 1, 0));
    assertThat(LIVE.finish(children.getLast().hold(), new Ending.Succeed(RESULT))).isTrue();
    assertThat(LIVE.claimOne("w1").task().id()).isEqualTo(parent);
  }

  @Test
  void aReleasedParentLeavesNothingBehind() {
    TaskId parent = waiting(1);
    assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT))).isTrue();
    assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT))).isTrue();
    await(LIVE.finished().release(LIVE.take(10)));

    assertThat(await(LIVE.gateway().command("KEYS", "*" + parent + "*")).items()).isEmpty();
  }
}
