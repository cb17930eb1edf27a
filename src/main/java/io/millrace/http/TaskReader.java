package io.millrace.http;

import io.millrace.events.EventLogs;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one task's event log to one stream: what is stored, then what comes, until the last event
 * of a round. It reads no more than the client takes. Confined to the call's event loop.
 */
final class TaskReader {
  static final int PAGE = 256;
  private static final Logger LOGGER = LoggerFactory.getLogger(TaskReader.class);
  private static final long READ_AGAIN_MS = 1_000;

  private final Call call;
  private final Vertx vertx;
  private final EventLogs events;
  private final Task task;
  private Optional<String> after;
  private @Nullable EventStream stream;
  private EventLogs.@Nullable Subscription subscription;
  private boolean reading;
  private boolean again;
  private boolean over;

  /**
   * @param task as it stood when the stream was asked for
   * @param after the last event the client has seen
   */
  TaskReader(Call call, EventLogs events, Task task, Optional<String> after) {
    this.call = call;
    this.vertx = call.routing().vertx();
    this.events = events;
    this.task = task;
    this.after = after;
  }

  /** Answers with a stream that begins with {@code first}, or 204 when all of it was seen. */
  Reply begin(OpenStreams streams, EventLogs.EventPage first) {
    boolean nothing = task.status().isFinal() && first.events().isEmpty();
    if (nothing && after.isPresent() && !first.gap()) {
      return new Reply.Nothing();
    }
    EventStream opened = streams.open(call.routing(), this::close);
    stream = opened;
    if (first.gap() || nothing) {
      opened.send(Frames.snapshot(task, nothing, Instant.now()));
    }
    if (nothing) {
      opened.end();
      return new Reply.Taken();
    }
    opened.onDrain(this::news);
    reading = true;
    read(first.events());
    if (opened.isOpen()) {
      subscription = events.watch(task.id(), this::news);
    }
    return new Reply.Taken();
  }

  private void close() {
    if (subscription != null) {
      subscription.close();
    }
  }

  private void news() {
    if (stream == null || !stream.isOpen() || stream.isFull()) {
      return;
    }
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
    if (stream == null) {
      return;
    }
    for (TaskEvent event : page) {
      stream.send(Frames.event(event.id(), event));
      after = Optional.of(event.id());
      over = event.last();
    }
    if (page.size() >= PAGE || again) {
      news();
    } else if (over) {
      stream.end();
    }
  }

  /** The stream stays open: what comes after an outage is read from where it stands. */
  private void failed(Throwable failure) {
    reading = false;
    LOGGER.atDebug().setCause(failure).addKeyValue("task", task.id()).log("no events for now");
    vertx.setTimer(READ_AGAIN_MS, later -> news());
  }
}
