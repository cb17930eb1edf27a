package io.millrace.settings;

/**
 * The server for operators: health and metrics.
 *
 * @param port 0 takes a free one
 */
public record ManagementSettings(String host, int port) {
  static ManagementSettings read(Section section) {
    return new ManagementSettings(
        section.text("host", "127.0.0.1"), section.number("port", 8081, 0, 65_535));
  }
}
