package io.millrace.settings;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds and reads the settings file. */
public final class SettingsFile {
  /** Read when it is there and no other file is named. */
  public static final Path USUAL = Path.of("conf", "millrace.yaml");

  private SettingsFile() {}

  /**
   * The settings of this process: the file, overridden by the environment, overridden by {@code
   * arguments} (keys such as {@code http.port}).
   *
   * @param named the file asked for; it must exist. Empty means {@code MILLRACE_CONFIG}, or {@link
   *     #USUAL} when it is there
   */
  public static Future<Settings> load(
      Vertx vertx, Optional<Path> named, Map<String, String> arguments) {
    Map<String, String> environment = System.getenv();
    Optional<Path> asked =
        named.or(() -> Optional.ofNullable(System.getenv("MILLRACE_CONFIG")).map(Path::of));
    if (asked.isPresent() && !Files.isReadable(asked.get())) {
      return Future.failedFuture(
          new SettingsException("The settings file " + asked.get() + " cannot be read."));
    }
    Path file = asked.orElse(USUAL);
    if (!Files.isReadable(file)) {
      return Future.succeededFuture(new JsonObject())
          .map(none -> Settings.read(none, environment, arguments));
    }
    return readYaml(vertx, file).map(object -> Settings.read(object, environment, arguments));
  }

  private static Future<JsonObject> readYaml(Vertx vertx, Path file) {
    var store =
        new ConfigStoreOptions()
            .setType("file")
            .setFormat("yaml")
            .setConfig(new JsonObject().put("path", file.toAbsolutePath().toString()));
    var retriever =
        ConfigRetriever.create(
            vertx,
            new ConfigRetrieverOptions()
                .addStore(store)
                .setScanPeriod(-1)
                .setIncludeDefaultStores(false));
    return retriever
        .getConfig()
        .recover(failure ->
            Future.failedFuture(
                new SettingsException(
                    "The settings file " + file + " is not valid YAML: " + failure.getMessage())))
        .eventually(() -> retriever.close());
  }
}
