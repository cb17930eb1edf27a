package io.millrace.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;

/** Requests that are no HTTP, or too large before their path is even known. */
final class InvalidRequests {
  private InvalidRequests() {}

  /** Tells the problem and closes the connection, as nothing after it can be trusted. */
  static void answer(HttpServerRequest request) {
    Refusal refusal =
        switch (request.decoderResult().cause()) {
          case TooLongHttpLineException _ -> Refusal.uriTooLong();
          case TooLongHttpHeaderException _ -> Refusal.headersTooLarge();
          case null, default -> Refusal.malformed("The request is not valid HTTP.");
        };
    request
        .response()
        .setStatusCode(refusal.status())
        .putHeader("Content-Type", Refusal.MEDIA_TYPE)
        .putHeader("Connection", "close")
        .end(refusal.toJson().toBuffer())
        .onComplete(told -> request.connection().close());
  }
}
