package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.document.GenerationNews;
import io.millrace.document.Generations.Counted;
import io.millrace.events.EventLogs;
import io.millrace.events.EventLogs.FeedEntry;
import io.millrace.handler.HandlerRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Status events of all tasks and changes of the handlers and generations, to all readers of one
 * event loop. Each frame is built once; a reader that falls behind is told no more until it has
 * caught up, and then reads on from its place.
 */
final class FeedStreams {
  private static final Logger LOGGER = LoggerFactory.getLogger(FeedStreams.class);
  private static final int FRAMES_MAX = 1_024;

  private final Context context;
  private final EventLogs events;
  private final HandlerRegistry handlers;
  private final GenerationNews generations;
  private final Set<Reader> readers = new LinkedHashSet<>();
  private GenerationNews.@Nullable Following following;

  /** The newest frames, for the readers that come to the same entry later. */
  private final Map<FrameKey, Buffer> frames =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FrameKey, Buffer> eldest) {
          return size() > FRAMES_MAX;
        }
      };

  FeedStreams(
      Context context, EventLogs events, HandlerRegistry handlers, GenerationNews generations) {
    this.context = context;
    this.events = events;
    this.handlers = handlers;
    this.generations = generations;
  }

  /** With several shards the same place may be reached by another entry. */
  private record FrameKey(String feedId, String task, String event) {}

  /** Begins to listen to the handlers. */
  void start() {
    handlers.onChange(() -> context.runOnContext(later -> announceHandlers()));
  }

  /** Opens a stream after {@code after}, or from now on. */
  Reply open(Call call, OpenStreams streams, Optional<String> after) {
    var reader = new Reader(call.asker(), after);
    EventStream stream = streams.open(call.routing(), reader::close);
    reader.begin(stream);
    var _ = handlersFrame().onSuccess(stream::send);
    return new Reply.Taken();
  }

  private void announceHandlers() {
    if (!readers.isEmpty()) {
      var _ = handlersFrame().onSuccess(this::toAll);
    }
  }

  private void announce(List<Counted> all) {
    context.runOnContext(_ -> toAll(Frames.control("generations", GenerationOperations.list(all))));
  }

  private void toAll(Buffer frame) {
    List.copyOf(readers).forEach(reader -> reader.send(frame));
  }

  private void joined(Reader reader) {
    readers.add(reader);
    if (following == null) {
      following = generations.follow(this::announce);
    }
  }

  /** Counting documents is work, so nobody follows for no reader. */
  private void left(Reader reader) {
    readers.remove(reader);
    if (readers.isEmpty() && following != null) {
      following.close();
      following = null;
    }
  }

  private Future<Buffer> handlersFrame() {
    return Call.on(context, handlers.list())
        .map(all -> Frames.control("handlers", HandlerOperations.view(all)))
        .onFailure(failure -> LOGGER.atDebug().setCause(failure).log("no handlers for now"));
  }

  private Buffer frame(FeedEntry entry) {
    var key = new FrameKey(entry.feedId(), entry.event().task().value(), entry.event().id());
    return frames.computeIfAbsent(key, _ -> Frames.event(entry.feedId(), entry.event()));
  }

  /** One stream and its place in the feed. */
  private final class Reader implements EventLogs.FeedReader {
    private final Scope asker;
    private Optional<String> place;
    private @Nullable EventStream stream;
    private EventLogs.@Nullable Subscription subscription;

    Reader(Scope asker, Optional<String> place) {
      this.asker = asker;
      this.place = place;
    }

    void begin(EventStream opened) {
      stream = opened;
      joined(this);
      opened.onDrain(this::follow);
      follow();
    }

    private void follow() {
      if (subscription == null) {
        subscription = events.followFeed(place, this);
      }
    }

    private void pause() {
      if (subscription != null) {
        subscription.close();
        subscription = null;
      }
    }

    void close() {
      pause();
      left(this);
    }

    void send(Buffer frame) {
      if (stream != null) {
        stream.send(frame);
      }
    }

    @Override
    public void onEntries(List<FeedEntry> entries) {
      for (FeedEntry entry : entries) {
        if (stream == null || subscription == null) {
          return;
        }
        place = Optional.of(entry.feedId());
        if (asker.tenant().equals(entry.tenant())) {
          stream.send(frame(entry));
        }
        if (stream.isFull()) {
          pause();
        }
      }
    }

    @Override
    public void onGap() {
      send(Frames.GAP);
    }
  }
}
