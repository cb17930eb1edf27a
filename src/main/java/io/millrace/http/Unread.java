package io.millrace.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * The rest of a body that was refused. It is read and thrown away, so that a client that writes
 * before it reads still learns why; but not for ever.
 */
final class Unread {
  private static final long BYTES_MAX = 64L << 20;

  private final HttpServerRequest request;
  private final long bytesMax;
  private long bytes;
  private boolean begun;

  /** Throws away what is left of {@code request}, up to a bound above {@code taken}. */
  Unread(HttpServerRequest request, long taken) {
    this.request = request;
    this.bytesMax = taken + BYTES_MAX;
  }

  /** Whether anything was thrown away. */
  boolean begun() {
    return begun;
  }

  /** Throws away one piece; closes the connection when it was too much. */
  void discard(Buffer piece) {
    begun = true;
    bytes += piece.length();
    if (bytes > bytesMax) {
      request.connection().close();
    }
  }
}
