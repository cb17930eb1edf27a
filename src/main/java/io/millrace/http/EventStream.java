package io.millrace.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** One open event stream to one client; confined to its event loop. */
final class EventStream {
  /** After as many pings that could not be written the client is cut off. */
  private static final int STALLED_PINGS_MAX = 4;

  private static final int QUEUE_BYTES_MAX = 256 << 10;

  private final HttpServerResponse response;
  private final Runnable onClose;
  private boolean open = true;
  private boolean quiet;
  private int stalledPings;

  /** Writes the head; {@code onClose} runs once, whoever ends the stream. */
  EventStream(RoutingContext routing, Runnable onClose) {
    this.response = routing.response();
    this.onClose = onClose;
    response
        .setChunked(true)
        .setWriteQueueMaxSize(QUEUE_BYTES_MAX)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no");
    response.closeHandler(gone -> closed());
    response.exceptionHandler(broken -> closed());
    send(Frames.RETRY);
  }

  boolean isOpen() {
    return open;
  }

  /** Whether the client reads too slowly for more to be written now. */
  boolean isFull() {
    return open && response.writeQueueFull();
  }

  /** Writes one frame; does nothing once the stream is closed. */
  void send(Buffer frame) {
    if (open) {
      quiet = false;
      response.write(frame).onFailure(broken -> closed());
    }
  }

  /** Runs {@code action} when the client has caught up. */
  void onDrain(Runnable action) {
    response.drainHandler(drained -> {
      stalledPings = 0;
      if (open) {
        action.run();
      }
    });
  }

  /** To be called at every ping interval: says that we live, or gives a stalled client up. */
  void tick() {
    if (response.writeQueueFull()) {
      stalledPings++;
      if (stalledPings >= STALLED_PINGS_MAX) {
        response.reset();
        closed();
      }
    } else {
      if (quiet) {
        send(Frames.PING);
      }
      quiet = true;
    }
  }

  /** Ends the stream in good order; a second time does nothing. */
  void end() {
    if (open) {
      response.end().onFailure(broken -> closed());
      closed();
    }
  }

  private void closed() {
    if (open) {
      open = false;
      onClose.run();
    }
  }
}
