package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static io.millrace.queue.LiveQueue.keyed;
import static io.millrace.queue.LiveQueue.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A queue of several shards behaves as one. */
final class ShardsIT {
  private static final int TASKS = 300;

  @RegisterExtension
  static final LiveQueue LIVE = new LiveQueue(LiveQueue.settings(4, 1_000), 1_000);

  private static List<Task> submitMany() {
    return await(LIVE.queue().submit(Collections.nCopies(TASKS, request(ALICE, Priority.NORMAL))))
        .stream()
        .map(answer -> ((Submitted.Accepted) answer).task())
        .toList();
  }

  @Test
  void aWholeLifeIsSpreadOverAllShards() {
    List<Task> accepted = submitMany();
    List<Claimed> claimed = LIVE.claim("w1", TASKS);
    List<Boolean> done =
        await(
            LIVE.queue()
                .finish(
                    claimed.stream()
                        .map(c -> new Finish(c.hold(), new Ending.Succeed(RESULT)))
                        .toList()));
    var archived = new ArrayList<TaskId>();
    for (List<FinishedRound> taken = LIVE.take(50); !taken.isEmpty(); taken = LIVE.take(50)) {
      taken.forEach(round -> archived.add(round.task().id()));
      await(LIVE.finished().release(taken));
    }

    assertThat(accepted.stream().map(task -> task.id().shard()).distinct()).hasSize(4);
    assertThat(claimed).hasSize(TASKS);
    assertThat(done).hasSize(TASKS).containsOnly(true);
    assertThat(archived)
        .containsExactlyInAnyOrderElementsOf(accepted.stream().map(Task::id).toList());
    assertThat(await(LIVE.finished().backlog())).isZero();
  }

  @Test
  void aClaimTakesNoMoreThanItsSlotsFromAllShardsTogether() {
    var _ = submitMany();

    assertThat(LIVE.claim("w1", 10)).hasSize(10);
    assertThat(await(LIVE.queue().depths()).get("echo").queued()).isEqualTo(TASKS - 10);
  }

  @Test
  void theListPagesOverAllShardsNewestFirst() {
    List<String> expected =
        submitMany().stream()
            .map(task -> task.id().value().substring(2))
            .sorted(Collections.reverseOrder())
            .toList();
    var listed = new ArrayList<String>();
    Optional<TaskId> before = Optional.empty();
    for (List<Task> page = page(before); !page.isEmpty(); page = page(before)) {
      page.forEach(task -> listed.add(task.id().value().substring(2)));
      before = Optional.of(page.getLast().id());
    }

    assertThat(listed).isEqualTo(expected);
  }

  private static List<Task> page(Optional<TaskId> before) {
    return await(LIVE.queue().list(ALICE, before, 70));
  }

  @Test
  void aKeyFindsItsTaskWhateverItsShard() {
    for (int i = 0; i < 20; i++) {
      Task first = LIVE.submit(keyed("key-" + i, "{}"));
      Task again = LIVE.submit(keyed("key-" + i, "{}"));

      assertThat(again.id()).isEqualTo(first.id());
    }
  }
}
