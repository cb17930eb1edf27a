package io.millrace.handler;

import io.millrace.json.Json;
import io.millrace.model.Device;
import io.millrace.model.ModelSpec;
import io.millrace.model.ModelTask;
import io.millrace.model.Pooling;
import io.millrace.model.Precision;
import io.millrace.problem.ProblemException;
import io.millrace.queue.RateLimits.Rate;
import io.millrace.settings.Durations;
import io.millrace.task.Payload;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * handlers.yaml, read into checked declarations; where there is no such file, the one in the jar.
 */
public final class HandlersFile {
  private static final String RESOURCE = "/handlers.yaml";
  private static final String SCHEMA = "/io/millrace/handler/handlers.schema.json";
  private static final SchemaCheck CHECK = new SchemaCheck(new JsonObject(resource(SCHEMA)));

  private final Path path;

  /** The file at {@code path}, which need not exist. */
  public HandlersFile(Path path) {
    this.path = path;
  }

  /** The JSON schema that describes the file, as JSON text. */
  public static String schema() {
    return resource(SCHEMA);
  }

  /** What the file holds now, as text. */
  public String text() {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException _) {
      return resource(RESOURCE);
    } catch (IOException e) {
      throw new DeclarationException(path + " cannot be read: " + e.getMessage());
    }
  }

  /**
   * Reads the file.
   *
   * @throws DeclarationException naming the key that cannot be used, and what is allowed there
   */
  public Declarations read() {
    return parse(text());
  }

  /** Reads {@code yaml} as {@link #read()} reads the file. */
  public static Declarations parse(String yaml) {
    JsonObject root;
    try {
      root = new JsonObject(Json.fromYaml(yaml));
    } catch (ProblemException e) {
      throw new DeclarationException("not valid YAML: " + e.problem().detail());
    } catch (io.vertx.core.json.DecodeException _) {
      throw new DeclarationException("must be an object with the keys models and handlers");
    }
    CHECK
        .wrong(root)
        .ifPresent(wrong -> {
          throw new DeclarationException(wrong);
        });
    List<ModelSpec> models = new ArrayList<>();
    for (String name : names(root, "models")) {
      models.add(named("models." + name, () -> model(name, root.getJsonObject("models"))));
    }
    List<HandlerDeclaration> handlers = new ArrayList<>();
    for (String name : names(root, "handlers")) {
      handlers.add(named("handlers." + name, () -> handler(name, root.getJsonObject("handlers"))));
    }
    return new Declarations(models, handlers);
  }

  private static List<String> names(JsonObject root, String section) {
    return root.getJsonObject(section, new JsonObject()).fieldNames().stream().sorted().toList();
  }

  private static <T> T named(String where, java.util.function.Supplier<T> reader) {
    try {
      return reader.get();
    } catch (DeclarationException e) {
      throw new DeclarationException(where + "." + e.getMessage());
    }
  }

  private static ModelSpec model(String name, JsonObject models) {
    JsonObject at = models.getJsonObject(name);
    JsonObject prefixes = at.getJsonObject("prefixes", new JsonObject());
    try {
      return new ModelSpec(
          name,
          ModelSpec.Provider.valueOf(upper(at.getString("provider"))),
          Optional.ofNullable(at.getString("path")),
          Optional.ofNullable(at.getString("version")),
          ModelTask.valueOf(upper(at.getString("task"))),
          Optional.ofNullable(at.getString("pooling")).map(label -> Pooling.valueOf(upper(label))),
          Optional.ofNullable(at.getBoolean("normalize")),
          Optional.ofNullable(prefixes.getString("query")),
          Optional.ofNullable(prefixes.getString("passage")),
          Optional.ofNullable(at.getInteger("maxLength")),
          Device.parse(at.getString("device", "auto")),
          Optional.ofNullable(at.getString("precision"))
              .map(label -> Precision.valueOf(upper(label))),
          at.getBoolean("requireGpu", false),
          ModelSpec.Load.valueOf(upper(at.getString("load", "lazy"))),
          duration(at, "unloadAfter", Duration.ofMinutes(30)),
          Optional.ofNullable(at.getBoolean("deterministic")),
          Optional.ofNullable(at.getInteger("slots")),
          at.getJsonArray("languages", new JsonArray()).stream().map(String.class::cast).toList());
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(String.valueOf(e.getMessage()));
    }
  }

  private static HandlerDeclaration handler(String name, JsonObject handlers) {
    JsonObject at = handlers.getJsonObject(name);
    return new HandlerDeclaration(
        name,
        at.getString("type"),
        Optional.ofNullable(at.getString("model")),
        at.getString("description", ""),
        at.getInteger("version", 1),
        at.getInteger("concurrency", 4),
        Optional.ofNullable(at.getJsonObject("rate")).map(HandlersFile::rate),
        duration(at, "lease", Duration.ofSeconds(15)),
        duration(at, "timeout", Duration.ofMinutes(5)),
        retry(at.getJsonObject("retry", new JsonObject())),
        new Payload(at.getJsonObject("config", new JsonObject()).encode()));
  }

  /** One start every {@code minInterval}, or {@code perSecond} of them. */
  private static Rate rate(JsonObject at) {
    Double perSecond = at.getDouble("perSecond");
    if ((perSecond == null) == (at.getString("minInterval") == null)) {
      throw new DeclarationException("rate: must have either perSecond or minInterval");
    }
    if (perSecond != null) {
      Duration interval = Duration.ofNanos(Math.round(1e9 / perSecond));
      return new Rate(interval, at.getInteger("burst", 1));
    }
    Duration interval = duration(at, "minInterval", Duration.ZERO);
    Declared.check(!interval.isZero(), "rate.minInterval", "a duration above zero");
    Declared.check(!at.containsKey("burst"), "rate.burst", "absent beside minInterval");
    return new Rate(interval, 1);
  }

  private static RetryPolicy retry(JsonObject at) {
    RetryPolicy byDefault = RetryPolicy.DEFAULT;
    return new RetryPolicy(
        at.getInteger("attempts", byDefault.attempts()),
        duration(at, "first", byDefault.first()),
        at.getDouble("factor", byDefault.factor()),
        duration(at, "cap", byDefault.cap()),
        RetryPolicy.Jitter.valueOf(upper(at.getString("jitter", "full"))));
  }

  private static Duration duration(JsonObject at, String key, Duration byDefault) {
    String text = at.getString(key);
    return text == null ? byDefault : Durations.parse(text);
  }

  private static String upper(String label) {
    return label.toUpperCase(Locale.ROOT);
  }

  private static String resource(String name) {
    try (InputStream in = HandlersFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar holds no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
