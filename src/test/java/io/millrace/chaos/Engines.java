package io.millrace.chaos;

import io.millrace.process.DataDirectory;
import io.millrace.process.EngineException;
import io.millrace.process.RunningProcess;
import io.millrace.redis.RedisEngine;
import io.millrace.sql.PostgresEngine;
import io.millrace.testing.HeldProcess;
import io.millrace.testing.RedisText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The Redis and the PostgreSQL of a cluster, with the settings of production, to be killed. */
final class Engines implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("target", "test-programs").toAbsolutePath();
  private static final Duration END_MAX = Duration.ofSeconds(30);
  private static final Duration START_AGAIN_AFTER = Duration.ofMillis(200);
  private static final int STARTS_MAX = 50;

  private final DataDirectory data;
  private final RedisEngine redis;
  private final PostgresEngine postgres;

  private Engines(DataDirectory data) {
    this.data = data;
    this.redis = new RedisEngine(data);
    this.postgres = new PostgresEngine(data);
  }

  /** Starts both in {@code directory}. */
  static Engines start(Path directory) {
    var engines = new Engines(DataDirectory.open(directory, PROGRAMS));
    engines.redis.start();
    engines.postgres.start();
    return engines;
  }

  String redisUri() {
    return redis.uri();
  }

  String databaseUri() {
    return postgres.uri();
  }

  /**
   * Kills Redis when all it has acknowledged is in its file: nothing more is acknowledged from the
   * look at the file to the kill. (Power loss alone can then lose what is not synced.)
   */
  void killRedisOnceWritten() {
    String paused = RedisText.ask(redis.uri(), "CLIENT PAUSE 10000 WRITE");
    if (!paused.startsWith("+OK")) {
      throw new IllegalStateException("CLIENT PAUSE answered " + paused);
    }
    RedisText.awaitWritten(redis.uri());
    killRedis();
  }

  /** Kills Redis at this very moment. */
  void killRedis() {
    kill(process("redis/redis.pid"));
  }

  /** Stops Redis from answering until {@link #resumeRedis}; its connections stay. */
  void stallRedis() {
    HeldProcess.hold(process("redis/redis.pid"));
  }

  void resumeRedis() {
    HeldProcess.release(process("redis/redis.pid"));
  }

  /** Starts Redis again on its files; returns when it answers. */
  void startRedis() {
    redis.start();
  }

  /** Kills PostgreSQL; its children follow. */
  void killPostgres() {
    kill(process("postgres/postmaster.pid"));
  }

  void stopPostgres() {
    postgres.stop();
  }

  /** Starts PostgreSQL again; the children of the one that was killed may hold on for a moment. */
  void startPostgres() {
    for (int i = 1; ; i++) {
      try {
        postgres.start();
        return;
      } catch (EngineException e) {
        if (i == STARTS_MAX) {
          throw e;
        }
        LockSupport.parkNanos(START_AGAIN_AFTER.toNanos());
      }
    }
  }

  private static void kill(RunningProcess process) {
    process.kill();
    if (!process.awaitEnd(END_MAX)) {
      throw new IllegalStateException("process " + process.pid() + " survived its kill");
    }
  }

  private RunningProcess process(String pidFile) {
    try {
      List<String> lines = Files.readAllLines(data.path().resolve(pidFile));
      return RunningProcess.find(Long.parseLong(lines.getFirst().strip()))
          .orElseThrow(() -> new IllegalStateException("no process of " + pidFile));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    redis.stop();
    postgres.stop();
    data.close();
  }
}
