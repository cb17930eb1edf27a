package io.millrace.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * The rest of a body that was refused. It is read and thrown away, so that a client that writes
 * before it reads still learns why; but not for ever.
 */
final class Unread implements Handler<Buffer> {
  private static final long BYTES_MAX = 64L << 20;

  private final HttpServerRequest request;
  private long bytes;

  private Unread(HttpServerRequest request) {
    this.request = request;
  }

  /** Throws away what is still to come; does nothing when all has come. */
  static void discard(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.handler(new Unread(request));
      request.resume();
    }
  }

  @Override
  public void handle(Buffer piece) {
    bytes += piece.length();
    if (bytes > BYTES_MAX) {
      request.connection().close();
    }
  }
}
