package io.millrace.handler;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.Payload;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The input of a task, read member by member. HTTP has checked it against the schema already;
 * whatever else submits tasks gets {@code Invalid} with a pointer, not a defect.
 */
public final class Input {
  private final String path;
  private final JsonObject object;

  private Input(String path, JsonObject object) {
    this.path = path;
    this.object = object;
  }

  /** Reads the outermost object. */
  public static Input of(Payload payload) {
    try {
      return new Input("", new JsonObject(payload.json()));
    } catch (DecodeException _) {
      throw new ProblemException(new Problem.Invalid("", "must be a JSON object"));
    }
  }

  /** Reads {@code object} as the outermost. */
  public static Input of(JsonObject object) {
    return new Input("", object);
  }

  /** The value as it is; null where absent. */
  public @Nullable Object value(String name) {
    return object.getValue(name);
  }

  /** Whether the member is there, be it null. */
  public boolean has(String name) {
    return object.containsKey(name);
  }

  /** A text that must be there. */
  public String text(String name) {
    return optionalText(name).orElseThrow(() -> refused(name, "is missing"));
  }

  /** A text that may be absent. */
  public Optional<String> optionalText(String name) {
    return switch (object.getValue(name)) {
      case null -> Optional.empty();
      case String text -> Optional.of(text);
      default -> throw refused(name, "must be a text");
    };
  }

  /** Yes or no. */
  public boolean flag(String name, boolean byDefault) {
    return switch (object.getValue(name)) {
      case null -> byDefault;
      case Boolean flag -> flag;
      default -> throw refused(name, "must be true or false");
    };
  }

  /** A list of texts; empty where absent. */
  public List<String> texts(String name) {
    Object value = object.getValue(name);
    if (value == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    if (value instanceof JsonArray array) {
      for (Object item : array) {
        if (!(item instanceof String text)) {
          throw refused(name + "/" + texts.size(), "must be a text");
        }
        texts.add(text);
      }
      return texts;
    }
    throw refused(name, "must be a list of texts");
  }

  /** A whole number from {@code min} to {@code max}. */
  public int number(String name, int byDefault, int min, int max) {
    Object value = object.getValue(name);
    if (value == null) {
      return byDefault;
    }
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= min
        && number.intValue() <= max) {
      return number.intValue();
    }
    throw refused(name, "must be a whole number from %d to %d".formatted(min, max));
  }

  /** A number from {@code min} to {@code max}. */
  public double decimal(String name, double byDefault, double min, double max) {
    Object value = object.getValue(name);
    if (value == null) {
      return byDefault;
    }
    if (value instanceof Number number
        && number.doubleValue() >= min
        && number.doubleValue() <= max) {
      return number.doubleValue();
    }
    throw refused(name, "must be a number from %s to %s".formatted(min, max));
  }

  /** A list of objects; empty where absent. */
  public List<Input> objects(String name) {
    Object value = object.getValue(name);
    if (value == null) {
      return List.of();
    }
    List<Input> objects = new ArrayList<>();
    if (value instanceof JsonArray array) {
      for (Object item : array) {
        String at = name + "/" + objects.size();
        if (!(item instanceof JsonObject inner)) {
          throw refused(at, "must be an object");
        }
        objects.add(new Input(path + "/" + at, inner));
      }
      return objects;
    }
    throw refused(name, "must be a list of objects");
  }

  /** All of this object. */
  public Payload payload() {
    return new Payload(object.encode());
  }

  /** The object at {@code name}; empty where absent. */
  public Input object(String name) {
    return switch (object.getValue(name)) {
      case null -> new Input(path + "/" + name, new JsonObject());
      case JsonObject inner -> new Input(path + "/" + name, inner);
      default -> throw refused(name, "must be an object");
    };
  }

  /** The problem with the member {@code name}. */
  public ProblemException refused(String name, String what) {
    return new ProblemException(new Problem.Invalid(path + "/" + name, name + " " + what));
  }
}
