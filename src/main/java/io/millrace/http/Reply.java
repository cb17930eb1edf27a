package io.millrace.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;

/** How an operation answers when all went well. */
sealed interface Reply {
  /** A JSON object. */
  record Body(int status, JsonObject body, Map<String, String> headers) implements Reply {}

  /** Bytes that are made already. */
  record Bytes(String mediaType, Buffer bytes, Map<String, String> headers) implements Reply {
    /** Without headers of their own. */
    Bytes(String mediaType, Buffer bytes) {
      this(mediaType, bytes, Map.of());
    }
  }

  /** A file for download under {@code name}. */
  record Download(Path file, String name) implements Reply {}

  /** Nothing more to say: 204. */
  record Nothing() implements Reply {}

  /** The operation answers by itself, such as an event stream. */
  record Taken() implements Reply {}

  /** 200 with a JSON object. */
  static Reply ok(JsonObject body) {
    return new Body(200, body, Map.of());
  }

  /** 202 or 200 with a JSON object that can be read again at {@code location}. */
  static Reply at(int status, String location, JsonObject body) {
    return new Body(status, body, Map.of("Location", location));
  }
}
