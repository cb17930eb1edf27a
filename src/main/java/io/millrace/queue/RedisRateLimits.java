package io.millrace.queue;

import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Rate limits in Redis, by its clock. */
public final class RedisRateLimits implements RateLimits {
  private final RedisGateway redis;

  /** Limits all who use the same Redis. */
  public RedisRateLimits(RedisGateway redis) {
    this.redis = redis;
  }

  @Override
  public Future<List<Grant>> take(List<Wanted> wanted) {
    var args = new ArrayList<String>(wanted.size() * 4);
    for (Wanted one : wanted) {
      args.add(one.handler());
      args.add(Long.toString(TimeUnit.NANOSECONDS.toMicros(one.rate().interval().toNanos())));
      args.add(Integer.toString(one.rate().burst()));
      args.add(Integer.toString(one.starts()));
    }
    return redis
        .run(Scripts.RATE, Keys.DEPLOYMENT_TAG, args)
        .map(reply -> reply.items().stream().map(RedisRateLimits::grant).toList());
  }

  private static Grant grant(Reply answer) {
    return new Grant(
        (int) answer.item(0).number(), Duration.of(answer.item(1).number(), ChronoUnit.MICROS));
  }
}
