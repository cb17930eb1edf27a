package io.millrace.outbound;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;

/** What an answer says of its version, in one text: its ETag, else when it was last modified. */
final class Validators {
  private static final int LENGTH_MAX = 500;
  private static final String ETAG = "etag:";
  private static final String MODIFIED = "modified:";

  private Validators() {}

  static Optional<String> of(HttpClientResponse response) {
    return Optional.ofNullable(response.getHeader(HttpHeaders.ETAG))
        .map(tag -> ETAG + tag)
        .or(() ->
            Optional.ofNullable(response.getHeader(HttpHeaders.LAST_MODIFIED))
                .map(moment -> MODIFIED + moment))
        .filter(text -> text.length() <= LENGTH_MAX);
  }

  /** Asks for the page only if it has changed since. */
  static void ask(RequestOptions options, String validator) {
    if (validator.startsWith(ETAG)) {
      var _ = options.putHeader(HttpHeaders.IF_NONE_MATCH, validator.substring(ETAG.length()));
    } else if (validator.startsWith(MODIFIED)) {
      var _ =
          options.putHeader(HttpHeaders.IF_MODIFIED_SINCE, validator.substring(MODIFIED.length()));
    }
  }
}
