package io.millrace.settings;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything a process is told at its start.
 *
 * @param data directory for everything this process keeps
 * @param s3 where buckets are, by the names that sources call them
 * @param streams what others write and Millrace makes tasks of
 */
public record Settings(
    Set<Role> roles,
    Path data,
    HttpSettings http,
    ManagementSettings management,
    RedisSettings redis,
    DatabaseSettings database,
    QueueSettings queue,
    DlqSettings dlq,
    ArchiveSettings archive,
    IndexSettings index,
    InferenceSettings inference,
    GpuSettings gpu,
    DocumentSettings documents,
    OutboundSettings outbound,
    HandlersSettings handlers,
    Map<String, S3Settings> s3,
    List<StreamSettings> streams,
    ClusterSettings cluster,
    ShutdownSettings shutdown) {
  /** Variables of the script and the image, which are no settings. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of("MILLRACE_CONFIG", "MILLRACE_JAVA_OPTIONS");

  /** Copies the collections. */
  public Settings {
    roles = Set.copyOf(roles);
    s3 = Map.copyOf(s3);
    streams = List.copyOf(streams);
  }

  /** Whether this process plays {@code role}. */
  public boolean plays(Role role) {
    return roles.contains(role);
  }

  /**
   * Reads {@code file}, overridden by {@code environment}.
   *
   * @throws SettingsException for an unknown key or a bad value, naming the key and what is allowed
   */
  public static Settings read(JsonObject file, Map<String, String> environment) {
    return read(file, environment, Map.of());
  }

  /**
   * Reads {@code file}, overridden by {@code environment}, overridden by {@code arguments}.
   *
   * @param arguments by keys such as {@code http.port}
   * @throws SettingsException for an unknown key or a bad value, naming the key and what is allowed
   */
  public static Settings read(
      JsonObject file, Map<String, String> environment, Map<String, String> arguments) {
    var overrides = new Overrides(arguments, environment);
    Section root = Section.root(file, overrides);
    var settings =
        new Settings(
            Role.parse("roles", root.texts("roles", Role.all().stream().map(Role::label).toList())),
            Path.of(root.text("data", "data")),
            root.section("http", HttpSettings::read),
            root.section("management", ManagementSettings::read),
            root.section("redis", RedisSettings::read),
            root.section("database", DatabaseSettings::read),
            root.section("queue", QueueSettings::read),
            root.section("dlq", DlqSettings::read),
            root.section("archive", ArchiveSettings::read),
            root.section("index", IndexSettings::read),
            root.section("inference", InferenceSettings::read),
            root.section("gpu", GpuSettings::read),
            root.section("documents", DocumentSettings::read),
            root.section("outbound", OutboundSettings::read),
            root.section("handlers", HandlersSettings::read),
            root.named("s3", S3Settings::read),
            root.sections("streams", StreamSettings::read),
            root.section("cluster", ClusterSettings::read),
            root.section("shutdown", ShutdownSettings::read));
    root.refuseUnknown();
    overrides.refuseUnknown(OTHER_VARIABLES);
    return settings;
  }

  /** The settings when nothing is set. */
  public static Settings defaults() {
    return read(new JsonObject(), Map.of());
  }
}
