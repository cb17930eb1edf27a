package io.millrace.stream;

import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Script;
import io.millrace.settings.StreamSettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One consumer of the group that reads a stream. */
final class StreamReader {
  /** How many entries one call brings at most. */
  static final int PORTION = 100;

  private static final Script READ = Script.named("read_stream");

  private final RedisGateway redis;
  private final StreamSettings of;
  private final String consumer;
  private final Duration takeOver;

  /**
   * @param consumer the name of this process among all that read
   * @param takeOver an entry that another has held for so long belongs to nobody
   */
  StreamReader(RedisGateway redis, StreamSettings of, String consumer, Duration takeOver) {
    this.redis = redis;
    this.of = of;
    this.consumer = consumer;
    this.takeOver = takeOver;
  }

  /** An entry, and its fields in their order. */
  record Entry(String id, Map<String, String> fields) {}

  /**
   * The next entries, which stay this reader's until they are acknowledged.
   *
   * @param again whether to begin with those that it was given before
   */
  Future<List<Entry>> read(boolean again) {
    return redis
        .run(
            READ,
            Keys.DEPLOYMENT_TAG,
            List.of(
                of.stream(),
                of.group(),
                consumer,
                Integer.toString(PORTION),
                Long.toString(takeOver.toMillis()),
                again ? "1" : "0"))
        .map(reply ->
            reply.items().stream()
                .map(entry -> new Entry(entry.item(0).text(), entry.item(1).fields()))
                .toList());
  }

  /** These have become tasks; nobody is given them again. */
  Future<Void> acknowledge(List<String> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture();
    }
    var args = new ArrayList<>(List.of(of.stream(), of.group()));
    args.addAll(ids);
    return redis.command("XACK", args).mapEmpty();
  }
}
