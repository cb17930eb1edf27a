package io.millrace.sql;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel of PostgreSQL's notifications that somebody listens to until it is closed, on a
 * connection of its own. (The client library's subscriber never tries again when its first connect
 * fails.)
 */
public final class Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final long PAUSE_FIRST_MS = 100;
  private static final long PAUSE_MAX_MS = 5_000;
  private static final int DOUBLINGS_MAX = 6;

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final String channel;
  private final Consumer<String> onNews;
  private final Promise<Void> ready = Promise.promise();
  private volatile @Nullable PgConnection connection;
  private volatile boolean closed;

  private Listener(Vertx vertx, PgConnectOptions options, String channel, Consumer<String> onNews) {
    this.vertx = vertx;
    this.options = options;
    this.channel = channel;
    this.onNews = onNews;
  }

  static Listener start(
      Vertx vertx, PgConnectOptions options, String channel, Consumer<String> onNews) {
    Listener listener = new Listener(vertx, options, channel, onNews);
    listener.connect(0);
    return listener;
  }

  /** Succeeds once the listening has begun. */
  public Future<Void> ready() {
    return ready.future();
  }

  /** Stops listening; twice is fine. */
  public Future<Void> close() {
    closed = true;
    PgConnection current = connection;
    connection = null;
    return current == null ? Future.succeededFuture() : current.close();
  }

  private void connect(int failures) {
    if (closed) {
      return;
    }
    PgConnection.connect(vertx, options)
        .onSuccess(fresh -> listen(fresh, failures))
        .onFailure(failure -> connectLater(failures + 1, String.valueOf(failure.getMessage())));
  }

  private void listen(PgConnection fresh, int failures) {
    connection = fresh;
    if (closed) {
      Future<Void> _ = close();
      return;
    }
    // Without a handler the client prints what ends a connection; the close handler tells it.
    fresh.exceptionHandler(
        failure -> LOG.debug("The connection of channel {} failed", channel, failure));
    fresh.notificationHandler(news -> hear(news.getPayload()));
    fresh.closeHandler(_ -> connectLater(failures + 1, "it ended at once"));
    fresh
        .query("LISTEN \"" + channel.replace("\"", "\"\"") + "\"")
        .execute()
        .onSuccess(_ -> {
          fresh.closeHandler(_ -> connectLater(1, "the connection broke"));
          boolean _ = ready.tryComplete();
          if (failures > 0) {
            LOG.info("Channel {} of the database is heard again", channel);
          }
          hear(""); // what was said while nobody listened is lost
        })
        .onFailure(_ -> fresh.close());
  }

  private void connectLater(int failures, String reason) {
    if (closed) {
      return;
    }
    if (failures == 1) {
      LOG.warn("Nobody hears channel {} of the database ({}); connecting again", channel, reason);
    } else {
      LOG.debug("Channel {} of the database is still not heard: {}", channel, reason);
    }
    long pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS << Math.min(failures - 1, DOUBLINGS_MAX));
    vertx.setTimer(pauseMs, _ -> connect(failures));
  }

  private void hear(String news) {
    try {
      onNews.accept(news);
    } catch (RuntimeException e) {
      LOG.error("A listener of channel {} failed", channel, e);
    }
  }
}
