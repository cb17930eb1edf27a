package io.millrace.http;

import io.millrace.archive.Tasks;
import io.millrace.events.EventLogs;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of a task by its event log. */
final class TaskWait {
  private static final Logger LOGGER = LoggerFactory.getLogger(TaskWait.class);
  private static final int PAGE = 256;

  private final Vertx vertx;
  private final EventLogs events;
  private final Tasks tasks;

  TaskWait(Vertx vertx, EventLogs events, Tasks tasks) {
    this.vertx = vertx;
    this.events = events;
    this.tasks = tasks;
  }

  /** The task as it stands when it has ended, or after {@code wait}. */
  Future<Task> forEnd(Call call, Task task, Duration wait) {
    if (wait.isZero() || task.status().isFinal()) {
      return Future.succeededFuture(task);
    }
    Promise<Void> ended = Promise.promise();
    var reader = new Reader(call, task, ended);
    EventLogs.Subscription subscription = events.watch(task.id(), reader::news);
    long timer = vertx.setTimer(wait.toMillis(), late -> ended.tryComplete());
    call.routing().response().closeHandler(gone -> ended.tryComplete());
    return ended
        .future()
        .onComplete(over -> {
          subscription.close();
          vertx.cancelTimer(timer);
        })
        .compose(over -> call.here(tasks.get(call.asker(), task.id())));
  }

  /** Follows the log until its last event; confined to the call's event loop. */
  private final class Reader {
    private final Call call;
    private final Task task;
    private final Promise<Void> ended;
    private Optional<String> after = Optional.empty();
    private boolean reading;
    private boolean again;

    Reader(Call call, Task task, Promise<Void> ended) {
      this.call = call;
      this.task = task;
      this.ended = ended;
    }

    void news() {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      again = false;
      call.here(events.read(task.id(), after, PAGE))
          .onComplete(page -> read(page.events()), this::failed);
    }

    private void read(List<TaskEvent> page) {
      reading = false;
      if (!page.isEmpty()) {
        after = Optional.of(page.getLast().id());
      }
      if (page.stream().anyMatch(TaskEvent::last)) {
        ended.tryComplete();
      } else if (again || page.size() == PAGE) {
        news();
      }
    }

    /** The next news reads again; without any, the wait ends by its time. */
    private void failed(Throwable failure) {
      reading = false;
      LOGGER.atDebug().setCause(failure).addKeyValue("task", task.id()).log("no events for now");
    }
  }
}
