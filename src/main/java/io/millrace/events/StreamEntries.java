package io.millrace.events;

import io.millrace.events.EventLogs.FeedEntry;
import io.millrace.redis.Reply;
import io.millrace.task.Payload;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import java.util.Map;

/** Reads entries of event streams; the queue's scripts write them. */
final class StreamEntries {
  private StreamEntries() {}

  /** An entry of a task's own log: type, data, final. */
  static TaskEvent logged(TaskId task, Reply entry) {
    Map<String, String> fields = entry.item(1).fields();
    return new TaskEvent(
        entry.item(0).text(),
        task,
        fields.getOrDefault("type", ""),
        new Payload(fields.getOrDefault("data", "{}")),
        isLast(fields));
  }

  /**
   * An entry of the feed: task, tenant, event (its id in the task's log when it is another), data,
   * final.
   *
   * @param feedId the place of the reader once it has seen this entry
   */
  static FeedEntry fed(String feedId, Reply entry) {
    Map<String, String> fields = entry.item(1).fields();
    return new FeedEntry(
        feedId,
        fields.getOrDefault("tenant", ""),
        new TaskEvent(
            fields.getOrDefault("event", entry.item(0).text()),
            new TaskId(fields.getOrDefault("task", "")),
            TaskEvent.STATUS,
            new Payload(fields.getOrDefault("data", "{}")),
            isLast(fields)));
  }

  private static boolean isLast(Map<String, String> fields) {
    return "1".equals(fields.get("final"));
  }
}
