package io.millrace.handler;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.TreeSet;

/** The {@code config:} of one declaration, read key by key by its handler's type. */
public final class HandlerConfig {
  private final JsonObject object;
  private final Set<String> known = new TreeSet<>();

  private HandlerConfig(JsonObject object) {
    this.object = object;
  }

  /** The configuration of {@code declaration}. */
  public static HandlerConfig of(HandlerDeclaration declaration) {
    return new HandlerConfig(new JsonObject(declaration.config().json()));
  }

  /** A text. */
  public String text(String key, String byDefault) {
    known.add(key);
    Object value = object.getValue(key, byDefault);
    Declared.check(value instanceof String, "config." + key, "a text");
    return (String) value;
  }

  /** A whole number from {@code min} to {@code max}. */
  public int number(String key, int byDefault, int min, int max) {
    known.add(key);
    Object value = object.getValue(key, byDefault);
    Declared.check(
        value instanceof Integer number && number >= min && number <= max,
        "config." + key,
        "a whole number from %d to %d".formatted(min, max));
    return (Integer) value;
  }

  /** Refuses keys that were not read. */
  public void refuseUnknown() {
    for (String key : object.fieldNames()) {
      if (!known.contains(key)) {
        throw new DeclarationException(
            "config.%s: unknown key; allowed: %s"
                .formatted(key, known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
  }
}
