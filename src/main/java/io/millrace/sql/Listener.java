package io.millrace.sql;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One channel of PostgreSQL's notifications that somebody listens to until it is closed. */
public final class Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final long RECONNECT_FIRST_MS = 100;
  private static final long RECONNECT_MAX_MS = 5_000;
  private static final int DOUBLINGS_MAX = 6;

  private final PgSubscriber subscriber;
  private final Future<Void> ready;

  private Listener(PgSubscriber subscriber, Future<Void> ready) {
    this.subscriber = subscriber;
    this.ready = ready;
  }

  static Listener start(
      Vertx vertx, PgConnectOptions options, String channel, Consumer<String> onNews) {
    PgSubscriber subscriber = PgSubscriber.subscriber(vertx, options);
    PgSubscriber _ = subscriber.reconnectPolicy(Listener::pause);
    Promise<Void> listening = Promise.promise();
    subscriber
        .channel(channel)
        .subscribeHandler(_ -> {
          boolean _ = listening.tryComplete();
          hear(channel, onNews, "");
        })
        .handler(news -> hear(channel, onNews, news));
    Future<Void> _ = subscriber.connect();
    return new Listener(subscriber, listening.future());
  }

  /** Succeeds once the listening has begun. */
  public Future<Void> ready() {
    return ready;
  }

  /** Stops listening. */
  public Future<Void> close() {
    return subscriber.close();
  }

  private static Long pause(Integer failures) {
    LOG.warn("The database does not answer its listener (time {}); connecting again", failures);
    return Math.min(
        RECONNECT_MAX_MS, RECONNECT_FIRST_MS << Math.min(Math.max(failures, 0), DOUBLINGS_MAX));
  }

  private static void hear(String channel, Consumer<String> onNews, String news) {
    try {
      onNews.accept(news);
    } catch (RuntimeException e) {
      LOG.error("A listener of channel {} failed", channel, e);
    }
  }
}
