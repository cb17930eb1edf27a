package io.millrace.redis;

import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for the commands of all callers, with a window of unanswered ones, a watchdog, and
 * reconnection. Confined to one event loop, but for {@link #connected()}.
 */
final class Pipeline {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
  private static final Duration WATCH = Duration.ofMillis(250);

  private final Link link;
  private final RedisLimits limits;
  private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
  private final ArrayDeque<Pending> sent = new ArrayDeque<>();
  private final Set<String> known = new HashSet<>();
  private final Runnable onConnected;
  private volatile Link.@Nullable Open open;
  private boolean closed;
  private long watchTimer = -1;

  /**
   * @param onConnected called after each time that commands can be sent anew
   */
  Pipeline(Link link, RedisLimits limits, Runnable onConnected) {
    this.link = link;
    this.limits = limits;
    this.onConnected = onConnected;
  }

  /** One command on its way. */
  private record Pending(Request request, Promise<Response> answer, long since) {}

  boolean connected() {
    return open != null;
  }

  Future<Void> open() {
    watchTimer = link.vertx().setPeriodic(WATCH.toMillis(), _ -> watch());
    return connect();
  }

  Future<Void> close() {
    closed = true;
    link.vertx().cancelTimer(watchTimer);
    drop("is closed");
    return Future.succeededFuture();
  }

  void run(Script script, String key, List<String> args, Promise<Reply> done) {
    // The first use of a script on a connection carries its text, so that calls of different
    // scripts
    // keep their order; a digest that Redis has forgotten since is followed by the text.
    Future<Response> answer =
        known.add(script.digest())
            ? send(evaluate("EVAL", script.source(), key, args))
            : send(evaluate("EVALSHA", script.digest(), key, args))
                .recover(cause -> forgotten(cause, script, key, args));
    var _ =
        answer.onComplete(
            response -> done.complete(Reply.of(response)),
            cause -> done.fail(translated("script " + script.name(), cause)));
  }

  void send(String name, List<String> args, Promise<Reply> done) {
    Request request = Request.cmd(Command.create(name));
    args.forEach(request::arg);
    var _ =
        send(request)
            .onComplete(
                response -> done.complete(Reply.of(response)),
                cause -> done.fail(translated(name, cause)));
  }

  private Future<Response> forgotten(
      Throwable cause, Script script, String key, List<String> args) {
    if (!errorIs(cause, "NOSCRIPT")) {
      return Future.failedFuture(cause);
    }
    known.clear();
    known.add(script.digest());
    return send(evaluate("EVAL", script.source(), key, args));
  }

  private static Request evaluate(String how, String what, String key, List<String> args) {
    Request request = Request.cmd(Command.create(how)).arg(what).arg(1).arg(key);
    args.forEach(request::arg);
    return request;
  }

  private Future<Response> send(Request request) {
    if (open == null) {
      return Future.failedFuture(Link.unavailable("is not connected"));
    }
    if (waiting.size() >= limits.waitingMax()) {
      return Future.failedFuture(Link.unavailable("has too many commands waiting"));
    }
    Promise<Response> answer = Promise.promise();
    waiting.add(new Pending(request, answer, System.nanoTime()));
    fillWindow();
    return answer.future();
  }

  private void fillWindow() {
    Link.Open current = open;
    while (current != null && sent.size() < limits.inFlightMax() && !waiting.isEmpty()) {
      Pending next = waiting.remove();
      sent.add(next);
      var _ =
          current
              .connection()
              .send(next.request())
              .onComplete(result -> {
                // What is no longer among the sent was failed when the connection was dropped.
                if (sent.remove(next)) {
                  next.answer().handle(result);
                }
                fillWindow();
              });
    }
  }

  private Future<Void> connect() {
    return link.open(ProtocolVersion.RESP2).map(this::opened);
  }

  private @Nullable Void opened(Link.Open fresh) {
    if (closed) {
      fresh.shut();
      return null;
    }
    open = fresh;
    fresh.connection().endHandler(_ -> lost(fresh, "closed the connection"));
    fresh.connection().exceptionHandler(cause -> lost(fresh, reason(cause)));
    onConnected.run();
    return null;
  }

  /** Some failures of a connection have no message of their own. */
  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private void lost(Link.Open which, String why) {
    if (which.equals(open)) {
      LOG.warn("The connection to Redis is lost: {}", why);
      drop(why);
      reconnect(limits.reconnectFirst());
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
                        .onComplete(
                            _ -> LOG.info("Redis is connected again"),
                            _ -> reconnect(longer(pause)));
              }
            });
  }

  private Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(limits.reconnectMax()) > 0 ? limits.reconnectMax() : twice;
  }

  private void drop(String why) {
    Link.Open current = open;
    open = null;
    known.clear();
    if (current != null) {
      current.shut();
    }
    failAll(sent, why);
    failAll(waiting, why);
  }

  private static void failAll(ArrayDeque<Pending> queue, String why) {
    var failed = List.copyOf(queue);
    queue.clear();
    failed.forEach(pending -> pending.answer().tryFail(Link.unavailable(why)));
  }

  private void watch() {
    long limit = limits.command().toNanos();
    long now = System.nanoTime();
    Pending oldest = sent.peek();
    Link.Open current = open;
    if (current != null && oldest != null && now - oldest.since() > limit) {
      lost(current, "did not answer in time");
    }
  }

  private static boolean errorIs(Throwable cause, String kind) {
    String message = cause.getMessage();
    return message != null && message.startsWith(kind);
  }

  /**
   * What a caller may tell apart: no memory, not there, or a defect of ours. Only what Redis itself
   * answered can be a defect; a connection that broke, whatever its words, is Redis not being
   * there.
   */
  static Throwable translated(String what, Throwable cause) {
    if (cause instanceof ProblemException) {
      return cause;
    }
    if (cause instanceof IOException || cause instanceof VertxException) {
      return Link.unavailable("lost the connection: " + reason(cause));
    }
    if (errorIs(cause, "OOM")) {
      return Link.unavailable("has no memory left for new work");
    }
    if (errorIs(cause, "MISCONF")) {
      return Link.unavailable("cannot write to its disk: " + cause.getMessage());
    }
    for (String passing : List.of("LOADING", "READONLY", "MASTERDOWN", "BUSY", "CLUSTERDOWN")) {
      if (errorIs(cause, passing)) {
        return Link.unavailable("answered " + cause.getMessage());
      }
    }
    if (errorIs(cause, "CONNECTION_CLOSED") || errorIs(cause, "Connection is closed")) {
      return Link.unavailable("closed the connection");
    }
    return new IllegalStateException("Redis refused " + what + ": " + cause.getMessage(), cause);
  }
}
