package io.millrace.queue;

import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.events.RedisEventLogs;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Emission;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.redis.Keys;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log is a field of its task while it is short, then a stream; no reader can tell. */
final class TaskLogIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  @Test
  void aTaskThatTellsNothingTakesNoStream() {
    Task task = LIVE.submit();
    assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT))).isTrue();

    assertThat(streams(task.id())).isZero();
    assertThat(LIVE.events(task.id())).hasSize(3).isSortedAccordingTo(TaskLogIT::byId);
    assertThat(LIVE.events(task.id()).getLast().last()).isTrue();
  }

  @Test
  void itsEventsHaveTheSameIdsInTheFeed() {
    Task task = LIVE.submit();
    var _ = LIVE.claimOne("w1");

    assertThat(await(LIVE.gateway().command("XRANGE", Keys.FEED.of(0), "-", "+")).items())
        .extracting(entry -> entry.item(0).text())
        .containsExactlyElementsOf(LIVE.events(task.id()).stream().map(TaskEvent::id).toList());
  }

  @Test
  void theFirstOutputTurnsItIntoAStreamUnderTheSameIds() {
    Task task = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    List<TaskEvent> before = LIVE.events(task.id());
    var output = new Emission(claimed.hold(), TaskEvent.OUTPUT, new Payload("{\"text\":\"a\"}"));
    assertThat(await(LIVE.queue().emit(List.of(output)))).containsExactly(true);
    assertThat(LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT))).isTrue();

    assertThat(streams(task.id())).isOne();
    List<TaskEvent> after = LIVE.events(task.id());
    assertThat(after).hasSize(4).startsWith(before.toArray(TaskEvent[]::new));
    assertThat(after).isSortedAccordingTo(TaskLogIT::byId);
  }

  @Test
  void aReaderGoesOnWhereItWasWhileItIsAField() {
    var logs =
        new RedisEventLogs(
            LIVE.vertx(), LIVE.gateway(), (_, _, _) -> Future.succeededFuture(List.of()), 1);
    Task task = LIVE.submit();
    assertThat(LIVE.finish(LIVE.claimOne("w1").hold(), new Ending.Succeed(RESULT))).isTrue();
    List<TaskEvent> all = LIVE.events(task.id());

    var page = await(logs.read(task.id(), Optional.of(all.getFirst().id()), 1));

    assertThat(page.gap()).isFalse();
    assertThat(page.events()).containsExactly(all.get(1));
    assertThat(await(logs.read(task.id(), Optional.of(all.getLast().id()), 1)).events()).isEmpty();
  }

  private static long streams(TaskId id) {
    return await(LIVE.gateway().command("EXISTS", Keys.EVENTS.of(0, id.value()))).number();
  }

  private static int byId(TaskEvent one, TaskEvent other) {
    return TaskEvent.compareIds(one.id(), other.id());
  }
}
