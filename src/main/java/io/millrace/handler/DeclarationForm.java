package io.millrace.handler;

import io.millrace.settings.Durations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A declaration as text that is equal exactly when the declarations are: every value under its key,
 * sorted, written in one way.
 */
final class DeclarationForm {
  private DeclarationForm() {}

  static String of(HandlerDeclaration declaration) {
    RetryPolicy retry = declaration.retry();
    Map<String, Object> values = new TreeMap<>();
    values.put("type", declaration.type());
    values.put("model", declaration.model().orElse(""));
    values.put("description", declaration.description());
    values.put("concurrency", declaration.concurrency());
    declaration
        .rate()
        .ifPresent(rate -> {
          values.put("rate.interval", rate.interval().toString());
          values.put("rate.burst", rate.burst());
        });
    values.put("lease", Durations.format(declaration.lease()));
    values.put("timeout", Durations.format(declaration.timeout()));
    values.put("retry.attempts", retry.attempts());
    values.put("retry.first", Durations.format(retry.first()));
    values.put("retry.factor", retry.factor());
    values.put("retry.cap", Durations.format(retry.cap()));
    values.put("retry.jitter", retry.jitter().name().toLowerCase(Locale.ROOT));
    JsonObject config = new JsonObject(declaration.config().json());
    config.forEach(entry -> values.put("config." + entry.getKey(), sorted(entry.getValue())));
    return new JsonObject(values).encode();
  }

  private static Object sorted(Object value) {
    return switch (value) {
      case JsonObject object -> {
        Map<String, Object> members = new TreeMap<>();
        object.forEach(entry -> members.put(entry.getKey(), sorted(entry.getValue())));
        yield new JsonObject(members);
      }
      case JsonArray array -> {
        JsonArray items = new JsonArray();
        array.forEach(item -> items.add(sorted(item)));
        yield items;
      }
      default -> value;
    };
  }

  /** What differs, by key: {@code lease is 10s here and 15s there}. */
  static String differences(String here, String there) {
    JsonObject mine = new JsonObject(here);
    JsonObject theirs = new JsonObject(there);
    TreeSet<String> keys = new TreeSet<>(mine.fieldNames());
    keys.addAll(theirs.fieldNames());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String one = shown(mine, key);
      String other = shown(theirs, key);
      if (!one.equals(other)) {
        differences.add("%s is %s here and %s there".formatted(key, one, other));
      }
    }
    return String.join(", ", differences);
  }

  private static String shown(JsonObject object, String key) {
    return object.containsKey(key) ? String.valueOf(object.getValue(key)) : "absent";
  }
}
