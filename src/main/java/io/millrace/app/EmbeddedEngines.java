package io.millrace.app;

import io.millrace.observe.HealthChecks.Health;
import io.millrace.process.DataDirectory;
import io.millrace.process.Endpoints;
import io.millrace.process.Engine;
import io.millrace.process.EngineException;
import io.millrace.redis.RedisEngine;
import io.millrace.sql.PostgresEngine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where this process finds Redis and PostgreSQL: at the addresses of the settings, in its own data
 * directory, where it starts and guards them, or in the data directory of a process it joins.
 */
final class EmbeddedEngines {
  private static final String REDIS = "redis";
  private static final String POSTGRES = "postgres";

  private final String redisUri;
  private final String databaseUri;
  private final List<EngineGuard> guards;
  private final Runnable retract;

  private EmbeddedEngines(
      String redisUri, String databaseUri, List<EngineGuard> guards, Runnable retract) {
    this.redisUri = redisUri;
    this.databaseUri = databaseUri;
    this.guards = List.copyOf(guards);
    this.retract = retract;
  }

  /**
   * Starts, side by side, those engines for which the settings name no server.
   *
   * @param redisUrl the setting; empty for the embedded one
   * @param databaseUrl the setting; empty for the embedded one
   */
  static Future<EmbeddedEngines> start(
      Vertx vertx, DataDirectory data, String redisUrl, String databaseUrl) {
    String redisUri = redisUrl;
    String databaseUri = databaseUrl;
    List<Engine> engines = new ArrayList<>();
    // In the order of their stop.
    if (databaseUrl.isEmpty()) {
      PostgresEngine postgres = new PostgresEngine(data);
      databaseUri = postgres.uri();
      engines.add(postgres);
    }
    if (redisUrl.isEmpty()) {
      RedisEngine redis = new RedisEngine(data);
      redisUri = redis.uri();
      engines.add(redis);
    }
    EmbeddedEngines embedded =
        new EmbeddedEngines(
            redisUri,
            databaseUri,
            engines.stream().map(engine -> new EngineGuard(vertx, engine)).toList(),
            () -> Endpoints.remove(data.path()));
    return embedded
        .startAll()
        .map(_ -> {
          Endpoints.write(data.path(), engines);
          return embedded;
        });
  }

  /**
   * Uses the engines of the process that owns {@code data} where the settings name no server, and
   * owns nothing; blocks for a moment.
   *
   * @throws EngineException when there is no such process, or it has no such engine
   */
  static EmbeddedEngines join(Path data, String redisUrl, String databaseUrl) {
    Endpoints endpoints = Endpoints.read(data);
    return new EmbeddedEngines(
        redisUrl.isEmpty() ? joined(endpoints, REDIS, "redis.url") : redisUrl,
        databaseUrl.isEmpty() ? joined(endpoints, POSTGRES, "database.url") : databaseUrl,
        List.of(),
        () -> {});
  }

  /** Where Redis is. */
  String redisUri() {
    return redisUri;
  }

  /** Where PostgreSQL is. */
  String databaseUri() {
    return databaseUri;
  }

  /** The engines this process guards, by name, and whether each runs. */
  Map<String, Health> health() {
    return guards.stream()
        .collect(Collectors.toMap(guard -> guard.engine().name(), EngineGuard::health));
  }

  /** Stops what this process started: PostgreSQL, then Redis; twice is fine. */
  Future<Void> stop() {
    retract.run();
    Future<Void> stopping = Future.succeededFuture();
    for (EngineGuard guard : guards) {
      // The failure of one must not leave the other running.
      stopping = stopping.eventually(guard::stop);
    }
    return stopping;
  }

  private Future<Void> startAll() {
    return Future.join(guards.stream().map(EngineGuard::start).toList())
        .<Void>mapEmpty()
        .recover(failure -> stop().transform(_ -> Future.failedFuture(failure)));
  }

  private static String joined(Endpoints endpoints, String engine, String setting) {
    return endpoints
        .uri(engine)
        .orElseThrow(() ->
            new EngineException(
                "the process to join uses a %s of its own choice; set %s here too"
                    .formatted(engine, setting)));
  }
}
