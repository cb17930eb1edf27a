package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.events.EventLogs;
import io.millrace.events.EventLogs.FeedEntry;
import io.millrace.handler.HandlerRegistry;
import io.millrace.task.TaskEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Status events of all tasks and changes of the handlers, to all readers of one event loop. Each
 * frame is built once; a reader that falls behind reads on from the log when it has caught up.
 */
final class Feed {
  private static final Logger LOGGER = LoggerFactory.getLogger(Feed.class);
  private static final String BEGINNING = "0-0";
  private static final int PAGE = 500;
  private static final int PAGES_MAX = 2_000;
  private static final long READ_AGAIN_MS = 1_000;

  private final Context context;
  private final EventLogs events;
  private final HandlerRegistry handlers;
  private final Set<Reader> readers = new LinkedHashSet<>();
  private EventLogs.@Nullable Subscription subscription;
  private @Nullable String newest;

  Feed(Context context, EventLogs events, HandlerRegistry handlers) {
    this.context = context;
    this.events = events;
    this.handlers = handlers;
  }

  /** Begins to listen. */
  void start() {
    subscription = events.watchFeed(entry -> context.runOnContext(later -> publish(entry)));
    handlers.onChange(() -> context.runOnContext(later -> announceHandlers()));
  }

  /** Stops listening; a second time does nothing. */
  void stop() {
    if (subscription != null) {
      subscription.close();
    }
  }

  /** Opens a stream after {@code after}, or from now on. */
  Future<Reply> open(Call call, OpenStreams streams, Optional<String> after) {
    return after
        .map(Future::succeededFuture)
        .orElseGet(this::end)
        .map(place -> {
          var reader = new Reader(call.asker(), place);
          EventStream stream = streams.open(call.routing(), () -> readers.remove(reader));
          reader.begin(stream, after.isEmpty());
          readers.add(reader);
          greet(stream);
          return new Reply.Taken();
        });
  }

  /** The id of the newest entry. */
  private Future<String> end() {
    return newest == null
        ? end(BEGINNING, PAGES_MAX).onSuccess(place -> newest = later(place))
        : Future.succeededFuture(newest);
  }

  private Future<String> end(String place, int pages) {
    return Call.on(context, events.readFeed(place, PAGE))
        .compose(page -> {
          List<FeedEntry> entries = page.entries();
          String last = entries.isEmpty() ? place : entries.getLast().feedId();
          return entries.size() < PAGE || pages == 0
              ? Future.succeededFuture(last)
              : end(last, pages - 1);
        });
  }

  private String later(String place) {
    return newest == null || TaskEvent.compareIds(place, newest) > 0 ? place : newest;
  }

  private void publish(FeedEntry entry) {
    newest = later(entry.feedId());
    Buffer frame = Frames.event(entry.feedId(), entry.event());
    List.copyOf(readers).forEach(reader -> reader.offer(entry, frame));
  }

  private void announceHandlers() {
    if (!readers.isEmpty()) {
      handlersFrame()
          .onSuccess(frame -> List.copyOf(readers).forEach(reader -> reader.control(frame)));
    }
  }

  private void greet(EventStream stream) {
    handlersFrame().onSuccess(stream::send);
  }

  private Future<Buffer> handlersFrame() {
    return Call.on(context, handlers.list())
        .map(all -> Frames.control("handlers", HandlerOperations.view(all)))
        .onFailure(failure -> LOGGER.atDebug().setCause(failure).log("no handlers for now"));
  }

  /** One stream's place in the feed. */
  private final class Reader {
    private final Scope asker;
    private String place;
    private boolean live;
    private boolean reading;
    private @Nullable EventStream stream;

    Reader(Scope asker, String place) {
      this.asker = asker;
      this.place = place;
    }

    void begin(EventStream opened, boolean tellPlace) {
      stream = opened;
      if (tellPlace && !place.equals(BEGINNING)) {
        opened.send(Frames.position(place));
      }
      opened.onDrain(this::catchUp);
      catchUp();
    }

    void control(Buffer frame) {
      if (stream != null && !stream.isFull()) {
        stream.send(frame);
      }
    }

    void offer(FeedEntry entry, Buffer frame) {
      if (!live || stream == null) {
        return;
      }
      if (stream.isFull()) {
        live = false;
      } else {
        take(entry, frame, stream);
      }
    }

    private void take(FeedEntry entry, Buffer frame, EventStream to) {
      if (TaskEvent.compareIds(entry.feedId(), place) > 0) {
        place = entry.feedId();
        if (asker.tenant().equals(entry.tenant())) {
          to.send(frame);
        }
      }
    }

    /** Reads on until nothing newer is known; from then on entries come as they are published. */
    private void catchUp() {
      if (live || reading || stream == null || !stream.isOpen() || stream.isFull()) {
        return;
      }
      reading = true;
      Call.on(context, events.readFeed(place, PAGE)).onComplete(this::read, this::failed);
    }

    private void read(EventLogs.FeedPage page) {
      reading = false;
      if (stream == null || !stream.isOpen()) {
        return;
      }
      if (page.gap() && !place.equals(BEGINNING)) {
        stream.send(Frames.GAP);
      }
      for (FeedEntry entry : page.entries()) {
        take(entry, Frames.event(entry.feedId(), entry.event()), stream);
      }
      boolean behind = newest != null && TaskEvent.compareIds(newest, place) > 0;
      live = page.entries().size() < PAGE && !behind;
      catchUp();
    }

    private void failed(Throwable failure) {
      reading = false;
      LOGGER.atDebug().setCause(failure).log("no feed for now");
      Vertx vertx = context.owner();
      vertx.setTimer(READ_AGAIN_MS, later -> catchUp());
    }
  }
}
