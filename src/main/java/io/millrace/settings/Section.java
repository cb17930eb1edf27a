package io.millrace.settings;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One object of the settings file, read key by key; a variable of the environment overrides the
 * file. Remembers what was asked for, so that {@link #refuseUnknown} can name the rest.
 */
final class Section {
  private static final String PREFIX = "MILLRACE_";

  private final String path;
  private final JsonObject object;
  private final Map<String, String> environment;
  private final Set<String> known = new TreeSet<>();
  private final Set<String> usedVariables;

  private Section(
      String path, JsonObject object, Map<String, String> environment, Set<String> usedVariables) {
    this.path = path;
    this.object = object;
    this.environment = environment;
    this.usedVariables = usedVariables;
  }

  static Section root(JsonObject file, Map<String, String> environment) {
    return new Section("", file, environment, new HashSet<>());
  }

  /** Reads the object at {@code name} with {@code reader}, then refuses its unknown keys. */
  <T> T section(String name, Function<Section, T> reader) {
    known.add(name);
    Object value = object.getValue(name, new JsonObject());
    if (!(value instanceof JsonObject child)) {
      throw SettingsException.refused(path + name, "is not an object", "keys below it");
    }
    var section = new Section(path + name + ".", child, environment, usedVariables);
    T result = reader.apply(section);
    section.refuseUnknown();
    return result;
  }

  String text(String name, String byDefault) {
    Object value = value(name);
    return value == null ? byDefault : value.toString();
  }

  boolean flag(String name, boolean byDefault) {
    String value = text(name, String.valueOf(byDefault));
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(name, value, "true, false");
    };
  }

  int number(String name, int byDefault, int min, int max) {
    String value = text(name, String.valueOf(byDefault));
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Falls through to the refusal, which says what is allowed.
    }
    throw refused(name, value, "a whole number from " + min + " to " + max);
  }

  Duration duration(String name, Duration byDefault, Duration min, Duration max) {
    String value = text(name, Durations.format(byDefault));
    try {
      Duration duration = Durations.parse(value);
      if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
        return duration;
      }
    } catch (IllegalArgumentException _) {
      // Falls through to the refusal, which says what is allowed.
    }
    throw refused(
        name,
        value,
        "a duration such as 250ms, 10s, 5m, from "
            + Durations.format(min)
            + " to "
            + Durations.format(max));
  }

  DataSize size(String name, DataSize byDefault, DataSize max) {
    String value = text(name, byDefault.toString());
    try {
      DataSize size = DataSize.parse(value);
      if (size.bytes() <= max.bytes()) {
        return size;
      }
    } catch (IllegalArgumentException | ArithmeticException _) {
      // Falls through to the refusal, which says what is allowed.
    }
    throw refused(name, value, "a size such as 512, 64KB, 2GB, up to " + max);
  }

  /** A YAML list of texts, or one text with commas. */
  List<String> texts(String name, List<String> byDefault) {
    Object value = value(name);
    if (value == null) {
      return byDefault;
    }
    if (value instanceof JsonArray array) {
      return array.stream().map(Object::toString).toList();
    }
    String text = value.toString().strip();
    return text.isEmpty() ? List.of() : List.of(text.split("\\s*,\\s*"));
  }

  SettingsException refused(String name, String value, String allowed) {
    return SettingsException.refused(path + name, "\"" + value + "\" is not valid", allowed);
  }

  /** Stops the start when the file holds a key nobody asked for. */
  void refuseUnknown() {
    for (String key : object.fieldNames()) {
      if (!known.contains(key)) {
        throw SettingsException.refused(path + key, "unknown key", String.join(", ", known));
      }
    }
  }

  /** Stops the start when the environment holds a {@code MILLRACE_} variable nobody asked for. */
  void refuseUnknownVariables(Set<String> others) {
    Set<String> unknown =
        environment.keySet().stream()
            .filter(name -> name.startsWith(PREFIX))
            .filter(name -> !usedVariables.contains(name) && !others.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!unknown.isEmpty()) {
      throw new SettingsException(
          "Unknown variables in the environment: "
              + String.join(", ", unknown)
              + "; allowed: "
              + String.join(", ", new TreeSet<>(usedVariables))
              + ".");
    }
  }

  private @Nullable Object value(String name) {
    known.add(name);
    String variable = variable(path + name);
    usedVariables.add(variable);
    String override = environment.get(variable);
    if (override != null) {
      return override;
    }
    Object value = object.getValue(name);
    if (value instanceof JsonObject) {
      throw SettingsException.refused(path + name, "is an object", "one value");
    }
    return value;
  }

  /** {@code http.bodyBytesMax} is {@code MILLRACE_HTTP_BODY_BYTES_MAX}. */
  static String variable(String key) {
    return PREFIX
        + key.replace('.', '_').replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
  }
}
