package io.millrace.handler;

import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisGateway.Subscription;
import io.millrace.redis.Reply;
import io.millrace.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry in Redis: one entry per worker beside a sign of life that lapses. Every process
 * hears of changes, and looks again with each heartbeat, so that a lapse is noticed too. Heartbeats
 * come from an event loop, where no handler runs. Safe for many threads.
 */
public final class RedisHandlerRegistry implements HandlerRegistry, HandlerRegistration {
  /** How long a silent worker counts as live. */
  public static final Duration TTL = Duration.ofSeconds(6);

  private static final Logger LOG = LoggerFactory.getLogger(RedisHandlerRegistry.class);
  private static final Script REGISTER = Script.named("register");
  private static final Script WORKERS = Script.named("workers");

  private final Vertx vertx;
  private final RedisGateway redis;
  private final String worker;
  private final Duration ttl;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile List<Offer> announced = List.of();
  private volatile @Nullable LiveOffers heard;
  private volatile String deployment = "";
  private long asked;
  private long applied;
  private long failedNanos;

  private RedisHandlerRegistry(Vertx vertx, RedisGateway redis, String worker, Duration ttl) {
    this.vertx = vertx;
    this.redis = redis;
    this.worker = worker;
    this.ttl = ttl;
    this.failedNanos = System.nanoTime() - ttl.toNanos();
  }

  /**
   * Starts to listen and to beat; completes when it knows who is live.
   *
   * @param worker the unique name of this process
   * @param ttl how long a silent worker counts as live, {@link #TTL} but in tests
   */
  public static Future<RedisHandlerRegistry> open(
      Vertx vertx, RedisGateway redis, String worker, Duration ttl) {
    var registry = new RedisHandlerRegistry(vertx, redis, worker, ttl);
    return vertx
        .deployVerticle(registry.new Heart())
        .map(id -> {
          registry.deployment = id;
          return registry;
        });
  }

  /** Stops beating and listening; what was announced lapses unless it was taken back. */
  public Future<Void> close() {
    return vertx.deploymentIDs().contains(deployment)
        ? vertx.undeploy(deployment)
        : Future.succeededFuture();
  }

  @Override
  public Future<List<HandlerView>> list() {
    return known().map(LiveOffers::sorted);
  }

  @Override
  public Future<Optional<HandlerView>> find(String name) {
    LiveOffers now = heard;
    return now != null && now.views().containsKey(name)
        ? Future.succeededFuture(Optional.of(now.views().get(name)))
        : refresh().map(fresh -> Optional.ofNullable(fresh.views().get(name)));
  }

