package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The way of ended rounds to the archive. */
final class FinishedTasksIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  private static Task ended() {
    Task task = LIVE.submit();
    assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT))).isTrue();
    return task;
  }

  @Test
  void anEndedRoundIsHandedOutWithItsEvents() {
    Task task = ended();
    List<FinishedRound> taken = LIVE.take(10);

    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().task()).isEqualTo(LIVE.get(task.id()));
    assertThat(taken.getFirst().events()).isEqualTo(LIVE.events(task.id()));
    assertThat(taken.getFirst().events()).hasSize(3).last().matches(TaskEvent::last);
  }

  @Test
  void aCancelledTaskThatNeverRanIsHandedOutToo() {
    Task task = LIVE.submit();
    var _ = await(LIVE.queue().cancel(ALICE, task.id()));

    assertThat(LIVE.take(10))
        .extracting(round -> round.task().status())
        .containsExactly(TaskStatus.CANCELLED);
  }

  @Test
  void whatIsNotReleasedComesAgainBeforeWhatIsNew() {
    Task first = ended();
    List<FinishedRound> taken = LIVE.take(1);
    Task second = ended();
    List<FinishedRound> again = LIVE.take(10);

    assertThat(taken).hasSize(1);
    assertThat(again)
        .extracting(round -> round.task().id())
        .containsExactly(first.id(), second.id());
  }

  @Test
  void aReleasedTaskLeavesNothingBehind() {
    Task task = ended();
    await(LIVE.finished().release(LIVE.take(10)));

    assertThat(await(LIVE.queue().get(ALICE, task.id()))).isEmpty();
    assertThat(await(LIVE.queue().list(ALICE, Optional.empty(), 10))).isEmpty();
    assertThat(LIVE.take(10)).isEmpty();
    assertThat(await(LIVE.finished().backlog())).isZero();
    assertThat(await(LIVE.gateway().command("KEYS", "*" + task.id() + "*")).size()).isZero();
  }

  @Test
  void theBacklogCountsWhatIsNotReleased() {
    var _ = ended();
    var _ = ended();
    await(LIVE.finished().release(LIVE.take(1)));

    assertThat(await(LIVE.finished().backlog())).isEqualTo(1);
  }

  @Test
  void releasingTwiceIsFine() {
    var _ = ended();
    List<FinishedRound> taken = LIVE.take(10);
    await(LIVE.finished().release(taken));
    await(LIVE.finished().release(taken));

    assertThat(await(LIVE.finished().backlog())).isZero();
  }

  @Test
  void aTaskThatBeganANewRoundStaysWhenTheOldOneIsReleased() {
    Task task = ended();
    List<FinishedRound> taken = LIVE.take(10);
    var _ =
        await(
            LIVE.gateway()
                .command("HSET", "{s0}:task:" + task.id(), "round", "2", "status", "queued"));
    await(LIVE.finished().release(taken));

    assertThat(LIVE.get(task.id()).round()).isEqualTo(2);
    assertThat(LIVE.events(task.id())).isNotEmpty();
  }

  @Test
  void aRoundThatARedriveReplacedIsNotHandedOut() {
    Task task = ended();
    var _ =
        await(
            LIVE.gateway()
                .command("HSET", "{s0}:task:" + task.id(), "round", "2", "status", "queued"));

    assertThat(LIVE.take(10)).isEmpty();
    assertThat(await(LIVE.finished().backlog())).isZero();
  }

  @Test
  void anotherReaderTakesOverOnlyWhatItsReaderHasLongHeld() {
    Task task = ended();
    var other = new RedisFinishedTasks(LIVE.gateway(), 1, "other");
    List<FinishedRound> held = LIVE.take(10);
    List<FinishedRound> early = await(other.take(10));
    // XCLAIM with an old idle time stands for the time that passes when a process dies.
    var _ =
        await(
            LIVE.gateway()
                .command(
                    "XCLAIM",
                    "{s0}:finished",
                    "archive",
                    "reader",
                    "0",
                    held.getFirst().entry(),
                    "IDLE",
                    "60000",
                    "JUSTID"));
    List<FinishedRound> late = await(other.take(10));

    assertThat(early).isEmpty();
    assertThat(late).extracting(round -> round.task().id()).containsExactly(task.id());
  }

  @Test
  void manyRoundsComeInPortionsUntilNoneIsLeft() {
    var ids = new ArrayList<TaskId>();
    for (int i = 0; i < 25; i++) {
      ids.add(ended().id());
    }
    var released = new ArrayList<TaskId>();
    for (List<FinishedRound> taken = LIVE.take(10); !taken.isEmpty(); taken = LIVE.take(10)) {
      taken.forEach(round -> released.add(round.task().id()));
      await(LIVE.finished().release(taken));
    }

    assertThat(released).containsExactlyElementsOf(ids);
  }
}
