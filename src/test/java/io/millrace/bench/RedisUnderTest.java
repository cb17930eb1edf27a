package io.millrace.bench;

import io.millrace.process.DataDirectory;
import io.millrace.redis.RedisEngine;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The one Redis of a run, with the settings of production, and what it tells of itself. */
final class RedisUnderTest implements AutoCloseable {
  private final RedisEngine engine;
  private final RedisGateway gateway;

  RedisUnderTest(Vertx vertx, DataDirectory data) {
    engine = new RedisEngine(data);
    engine.start();
    gateway = RedisGateway.connect(vertx, engine.uri(), RedisLimits.DEFAULT).await();
  }

  RedisGateway gateway() {
    return gateway;
  }

  String socket() {
    return engine.socket().toString();
  }

  /**
   * Forgets everything, and does not let the append-only file of the last side disturb the next.
   */
  void flush() {
    var _ = gateway.command("FLUSHALL").await();
    var _ = gateway.command("CONFIG", "RESETSTAT").await();
  }

  String version() {
    return info("server", "redis_version") + ", " + info("memory", "mem_allocator");
  }

  double cpuSeconds() {
    Map<String, String> cpu = info("cpu");
    return Double.parseDouble(cpu.getOrDefault("used_cpu_user", "0"))
        + Double.parseDouble(cpu.getOrDefault("used_cpu_sys", "0"));
  }

  long memoryBytes() {
    return Long.parseLong(info("memory", "used_memory"));
  }

  /** Microseconds by command, those that took most first. */
  List<String> commandStats() {
    return info("commandstats").entrySet().stream()
        .map(entry -> entry.getKey().substring("cmdstat_".length()) + ": " + entry.getValue())
        .toList();
  }

  private String info(String section, String field) {
    return info(section).getOrDefault(field, "?");
  }

  private Map<String, String> info(String section) {
    return gateway
        .command("INFO", section)
        .await()
        .text()
        .lines()
        .filter(line -> line.contains(":"))
        .map(line -> line.split(":", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }

  @Override
  public void close() {
    gateway.close().await();
    engine.stop();
  }
}
