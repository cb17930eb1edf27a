package io.millrace.settings;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One object of the settings file, read key by key; the command line and the environment override
 * it. Remembers what was asked for, so that {@link #refuseUnknown} can name the rest.
 */
final class Section {
  /** What people may call a section, so that each of its keys has a variable of its own. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  private final String path;
  private final JsonObject object;
  private final Overrides overrides;
  private final Set<String> known = new TreeSet<>();

  private Section(String path, JsonObject object, Overrides overrides) {
    this.path = path;
    this.object = object;
    this.overrides = overrides;
  }

  static Section root(JsonObject file, Overrides overrides) {
    return new Section("", file, overrides);
  }

  /** Reads the object at {@code name} with {@code reader}, then refuses its unknown keys. */
  <T> T section(String name, Function<Section, T> reader) {
    known.add(name);
    // A section whose keys are all commented out is empty.
    Object value = object.getValue(name) == null ? new JsonObject() : object.getValue(name);
    if (!(value instanceof JsonObject child)) {
      throw SettingsException.refused(path + name, "is not an object", "keys below it");
    }
    var section = new Section(path + name + ".", child, overrides);
    T result = reader.apply(section);
    section.refuseUnknown();
    return result;
  }

  /** Reads each object of the list at {@code name} as {@link #section} reads one. */
  <T> List<T> sections(String name, Function<Section, T> reader) {
    known.add(name);
    Object value = object.getValue(name) == null ? new JsonArray() : object.getValue(name);
    if (!(value instanceof JsonArray list)) {
      throw SettingsException.refused(path + name, "is not a list", "a list of objects");
    }
    var results = new ArrayList<T>();
    for (Object item : list) {
      String at = path + name + "." + results.size();
      if (!(item instanceof JsonObject child)) {
        throw SettingsException.refused(at, "is not an object", "keys below it");
      }
      var section = new Section(at + ".", child, overrides);
      results.add(reader.apply(section));
      section.refuseUnknown();
    }
    return List.copyOf(results);
  }

  /** Reads each object below {@code name}, whose keys people choose, as {@link #section} does. */
  <T> Map<String, T> named(String name, Function<Section, T> reader) {
    return section(
        name,
        all -> {
          var results = new HashMap<String, T>();
          for (String key : Set.copyOf(all.object.fieldNames())) {
            if (!NAME.matcher(key).matches()) {
              throw SettingsException.refused(
                  all.path + key, "is no name", "small letters, digits and hyphens");
            }
            results.put(key, all.section(key, reader));
          }
          return Map.copyOf(results);
        });
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

  /** As {@link #duration}; empty when the text is. */
  Optional<Duration> optionalDuration(String name, Duration min, Duration max) {
    String value = text(name, "");
    return value.isEmpty() ? Optional.empty() : Optional.of(duration(name, value, min, max));
  }

  Duration duration(String name, Duration byDefault, Duration min, Duration max) {
    return duration(name, text(name, Durations.format(byDefault)), min, max);
  }

  private Duration duration(String name, String value, Duration min, Duration max) {
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

  private @Nullable Object value(String name) {
    known.add(name);
    Optional<String> override = overrides.of(path + name);
    if (override.isPresent()) {
      return override.get();
    }
    Object value = object.getValue(name);
    if (value instanceof JsonObject) {
      throw SettingsException.refused(path + name, "is an object", "one value");
    }
    return value;
  }
}
