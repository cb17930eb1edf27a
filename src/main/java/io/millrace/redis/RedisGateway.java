package io.millrace.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one door to Redis. Commands of all callers share one connection, in the order they were
 * given; hints come over a second one. Both are opened again by themselves. While Redis is away
 * everything fails at once with {@code Unavailable}; a command whose answer was lost may have run.
 * Safe from any thread; a future completes on its caller's context.
 */
public final class RedisGateway {
  /** The name of this dependency in problems and health. */
  public static final String DEPENDENCY = "redis";

  private final Vertx vertx;
  private final Pipeline pipeline;
  private final Hints hints;
  private final Context context;
  private final String deployment;

  private RedisGateway(Vertx vertx, Line line, String deployment) {
    this.vertx = vertx;
    this.pipeline = line.pipeline;
    this.hints = line.hints;
    this.context = line.loop();
    this.deployment = deployment;
  }

  /**
   * Opens both connections.
   *
   * @param uri {@code redis://}, {@code rediss://} or {@code unix://} with the socket's path
   */
  public static Future<RedisGateway> connect(Vertx vertx, String uri, RedisLimits limits) {
    var line = new Line(new Link(vertx, uri, limits), limits);
    return vertx.deployVerticle(line).map(id -> new RedisGateway(vertx, line, id));
  }

  /**
   * Runs {@code script}, also when Redis has forgotten it.
   *
   * @param key the one key Redis may use to find the right node: any with the script's hash tag
   */
  public Future<Reply> run(Script script, String key, List<String> args) {
    return deliver(done -> pipeline.run(script, key, args, done));
  }

  /** Sends one command; neither a blocking nor a subscribing one, nor a transaction. */
  public Future<Reply> command(String name, String... args) {
    return deliver(done -> pipeline.send(name, List.of(args), done));
  }

  /** As {@link #command(String, String...)}, for a list of arguments. */
  public Future<Reply> command(String name, List<String> args) {
    return deliver(done -> pipeline.send(name, args, done));
  }

  /** How long Redis takes to answer now. */
  public Future<Duration> ping() {
    long start = System.nanoTime();
    return command("PING").map(_ -> Duration.ofNanos(System.nanoTime() - start));
  }

  /**
   * Publishes a hint to the subscribers of {@code channel} (sharded: it goes with its hash tag).
   */
  public Future<Reply> publish(String channel, String message) {
    return command("SPUBLISH", channel, message);
  }

  /**
   * Hears the hints published on a sharded channel.
   *
   * @param onMessage called on this gateway's event loop with each message; it may not block
   * @param onReady called there when the subscription holds and commands can be sent, and again
   *     after every reconnection: hints may have been missed before it
   */
  public Subscription subscribe(String channel, Consumer<String> onMessage, Runnable onReady) {
    var listener = new Hints.Listener(channel, onMessage, onReady);
    context.runOnContext(_ -> hints.add(listener));
    return () -> context.runOnContext(_ -> hints.remove(listener));
  }

  /** Whether commands can be sent now. */
  public boolean connected() {
    return pipeline.connected();
  }

  /** Closes both connections; commands in flight fail. Twice is fine. */
  public Future<Void> close() {
    return vertx.deploymentIDs().contains(deployment)
        ? vertx.undeploy(deployment)
        : Future.succeededFuture();
  }

  /**
   * Runs {@code action} on the event loop of the connections. What is called on this gateway from
   * there is sent in the order of the calls and answered there.
   */
  public void execute(Runnable action) {
    if (context.equals(Vertx.currentContext())) {
      action.run();
    } else {
      context.runOnContext(_ -> action.run());
    }
  }

  private Future<Reply> deliver(Consumer<Promise<Reply>> send) {
    if (context.equals(Vertx.currentContext())) {
      Promise<Reply> answer = Promise.promise();
      send.accept(answer);
      return answer.future();
    }
    var answer = new CallerPromise<Reply>();
    context.runOnContext(_ -> send.accept(answer.promise()));
    return answer.future();
  }

  /** A reader's place; closing it twice is fine. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** The event loop both connections live on. */
  private static final class Line extends VerticleBase {
    private final Pipeline pipeline;
    private final Hints hints;
    private @Nullable Context loop;

    Line(Link link, RedisLimits limits) {
      this.hints = new Hints(link, limits, this::answers);
      this.pipeline = new Pipeline(link, limits, hints::announce);
    }

    private boolean answers() {
      return pipeline.connected();
    }

    Context loop() {
      return java.util.Objects.requireNonNull(loop);
    }

    @Override
    public Future<?> start() {
      loop = context;
      var opening = new ArrayList<Future<Void>>();
      opening.add(pipeline.open());
      opening.add(hints.open());
      return Future.all(opening)
          .recover(cause -> stop().transform(_ -> Future.failedFuture(cause)));
    }

    @Override
    public Future<?> stop() {
      return Future.join(pipeline.close(), hints.close());
    }
  }
}
