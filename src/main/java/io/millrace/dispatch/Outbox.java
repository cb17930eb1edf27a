package io.millrace.dispatch;

import io.millrace.task.Payload;
import io.millrace.task.TaskEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of one run that wait for their next flush. Progress replaces progress of the same
 * stage, output joins output before it. Guarded by itself.
 */
final class Outbox {
  /** How many events may wait before the handler has to. */
  static final int SIZE_MAX = 256;

  private static final int OUTPUT_LENGTH_MAX = 16 * 1024;

  private final List<Event> events = new ArrayList<>();
  private long flushedNanos;
  private boolean flushed;
  private boolean used;
  private Future<Void> sent = Future.succeededFuture();

  /** Something a handler told. */
  sealed interface Event {}

  /** How far it is. */
  record Progress(String stage, Payload data) implements Event {}

  /** A piece of output. */
  record Output(StringBuilder text) implements Event {}

  /** An event of the handler's own. */
  record Own(String type, Payload data) implements Event {}

  /** An entry as the log takes it. */
  record Entry(String type, Payload data) {}

  static Progress progress(long done, long total, String stage) {
    JsonObject data = new JsonObject().put("done", done).put("total", total).put("stage", stage);
    return new Progress(stage, new Payload(data.encode()));
  }

  synchronized void add(Event event) {
    used = true;
    Event last = events.isEmpty() ? null : events.getLast();
    if (last instanceof Progress(var before, _)
        && event instanceof Progress(var now, _)
        && before.equals(now)) {
      events.set(events.size() - 1, event);
    } else if (last instanceof Output(var text)
        && event instanceof Output(var more)
        && text.length() + more.length() <= OUTPUT_LENGTH_MAX) {
      text.append(more);
    } else {
      events.add(event);
    }
  }

  /** Takes all that waits. */
  synchronized List<Entry> take(long nowNanos) {
    List<Entry> entries = events.stream().map(Outbox::entry).toList();
    events.clear();
    flushedNanos = nowNanos;
    flushed = true;
    return entries;
  }

  private static Entry entry(Event event) {
    return switch (event) {
      case Progress(_, var data) -> new Entry(TaskEvent.PROGRESS, data);
      case Output(var text) ->
          new Entry(
              TaskEvent.OUTPUT,
              new Payload(new JsonObject().put("text", text.toString()).encode()));
      case Own(var type, var data) -> new Entry(type, data);
    };
  }

  /** Remembers what was sent last; {@link #sent()} completes when it was answered. */
  synchronized void sending(Future<Void> answered) {
    sent = answered;
  }

  synchronized Future<Void> sent() {
    return sent;
  }

  synchronized boolean isEmpty() {
    return events.isEmpty();
  }

  synchronized boolean isFull() {
    return events.size() >= SIZE_MAX;
  }

  /** Whether anything was ever told. */
  synchronized boolean wasUsed() {
    return used;
  }

  /** Whether something waits, what was sent was answered, and long enough ago. */
  synchronized boolean isDue(long nowNanos, long intervalNanos) {
    return !events.isEmpty()
        && sent.isComplete()
        && (!flushed || nowNanos - flushedNanos >= intervalNanos);
  }
}
