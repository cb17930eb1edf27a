package io.millrace.settings;

import java.time.Duration;
import java.util.List;

/**
 * The public server.
 *
 * @param host address to listen on; loopback unless something guards what lies before it
 * @param port 0 takes a free one
 * @param hostNames further names a request's {@code Host} and {@code Origin} may carry
 * @param bodyBytesMax largest JSON body
 * @param textsBytesMax largest JSON body under {@code /v1}, where requests carry many texts
 * @param uploadBytesMax largest uploaded file
 * @param streamsMax most event streams open at once in this process
 * @param ping pause between control frames of an idle event stream
 * @param waitMax longest {@code ?wait=}
 */
public record HttpSettings(
    String host,
    int port,
    List<String> hostNames,
    DataSize bodyBytesMax,
    DataSize textsBytesMax,
    DataSize uploadBytesMax,
    int streamsMax,
    Duration ping,
    Duration waitMax) {
  /** Copies the list. */
  public HttpSettings {
    hostNames = List.copyOf(hostNames);
  }

  static HttpSettings read(Section section) {
    return new HttpSettings(
        section.text("host", "127.0.0.1"),
        section.number("port", 8080, 0, 65_535),
        section.texts("hostNames", List.of()),
        section.size("bodyBytesMax", DataSize.megabytes(1), DataSize.megabytes(64)),
        section.size("textsBytesMax", DataSize.megabytes(8), DataSize.megabytes(64)),
        section.size("uploadBytesMax", DataSize.gigabytes(2), DataSize.gigabytes(64)),
        section.number("streamsMax", 10_000, 1, 100_000),
        section.duration(
            "ping", Duration.ofSeconds(10), Duration.ofMillis(50), Duration.ofMinutes(5)),
        section.duration(
            "waitMax", Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofMinutes(10)));
  }
}
