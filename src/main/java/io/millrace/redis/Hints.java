package io.millrace.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection in subscriber mode: hints that something changed. It is opened again by itself and
 * takes up its channels anew. Confined to one event loop.
 */
final class Hints {
  private static final Logger LOG = LoggerFactory.getLogger(Hints.class);
  private static final Duration PING = Duration.ofSeconds(5);

  private final Link link;
  private final RedisLimits limits;
  private final BooleanSupplier answers;
  private final Map<String, Channel> channels = new HashMap<>();
  private Link.@Nullable Open open;
  private boolean closed;
  private boolean pinging;
  private long pingTimer = -1;

  /**
   * @param answers whether commands can be sent now: only then it is worth to look again
   */
  Hints(Link link, RedisLimits limits, BooleanSupplier answers) {
    this.link = link;
    this.limits = limits;
    this.answers = answers;
  }

  /** One who hears a channel; two with the same callbacks are two. */
  static final class Listener {
    private final String channel;
    private final Consumer<String> onMessage;
    private final Runnable onReady;

    Listener(String channel, Consumer<String> onMessage, Runnable onReady) {
      this.channel = channel;
      this.onMessage = onMessage;
      this.onReady = onReady;
    }
  }

  /** Those who hear one channel, and whether Redis has confirmed it. */
  private static final class Channel {
    private final List<Listener> listeners = new ArrayList<>();
    private boolean confirmed;
  }

  Future<Void> open() {
    pingTimer = link.vertx().setPeriodic(PING.toMillis(), _ -> ping());
    return connect();
  }

  Future<Void> close() {
    closed = true;
    link.vertx().cancelTimer(pingTimer);
    drop();
    return Future.succeededFuture();
  }

  void add(Listener listener) {
    Channel channel = channels.get(listener.channel);
    if (channel == null) {
      channel = new Channel();
      channels.put(listener.channel, channel);
      send(Command.SSUBSCRIBE, listener.channel);
    }
    channel.listeners.add(listener);
    ready(channel, List.of(listener));
  }

  void remove(Listener listener) {
    Channel channel = channels.get(listener.channel);
    if (channel != null && channel.listeners.remove(listener) && channel.listeners.isEmpty()) {
      channels.remove(listener.channel);
      send(Command.SUNSUBSCRIBE, listener.channel);
    }
  }

  /** Tells everybody whose subscription holds that it is time to look again. */
  void announce() {
    List.copyOf(channels.values())
        .forEach(channel -> ready(channel, List.copyOf(channel.listeners)));
  }

  private void ready(Channel channel, List<Listener> listeners) {
    if (channel.confirmed && answers.getAsBoolean()) {
      listeners.forEach(listener -> guarded(listener.onReady));
    }
  }

  private void send(Command command, String channel) {
    Link.Open current = open;
    if (current != null) {
      var _ =
          current
              .connection()
              .send(Request.cmd(command).arg(channel))
              .onFailure(cause -> lost(current, String.valueOf(cause.getMessage())));
    }
  }

  private Future<Void> connect() {
    return link.open(ProtocolVersion.RESP3).map(this::opened);
  }

  private @Nullable Void opened(Link.Open fresh) {
    if (closed) {
      fresh.shut();
      return null;
    }
    open = fresh;
    fresh.connection().handler(this::heard);
    fresh.connection().endHandler(_ -> lost(fresh, "closed"));
    fresh.connection().exceptionHandler(cause -> lost(fresh, String.valueOf(cause.getMessage())));
    List.copyOf(channels.keySet()).forEach(name -> send(Command.SSUBSCRIBE, name));
    return null;
  }

  private void heard(@Nullable Response push) {
    if (push == null || push.type() != ResponseType.PUSH || push.size() < 3) {
      return;
    }
    Channel channel = channels.get(push.get(1).toString());
    if (channel == null) {
      return;
    }
    switch (push.get(0).toString()) {
      case "smessage" -> {
        String message = push.get(2).toString();
        List.copyOf(channel.listeners)
            .forEach(listener -> guarded(() -> listener.onMessage.accept(message)));
      }
      case "ssubscribe" -> {
        channel.confirmed = true;
        ready(channel, List.copyOf(channel.listeners));
      }
      default -> {
        // The confirmation of an SUNSUBSCRIBE asks for nothing.
      }
    }
  }

  /** A listener's defect is its own: it is logged, and the others still hear. */
  private static void guarded(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      LOG.error("A listener of Redis hints failed", e);
    }
  }

  private void lost(Link.Open which, String why) {
    if (which.equals(open)) {
      LOG.debug("The subscriber connection to Redis is lost: {}", why);
      drop();
      reconnect(limits.reconnectFirst());
    }
  }

  private void drop() {
    Link.Open current = open;
    open = null;
    pinging = false;
    channels.values().forEach(channel -> channel.confirmed = false);
    if (current != null) {
      current.shut();
    }
  }

  private void reconnect(Duration pause) {
    link.vertx()
        .setTimer(
            Math.max(1, pause.toMillis()),
            _ -> {
              if (!closed) {
                var _ =
                    connect()
                        .onFailure(_ -> {
                          Duration twice = pause.multipliedBy(2);
                          reconnect(
                              twice.compareTo(limits.reconnectMax()) > 0
                                  ? limits.reconnectMax()
                                  : twice);
                        });
              }
            });
  }

  /** A connection that did not answer the last ping by now is dead without saying so. */
  private void ping() {
    Link.Open current = open;
    if (current == null) {
      return;
    }
    if (pinging) {
      lost(current, "did not answer in time");
      return;
    }
    pinging = true;
    var _ =
        current
            .connection()
            .send(Request.cmd(Command.PING))
            .onComplete(_ -> {
              if (current.equals(open)) {
                pinging = false;
              }
            });
  }
}
