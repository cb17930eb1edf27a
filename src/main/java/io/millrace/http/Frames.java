package io.millrace.http;

import io.millrace.json.Times;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** Frames of an event stream, as bytes. */
final class Frames {
  /** A sign of life, without an id. */
  static final Buffer PING = Buffer.buffer("event: ping\ndata: {}\n\n");

  /** Events were lost to this reader; without an id. */
  static final Buffer GAP = Buffer.buffer("event: feed.gap\ndata: {}\n\n");

  /** How long a browser waits before it comes back. */
  static final Buffer RETRY = Buffer.buffer("retry: 2000\n\n");

  private Frames() {}

  /**
   * An entry of a task's log.
   *
   * @param id the id of the frame: the event's own, or that of the feed
   */
  static Buffer event(String id, TaskEvent event) {
    return Buffer.buffer(
        "id: " + id + "\nevent: " + line(event.type()) + "\ndata: " + envelope(event) + "\n\n");
  }

  /** Spliced as text: the data is JSON already, and this is the hot path. */
  private static String envelope(TaskEvent event) {
    return "{\"id\":\""
        + event.id()
        + "\",\"task\":\""
        + event.task()
        + "\",\"type\":"
        + new io.vertx.core.json.JsonArray().add(event.type()).encode().replaceAll("^\\[|]$", "")
        + ",\"at\":\""
        + Times.format(event.at())
        + (event.last() ? "\",\"final\":true" : "\"")
        + ",\"data\":"
        + line(event.data().json())
        + "}";
  }

  /** A line end within JSON text is white space; within a frame it would end the line. */
  private static String line(String text) {
    return text.replace('\n', ' ').replace('\r', ' ');
  }

  /** The task as it stands, for a reader that missed the beginning; without an id. */
  static Buffer snapshot(Task task, boolean last, Instant now) {
    var envelope =
        new JsonObject()
            .put("task", task.id().value())
            .put("type", TaskEvent.SNAPSHOT)
            .put("at", Times.format(now))
            .put("data", new JsonObject().put("task", TaskView.whole(task)));
    if (last) {
      envelope.put("final", true);
    }
    return Buffer.buffer("event: " + TaskEvent.SNAPSHOT + "\ndata: " + envelope.encode() + "\n\n");
  }

  /** A control frame with data, without an id. */
  static Buffer control(String event, JsonObject data) {
    return Buffer.buffer("event: " + event + "\ndata: " + data.encode() + "\n\n");
  }
}
