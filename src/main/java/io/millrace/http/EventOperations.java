package io.millrace.http;

import io.millrace.archive.Tasks;
import io.millrace.events.EventLogs;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Event streams: of one task, and of everything. */
final class EventOperations {
  private final EventLogs events;
  private final Tasks tasks;
  private final OpenStreams streams;
  private final FeedStreams feed;

  EventOperations(HttpServices services, OpenStreams streams, FeedStreams feed) {
    this.events = services.events();
    this.tasks = services.tasks();
    this.streams = streams;
    this.feed = feed;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of("streamTaskEvents", this::streamTask, "streamEvents", this::streamAll);
  }

  private Future<Reply> streamTask(Call call) {
    TaskId id = TaskOperations.taskId(call);
    Optional<String> after = after(call);
    return call.here(tasks.get(call.asker(), id))
        .compose(task ->
            call.here(events.read(id, after, TaskReader.PAGE))
                .map(page -> new TaskReader(call, events, task, after).begin(streams, page)));
  }

  private Future<Reply> streamAll(Call call) {
    return Future.succeededFuture(feed.open(call, streams, after(call)));
  }

  private static Optional<String> after(Call call) {
    return call.parameters().text("Last-Event-ID").or(() -> call.parameters().text("after"));
  }
}
