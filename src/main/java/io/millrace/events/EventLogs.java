package io.millrace.events;

import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Reads event logs: what is stored, and what comes. News is a hint; data is always read by range
 * from the log, so a reader sees each event once, in order, whatever was lost on the way.
 */
public interface EventLogs {
  /**
   * Stored events of a task after {@code after} (all when empty), oldest first, from Redis or, once
   * released there, from the archive.
   */
  Future<EventPage> read(TaskId task, Optional<String> after, int limit);

  /**
   * Calls {@code onNews} on the caller's context whenever events may have been appended to the log
   * of {@code task}, at least once soon after subscribing, and after every reconnection.
   */
  Subscription watch(TaskId task, Runnable onNews);

  /**
   * Brings the status events of all tasks (the feed) to {@code reader}, each once, in order, on the
   * caller's context, also across an absence of Redis.
   *
   * @param after the feed id of the last entry the reader has; empty to begin now
   */
  Subscription followFeed(Optional<String> after, FeedReader reader);

  /**
   * A piece of a task's log.
   *
   * @param events oldest first; empty when there is nothing after that id now
   * @param gap whether events between that id and the first of these were cut off by the log's cap:
   *     the reader is to be shown a snapshot of the task first
   */
  record EventPage(List<TaskEvent> events, boolean gap) {
    /** Copies the list. */
    public EventPage {
      events = List.copyOf(events);
    }
  }

  /** A reader's place; closing it twice is fine. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** One status change in the feed, under the feed's own id. */
  record FeedEntry(String feedId, String tenant, TaskEvent event) {}

  /** One who follows the feed. */
  interface FeedReader {
    /** What came since the last call, oldest first; never empty. */
    void onEntries(List<FeedEntry> entries);

    /** Entries before the next ones were cut off by the feed's cap: what is shown may be stale. */
    void onGap();
  }
}
