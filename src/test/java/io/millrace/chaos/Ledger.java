package io.millrace.chaos;

import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.redis.Reply;
import io.millrace.testing.Await;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the harness asks of the Redis under test: its clock, who runs what, and what is left. */
final class Ledger {
  private static final int SHARD = 0;
  private static final Duration BACK_WITHIN = Duration.ofSeconds(30);

  /** KEYS: leases, clock. ARGV: what the keys of tasks begin with, the new offset or ''. */
  private static final String RUNNING =
      """
      if ARGV[2] ~= '' then redis.call('SET', KEYS[2], ARGV[2]) end
      local held = {}
      for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
        local v = redis.call('HMGET', ARGV[1] .. id, 'worker', 'lease')
        held[#held + 1] = { id, v[1] or '', v[2] or '0' }
      end
      return held
      """;

  /** Keys that stay when no task lives. */
  private static final Pattern LASTING =
      Pattern.compile(
          "\\{s0}:(queue:.*:dlq|dead|dead:letters|reconciler|feed|finished|counts|swept|clock|credit:.*|idem:.*)");

  private final RedisGateway redis;

  Ledger(Vertx vertx, String uri) {
    this.redis = RedisGateway.connect(vertx, uri, RedisLimits.DEFAULT).await();
  }

  /** A task that runs, by whom, and under which lease in ms. */
  record Held(String task, String worker, long leaseMs) {}

  /** Waits until Redis answers. */
  void awaitBack() {
    Await.until("Redis to be back", BACK_WITHIN, redis::connected);
  }

  /** Redis's own clock, which event ids carry. */
  long nowMs() {
    List<String> time = redis.command("TIME").await().texts();
    return Long.parseLong(time.getFirst()) * 1_000 + Long.parseLong(time.getLast()) / 1_000;
  }

  /** What runs when Redis has carried out all that others have sent before this call. */
  List<Held> running() {
    // A command may overtake those that arrived in the same moment, the next one cannot.
    var _ = redis.command("PING").await();
    return running("");
  }

  /** Shifts the queue's clock to {@code offsetMs}; answers what ran at that moment. */
  List<Held> shiftClock(long offsetMs) {
    return running(Long.toString(offsetMs));
  }

  private List<Held> running(String offset) {
    Reply reply =
        redis
            .command(
                "EVAL",
                RUNNING,
                "2",
                Keys.LEASES.of(SHARD),
                Keys.CLOCK.of(SHARD),
                Keys.TASK.of(SHARD, ""),
                offset)
            .await();
    return reply.items().stream()
        .map(item ->
            new Held(item.item(0).text(), item.item(1).text(), Long.parseLong(item.item(2).text())))
        .toList();
  }

  /** Cuts all other connections. */
  void cutConnections() {
    var _ = redis.command("CLIENT", "KILL", "TYPE", "normal").await();
    var _ = redis.command("CLIENT", "KILL", "TYPE", "pubsub").await();
  }

  /** How many tasks live, and how many of these run and wait; all zero while Redis is away. */
  Load load() {
    return redis
        .command("HGETALL", Keys.COUNTS.of(SHARD))
        .map(reply -> {
          Map<String, String> counts = reply.fields();
          return new Load(
              Integer.parseInt(counts.getOrDefault("live", "0")),
              sum(counts, ":running"),
              sum(counts, ":queued"));
        })
        .otherwise(new Load(0, 0, 0))
        .await();
  }

  /** Counts of tasks. */
  record Load(int live, int running, int queued) {}

  private static int sum(Map<String, String> counts, String suffix) {
    return counts.entrySet().stream()
        .filter(count -> count.getKey().endsWith(suffix))
        .mapToInt(count -> Integer.parseInt(count.getValue()))
        .sum();
  }

  /** Whether every task has ended and is archived and released. */
  boolean isDrained() {
    return redis
        .command("HGET", Keys.COUNTS.of(SHARD), "live")
        .compose(live ->
            redis
                .command("XLEN", Keys.FINISHED.of(SHARD))
                .map(waiting ->
                    (live.isNothing() || live.text().equals("0")) && waiting.number() == 0))
        .otherwise(false)
        .await();
  }

  /** What must not be there when every task has ended, with its content. */
  List<String> leftovers() {
    List<String> left =
        redis.command("KEYS", Keys.tag(SHARD) + "*").await().texts().stream()
            .filter(key -> !LASTING.matcher(key).matches())
            .map(key -> key + " " + content(key))
            .toList();
    List<String> counts =
        redis.command("HGETALL", Keys.COUNTS.of(SHARD)).await().fields().entrySet().stream()
            .filter(count -> !count.getValue().equals("0"))
            .map(count -> "the count of %s is %s".formatted(count.getKey(), count.getValue()))
            .toList();
    return java.util.stream.Stream.concat(left.stream(), counts.stream()).toList();
  }

  private String content(String key) {
    return switch (redis.command("TYPE", key).await().text()) {
      case "hash" -> redis.command("HGETALL", key).await().fields().toString();
      case "list" -> redis.command("LRANGE", key, "0", "9").await().texts().toString();
      case "zset" -> redis.command("ZRANGE", key, "0", "9", "WITHSCORES").await().toString();
      case "stream" -> redis.command("XRANGE", key, "-", "+").await().toString();
      default -> "";
    };
  }

  /** How many dead letters there are. */
  long deadLetters() {
    return redis.command("ZCARD", Keys.DEAD.of(SHARD)).await().number();
  }
}
