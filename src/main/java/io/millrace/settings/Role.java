package io.millrace.settings;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process does; one process may do everything. */
public enum Role {
  /** Serves the API, event streams and pages. */
  HTTP,
  /** Claims tasks, runs handlers and models. */
  WORKER,
  /** Holds a complete full-text and vector index and answers searches. */
  INDEX,
  /** Moves finished tasks to PostgreSQL. */
  ARCHIVE,
  /** Moves due and abandoned tasks on, and submits those of schedules. */
  SCHEDULER;

  /** The name used in settings: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Every role. */
  public static Set<Role> all() {
    return EnumSet.allOf(Role.class);
  }

  /** Reads labels; refuses an unknown one and an empty list. */
  static Set<Role> parse(String key, List<String> parts) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String label : parts) {
      roles.add(
          Arrays.stream(values())
              .filter(role -> role.label().equals(label))
              .findFirst()
              .orElseThrow(() ->
                  SettingsException.refused(
                      key,
                      "unknown role \"" + label + "\"",
                      "a comma-separated list of " + labels())));
    }
    if (roles.isEmpty()) {
      throw SettingsException.refused(key, "no role", labels());
    }
    return roles;
  }

  private static String labels() {
    return Arrays.stream(values()).map(Role::label).collect(Collectors.joining(", "));
  }
}