  private Future<LiveOffers> known() {
    LiveOffers now = heard;
    return now == null ? refresh() : Future.succeededFuture(now);
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public Future<Void> register(List<Offer> offers) {
    return register(List.copyOf(offers), 0);
  }

  /** A worker that was killed counts as live for a while: only a conflict that lasts is one. */
  private Future<Void> register(List<Offer> offers, long waitedMs) {
    return announce(offers)
        .recover(cause -> {
          if (!(cause instanceof DeclarationException) || waitedMs > ttl.toMillis()) {
            return Future.failedFuture(cause);
          }
          long pauseMs = Math.max(1, ttl.toMillis() / 4);
          LOG.warn("{}; waiting in case that worker is gone", cause.getMessage());
          return vertx.timer(pauseMs).compose(_ -> register(offers, waitedMs + pauseMs));
        });
  }

  private Future<Void> announce(List<Offer> offers) {
    List<String> args = new ArrayList<>();
    args.add(worker);
    args.add(Long.toString(ttl.toMillis()));
    args.add(LiveOffers.write(offers));
    for (Offer offer : offers) {
      args.add(offer.declaration().name());
      args.add(Integer.toString(offer.declaration().version()));
      args.add(DeclarationForm.of(offer.declaration()));
    }
    return redis
        .run(REGISTER, Keys.DEPLOYMENT_TAG, args)
        .compose(reply -> {
          if (reply.size() > 0) {
            return Future.failedFuture(conflict(offers, reply.texts()));
          }
          announced = offers;
          return refresh().mapEmpty();
        });
  }

  private static DeclarationException conflict(List<Offer> offers, List<String> other) {
    String name = other.get(1);
    HandlerDeclaration mine =
        offers.stream()
            .map(Offer::declaration)
            .filter(declaration -> declaration.name().equals(name))
            .findFirst()
            .orElseThrow();
    return new DeclarationException(
        "handlers.%s: worker %s runs version %d under another declaration: %s; raise version or make them equal"
            .formatted(
                name,
                other.get(0),
                mine.version(),
                DeclarationForm.differences(DeclarationForm.of(mine), other.get(2))));
  }

  @Override
  public boolean isSuperseded(HandlerDeclaration declaration) {
    LiveOffers now = heard;
    HandlerView view = now == null ? null : now.views().get(declaration.name());
    return view != null && view.version() > declaration.version();
  }

  @Override
  public Future<Void> unregister() {
    if (announced.isEmpty()) {
      return Future.succeededFuture();
    }
    announced = List.of();
    return redis
        .command("HDEL", Keys.HANDLERS.ofDeployment(), worker)
        .compose(_ -> redis.command("DEL", Keys.WORKER.ofDeployment(worker)))
        .compose(_ -> redis.publish(Keys.HANDLERS.ofDeployment(), ""))
        .mapEmpty();
  }

  @Override
  public boolean isPaused(String name) {
    LiveOffers now = heard;
    return now != null && now.paused().contains(name);
  }

  @Override
  public Future<Optional<HandlerView>> pause(String name, boolean paused) {
    return find(name)
        .compose(live ->
            live.isEmpty()
                ? Future.succeededFuture(live)
                : redis
                    .command(paused ? "SADD" : "SREM", Keys.PAUSED.ofDeployment(), name)
                    .onSuccess(_ -> LOG.info("handler {} {}", name, paused ? "paused" : "resumed"))
                    .compose(_ -> redis.publish(Keys.HANDLERS.ofDeployment(), ""))
                    .compose(_ -> refresh())
                    .map(fresh -> Optional.ofNullable(fresh.views().get(name))));
  }

  private Future<LiveOffers> refresh() {
    long turn;
    synchronized (this) {
      turn = ++asked;
    }
    return redis
        .run(WORKERS, Keys.DEPLOYMENT_TAG, List.of())
        .map(reply -> {
          List<String> offers = new ArrayList<>();
          Reply live = reply.item(0);
          for (int i = 1; i < live.size(); i += 2) {
            offers.add(live.item(i).text());
          }
          LiveOffers fresh = LiveOffers.read(offers, Set.copyOf(reply.item(1).texts()));
          LiveOffers now = sinceOutage(fresh);
          if (apply(now, turn)) {
            listeners.forEach(Runnable::run);
          }
          return now;
        })
        .onFailure(_ -> failed());
  }

  private synchronized void failed() {
    failedNanos = System.nanoTime();
  }

  /**
   * While Redis was away no worker could beat, so that all may have lapsed: who was live before
   * stays so for a while, or good submits would be refused as those of unknown handlers.
   */
  private synchronized LiveOffers sinceOutage(LiveOffers fresh) {
    LiveOffers before = heard;
    boolean justBack = System.nanoTime() - failedNanos < ttl.toNanos();
    return before != null && justBack ? fresh.joined(before) : fresh;
  }

  /** Whether {@code fresh} is news; an answer that was overtaken by a later one is not. */
  private synchronized boolean apply(LiveOffers fresh, long turn) {
    if (turn < applied) {
      return false;
    }
    applied = turn;
    boolean changed = !fresh.equals(heard);
    heard = fresh;
    return changed;
  }

  private void beat() {
    List<Offer> offers = announced;
    Future<?> alive =
        offers.isEmpty()
            ? Future.succeededFuture()
            : redis
                .command("PEXPIRE", Keys.WORKER.ofDeployment(worker), Long.toString(ttl.toMillis()))
                .compose(reply -> reply.number() == 1 ? done() : revive(offers));
    var _ =
        alive
            .compose(_ -> refresh())
            .onFailure(cause -> {
              failed(); // Also where the beat failed, so that nobody asked who is live.
              LOG.debug("the registry could not be reached", cause);
            });
  }

  private static Future<Void> done() {
    return Future.succeededFuture();
  }

  /** Redis forgot us: it was emptied, or we were silent for too long. */
  private Future<Void> revive(List<Offer> offers) {
    LOG.info("announcing the handlers of worker {} again", worker);
    return announced.isEmpty()
        ? done()
        : announce(offers)
            .onFailure(cause -> LOG.warn("could not announce again: {}", cause.getMessage()));
  }

  /** The event loop that beats and hears. */
  private final class Heart extends VerticleBase {
    private @Nullable Subscription subscription;

    @Override
    public Future<?> start() {
      subscription =
          redis.subscribe(
              Keys.HANDLERS.ofDeployment(), _ -> hear(), RedisHandlerRegistry.this::beat);
      vertx.setPeriodic(Math.max(1, ttl.toMillis() / 3), _ -> beat());
      return refresh();
    }

    @Override
    public Future<?> stop() {
      if (subscription != null) {
        subscription.close();
      }
      return Future.succeededFuture();
    }
  }

  private void hear() {
    var _ = refresh().onFailure(cause -> LOG.debug("the registry could not be reached", cause));
  }
}
