package io.millrace.app;

import io.millrace.archive.LiveAndArchivedTasks;
import io.millrace.archive.PostgresArchive;
import io.millrace.artifact.ArtifactStore;
import io.millrace.artifact.DirectoryArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.bus.Cluster;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.document.PostgresDocuments;
import io.millrace.document.PostgresGenerations;
import io.millrace.events.RedisEventLogs;
import io.millrace.observe.HealthChecks;
import io.millrace.observe.HealthChecks.Health;
import io.millrace.observe.Meters;
import io.millrace.process.DataDirectory;
import io.millrace.process.EngineException;
import io.millrace.queue.RedisDeadLetters;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.schedule.PostgresSchedules;
import io.millrace.settings.Settings;
import io.millrace.source.AllowedPlaces;
import io.millrace.source.PostgresSources;
import io.millrace.sql.Database;
import io.millrace.tuning.PostgresSearchDefaults;
import io.millrace.tuning.PostgresTestRuns;
import io.millrace.tuning.PostgresTestSets;
import io.millrace.tuning.Tuning;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What every role stands on: the bus, Redis and PostgreSQL, and the doors to what is kept there.
 *
 * @param name the unique name of this process among all processes, past ones included
 */
record Foundations(
    Settings settings,
    String name,
    DataDirectory data,
    Vertx vertx,
    Bus bus,
    Meters meters,
    HealthChecks health,
    RedisGateway redis,
    Database database,
    RedisTaskQueue queue,
    RedisDeadLetters letters,
    RedisEventLogs events,
    PostgresChangeLog changes,
    PostgresArchive archive,
    LiveAndArchivedTasks tasks,
    ArtifactStore artifacts,
    PostgresDocuments documents,
    PostgresGenerations generations,
    PostgresSchedules schedules,
    PostgresSources sources,
    Tuning tuning) {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
  private static final Duration ENGINES_CLOSE_WITHIN = Duration.ofSeconds(30);

  /** Opens everything, and tells {@code closing} how to close it again; blocks. */
  static Foundations open(Settings settings, Optional<Path> join, Closing closing) {
    DataDirectory data = DataDirectory.open(settings.data());
    closing.add("data directory", CLOSE_WITHIN, () -> closed(data));
    var meters = new Meters();
    closing.add("meters", CLOSE_WITHIN, () -> closed(meters));
    Vertx vertx = vertx(settings).await();
    closing.add("vertx", CLOSE_WITHIN, () -> vertx.close());
    EmbeddedEngines engines = engines(vertx, data, settings, join);
    closing.add("engines", ENGINES_CLOSE_WITHIN, engines::stop);
    Database database =
        Database.open(vertx, engines.databaseUri(), settings.database().connectionsMax());
    closing.add("database", CLOSE_WITHIN, database::close);
    Future<Void> migrated = database.migrate();
    var limits = withCommand(settings.redis().timeout());
    RedisGateway redis = RedisGateway.connect(vertx, engines.redisUri(), limits).await();
    closing.add("redis", CLOSE_WITHIN, redis::close);
    migrated.await();
    var health = new HealthChecks();
    showHealth(health, engines, redis, database);
    var on = assemble(settings, join, new Opened(data, vertx, meters, health, redis, database));
    closing.add("artifacts", CLOSE_WITHIN, () -> closed(on.artifacts()));
    return on;
  }

  private record Opened(
      DataDirectory data,
      Vertx vertx,
      Meters meters,
      HealthChecks health,
      RedisGateway redis,
      Database database) {}

  private static Foundations assemble(Settings settings, Optional<Path> join, Opened opened) {
    int shards = settings.queue().shards();
    var random = new SecureRandom();
    var queue =
        new RedisTaskQueue(
            opened.redis(),
            settings.queue(),
            settings.archive().backlogMax(),
            InstantSource.system(),
            random);
    var archive = new PostgresArchive(opened.database());
    var changes = new PostgresChangeLog(opened.database());
    Path shared = join.orElse(settings.data());
    ArtifactStore artifacts = artifacts(opened.vertx(), shared.resolve("artifacts"));
    var schedules = new PostgresSchedules(opened.database(), InstantSource.system(), random);
    return new Foundations(
        settings,
        ProcessHandle.current().pid() + "-" + Long.toString(System.currentTimeMillis(), 36),
        opened.data(),
        opened.vertx(),
        new Bus(opened.vertx(), ANSWER_WITHIN),
        opened.meters(),
        opened.health(),
        opened.redis(),
        opened.database(),
        queue,
        new RedisDeadLetters(opened.redis(), settings.queue(), settings.dlq()),
        new RedisEventLogs(opened.vertx(), opened.redis(), archive, shards),
        changes,
        archive,
        new LiveAndArchivedTasks(queue, archive),
        artifacts,
        new PostgresDocuments(opened.database(), artifacts, random),
        new PostgresGenerations(opened.database()),
        schedules,
        new PostgresSources(opened.database(), schedules, places(settings), random),
        new Tuning(
            new PostgresTestSets(opened.database(), random),
            new PostgresTestRuns(opened.database()),
            new PostgresSearchDefaults(opened.database(), InstantSource.system())));
  }

  /** Where sources may lie. */
  static AllowedPlaces places(Settings settings) {
    return new AllowedPlaces(settings.documents().roots(), settings.s3().keySet());
  }

  private static ArtifactStore artifacts(Vertx vertx, Path directory) {
    try {
      return DirectoryArtifactStore.open(vertx, directory);
    } catch (IOException e) {
      throw new EngineException("artifacts cannot be kept in " + directory + ": " + e.getMessage());
    }
  }

  private static Future<Vertx> vertx(Settings settings) {
    var options =
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false));
    return settings.cluster().enabled()
        ? Cluster.join(Vertx.builder(), options, settings.cluster())
        : Future.succeededFuture(Vertx.builder().with(options).build());
  }

  private static EmbeddedEngines engines(
      Vertx vertx, DataDirectory data, Settings settings, Optional<Path> join) {
    String redisUrl = settings.redis().url();
    String databaseUrl = settings.database().url();
    return join.map(owner -> EmbeddedEngines.join(owner, redisUrl, databaseUrl))
        .orElseGet(() -> EmbeddedEngines.start(vertx, data, redisUrl, databaseUrl).await());
  }

  private static RedisLimits withCommand(Duration command) {
    RedisLimits usual = RedisLimits.DEFAULT;
    return new RedisLimits(
        usual.connect(),
        command,
        usual.reconnectFirst(),
        usual.reconnectMax(),
        usual.inFlightMax(),
        usual.waitingMax());
  }

  private static void showHealth(
      HealthChecks health, EmbeddedEngines engines, RedisGateway redis, Database database) {
    health.need(
        "redis",
        () -> redis.ping().map(took -> Health.up("answers in " + took.toMillis() + " ms")));
    health.need("postgres", () -> database.ping().map(_ -> Health.up("answers")));
    for (String engine : engines.health().keySet()) {
      health.show(
          engine + "-process",
          () -> Future.succeededFuture(engines.health().getOrDefault(engine, Health.down("gone"))));
    }
  }

  private static Future<Void> closed(AutoCloseable open) {
    try {
      open.close();
      return Future.succeededFuture();
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}
