package io.millrace.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** One connection to an event stream, which notices when nobody is there any more. */
final class SseConnection implements AutoCloseable {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

  /** Two missed pings and a half. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(25);

  private final HttpURLConnection connection;
  private final int status;
  private final Optional<BufferedReader> lines;

  private SseConnection(HttpURLConnection connection) throws IOException {
    this.connection = connection;
    this.status = connection.getResponseCode();
    this.lines =
        status == 200
            ? Optional.of(
                new BufferedReader(
                    new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8)))
            : Optional.empty();
  }

  /** One frame with data; control frames have no id. */
  record Frame(Optional<String> id, String event, String data) {}

  /**
   * Opens the stream at {@code uri} after the event {@code last}, or from its beginning when that
   * is empty. 204 and 404 are answers.
   *
   * @throws IOException for every other status than these and 200
   */
  static SseConnection open(URI uri, String last) throws IOException {
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(Math.toIntExact(CONNECT_WITHIN.toMillis()));
    connection.setReadTimeout(Math.toIntExact(SILENCE_MAX.toMillis()));
    connection.setRequestProperty("Accept", "text/event-stream");
    if (!last.isEmpty()) {
      connection.setRequestProperty("Last-Event-ID", last);
    }
    var stream = new SseConnection(connection);
    if (stream.status != 200 && stream.status != 204 && stream.status != 404) {
      stream.close();
      throw new IOException(uri + " answered " + stream.status);
    }
    return stream;
  }

  int status() {
    return status;
  }

  /** The next frame with data; empty at the end of the stream. */
  Optional<Frame> next() throws IOException {
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> id = Optional.empty();
    String event = "message";
    String data = "";
    for (String line = lines.get().readLine(); line != null; line = lines.get().readLine()) {
      if (line.startsWith("id: ")) {
        id = Optional.of(line.substring(4));
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty() && !data.isEmpty()) {
        return Optional.of(new Frame(id, event, data));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    connection.disconnect();
  }
}
