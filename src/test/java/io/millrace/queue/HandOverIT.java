package io.millrace.queue;

import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.events.ArchivedEvents;
import io.millrace.events.EventLogs.EventPage;
import io.millrace.events.RedisEventLogs;
import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Emission;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers go on undisturbed while logs move from Redis to the archive under them. */
final class HandOverIT {
  private static final int TASKS = 60;
  private static final int OUTPUTS = 6;

  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  private final Map<TaskId, List<TaskEvent>> archive = new ConcurrentHashMap<>();

  @Test
  void everyReaderSeesEveryEventOnceAndInOrder() throws Exception {
    ArchivedEvents archived =
        (task, after, limit) ->
            Future.succeededFuture(
                archive.getOrDefault(task, List.of()).stream()
                    .filter(event ->
                        after.isEmpty() || TaskEvent.compareIds(after.get(), event.id()) < 0)
                    .limit(limit)
                    .toList());
    var logs = new RedisEventLogs(LIVE.vertx(), LIVE.gateway(), archived, 1);
    var tasks = new ArrayList<Task>();
    for (int i = 0; i < TASKS; i++) {
      tasks.add(LIVE.submit());
    }
    try (var readers = Executors.newFixedThreadPool(4)) {
      var reading =
          tasks.stream().map(task -> readers.submit(() -> readToTheEnd(logs, task.id()))).toList();
      for (int i = 0; i < TASKS; i++) {
        runOne();
        archiveAll();
      }
      for (int i = 0; i < TASKS; i++) {
        assertThat(reading.get(i).get()).isEqualTo(archive.get(tasks.get(i).id()));
      }
    }
    assertThat(archive).hasSize(TASKS);
    assertThat(archive.values()).allSatisfy(events -> assertThat(events).hasSize(3 + OUTPUTS));
  }

  private static List<TaskEvent> readToTheEnd(RedisEventLogs logs, TaskId task) {
    var seen = new ArrayList<TaskEvent>();
    Optional<String> after = Optional.empty();
    while (seen.isEmpty() || !seen.getLast().last()) {
      EventPage page = await(logs.read(task, after, 2));
      assertThat(page.gap()).isFalse();
      seen.addAll(page.events());
      if (!seen.isEmpty()) {
        after = Optional.of(seen.getLast().id());
      }
    }
    return seen;
  }

  private static void runOne() {
    Claimed claimed = LIVE.claimOne("w1");
    for (int n = 0; n < OUTPUTS; n++) {
      var output = new Emission(claimed.hold(), TaskEvent.OUTPUT, new Payload("{\"n\":" + n + "}"));
      assertThat(await(LIVE.queue().emit(List.of(output)))).containsExactly(true);
    }
    assertThat(LIVE.finish(claimed.hold(), new Ending.Succeed(RESULT))).isTrue();
  }

  private void archiveAll() {
    List<FinishedRound> taken = LIVE.take(10);
    taken.forEach(round -> archive.put(round.task().id(), round.events()));
    await(LIVE.finished().release(taken));
  }
}
