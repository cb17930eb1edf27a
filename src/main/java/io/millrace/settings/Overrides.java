package io.millrace.settings;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What overrides the settings file: arguments of the command line by key, then variables of the
 * environment. Remembers what was asked for, so that the rest can be refused by name.
 */
final class Overrides {
  private static final String PREFIX = "MILLRACE_";

  private final Map<String, String> arguments;
  private final Map<String, String> environment;
  private final Set<String> keys = new HashSet<>();

  Overrides(Map<String, String> arguments, Map<String, String> environment) {
    this.arguments = Map.copyOf(arguments);
    this.environment = Map.copyOf(environment);
  }

  /** What was said for {@code key}; from now on it is known. */
  Optional<String> of(String key) {
    keys.add(key);
    return Optional.ofNullable(arguments.get(key))
        .or(() -> Optional.ofNullable(environment.get(variable(key))));
  }

  /** Stops the start when there is a key or a {@code MILLRACE_} variable nobody asked for. */
  void refuseUnknown(Set<String> otherVariables) {
    for (String key : new TreeSet<>(arguments.keySet())) {
      if (!keys.contains(key)) {
        throw SettingsException.refused(key, "unknown key", near(key, '.', keys));
      }
    }
    List<String> variables = keys.stream().map(Overrides::variable).toList();
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !variables.contains(name) && !otherVariables.contains(name)) {
        throw new SettingsException(
            "Variable " + name + ": unknown; allowed: " + near(name, '_', variables) + ".");
      }
    }
  }

  /** The known names of the section that {@code unknown} seems to be of, else all. */
  private static String near(String unknown, char separator, Collection<String> known) {
    int from = separator == '_' ? PREFIX.length() : 0;
    String section = unknown.substring(0, unknown.indexOf(separator, from) + 1);
    var all = new TreeSet<>(known);
    List<String> near =
        section.isEmpty() ? List.of() : all.stream().filter(n -> n.startsWith(section)).toList();
    return String.join(", ", near.isEmpty() ? all : near);
  }

  /** {@code http.bodyBytesMax} is {@code MILLRACE_HTTP_BODY_BYTES_MAX}. */
  static String variable(String key) {
    return PREFIX
        + key.replace('.', '_')
            .replace('-', '_')
            .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .toUpperCase(Locale.ROOT);
  }
}
