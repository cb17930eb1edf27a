package io.millrace.settings;

import java.util.List;

/**
 * How processes find one another.
 *
 * @param host address on which this process talks to the others
 * @param port first port tried
 * @param members {@code host:port} of processes to join through, this one may be among them
 */
public record ClusterSettings(
    boolean enabled, String name, String host, int port, List<String> members) {
  /** Copies the list. */
  public ClusterSettings {
    members = List.copyOf(members);
  }

  static ClusterSettings read(Section section) {
    return new ClusterSettings(
        section.flag("enabled", false),
        section.text("name", "millrace"),
        section.text("host", "127.0.0.1"),
        section.number("port", 5701, 1, 65_535),
        section.texts("members", List.of("127.0.0.1:5701", "127.0.0.1:5702")));
  }
}
