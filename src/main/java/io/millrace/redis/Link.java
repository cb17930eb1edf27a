package io.millrace.redis;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;

/** Opens single connections, each with a client of its own, so that closing it truly closes it. */
final class Link {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final String uri;
  private final RedisLimits limits;

  Link(Vertx vertx, String uri, RedisLimits limits) {
    this.vertx = vertx;
    this.uri = uri;
    this.limits = limits;
  }

  Vertx vertx() {
    return vertx;
  }

  /** A fresh connection; late ones are closed unseen. */
  Future<Open> open(ProtocolVersion protocol) {
    var options =
        new RedisOptions()
            .setConnectionString(uri)
            .setPreferredProtocolVersion(protocol)
            .setMaxPoolSize(1)
            .setPoolCleanerInterval(-1)
            .setPoolRecycleTimeout(-1)
            .setMaxWaitingHandlers(limits.inFlightMax() + 16);
    options.getNetClientOptions().setConnectTimeout(Math.toIntExact(limits.connect().toMillis()));
    Redis client = Redis.createClient(vertx, options);
    Promise<Open> opened = Promise.promise();
    long timer =
        vertx.setTimer(
            limits.connect().toMillis(),
            _ -> {
              if (opened.tryFail(unavailable("did not answer in time"))) {
                close(client);
              }
            });
    var _ =
        client
            .connect()
            .onComplete(
                connection -> {
                  vertx.cancelTimer(timer);
                  if (!opened.tryComplete(new Open(client, connection))) {
                    close(client);
                  }
                },
                cause -> {
                  vertx.cancelTimer(timer);
                  if (opened.tryFail(unavailable(String.valueOf(cause.getMessage())))) {
                    close(client);
                  }
                });
    return opened.future();
  }

  private static void close(Redis client) {
    // A client that fails to close holds nothing that is still used.
    var _ = client.close().otherwiseEmpty();
  }

  static ProblemException unavailable(String why) {
    return new ProblemException(
        new Problem.Unavailable(RedisGateway.DEPENDENCY, "Redis " + why, RETRY_AFTER));
  }

  /** A connection with the client that owns its socket. */
  record Open(Redis client, RedisConnection connection) {
    void shut() {
      close(client);
    }
  }
}
