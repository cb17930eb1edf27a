package io.millrace.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.handler.HandlerRegistration.Offer;
import io.millrace.problem.ProblemException;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.task.Payload;
import io.millrace.testing.Await;
import io.millrace.testing.LocalRedis;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RedisHandlerRegistryIT {
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final String SCHEMA = "{\"type\":\"object\"}";
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Vertx vertx = Vertx.vertx();
  private final List<RedisGateway> gateways = new ArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
    REDIS.flush();
  }

  private RedisHandlerRegistry process(String worker, Duration ttl) {
    RedisGateway gateway = RedisGateway.connect(vertx, REDIS.uri(), RedisLimits.DEFAULT).await();
    gateways.add(gateway);
    return RedisHandlerRegistry.open(vertx, gateway, worker, ttl).await();
  }

  private static Offer offer(String name, int version, Duration lease) {
    return new Offer(
        new HandlerDeclaration(
            name,
            "echo",
            Optional.empty(),
            "Says back.",
            version,
            4,
            Optional.empty(),
            lease,
            Duration.ofMinutes(1),
            RetryPolicy.DEFAULT,
            new Payload("{\"b\":1,\"a\":{\"d\":1,\"c\":2}}")),
        SCHEMA);
  }

  private static Offer offer(int version) {
    return offer("echo", version, Duration.ofSeconds(10));
  }

  private static int live(HandlerRegistry registry) {
    return registry.list().await().stream().mapToInt(HandlerView::liveWorkers).sum();
  }

  @Test
  void whatOneWorkerOffersEveryProcessSees() {
    RedisHandlerRegistry worker = process("w1", LONG);
    RedisHandlerRegistry elsewhere = process("p2", LONG);
    assertThat(elsewhere.list().await()).isEmpty();

    worker.register(List.of(offer(3))).await();

    Await.until("heard", () -> live(elsewhere) == 1);
    assertThat(elsewhere.find("echo").await())
        .contains(
            new HandlerView("echo", "echo", 3, "Says back.", "", SCHEMA, 1, 4, 60_000, false));
    assertThat(elsewhere.find("nothing").await()).isEmpty();
  }

  @Test
  void aPausedHandlerIsPausedEverywhereAndStaysSoUntilItIsResumed() {
    RedisHandlerRegistry worker = process("w1", LONG);
    RedisHandlerRegistry elsewhere = process("p2", LONG);
    worker.register(List.of(offer(1))).await();
    Await.until("heard", () -> live(elsewhere) == 1);

    assertThat(elsewhere.pause("echo", true).await().orElseThrow().paused()).isTrue();
    Await.until("the worker knows", () -> worker.isPaused("echo"));
    worker.unregister().await();
    Await.until("gone", () -> live(elsewhere) == 0);
    assertThat(elsewhere.pause("echo", false).await()).as("not live").isEmpty();
    worker.register(List.of(offer(2))).await();

    assertThat(worker.find("echo").await().orElseThrow().paused()).isTrue();
    assertThat(elsewhere.pause("echo", false).await().orElseThrow().paused()).isFalse();
    Await.until("the worker knows", () -> !worker.isPaused("echo"));
    assertThat(elsewhere.pause("nothing", true).await()).isEmpty();
  }

  @Test
  void theLastWorkerToStopTakesTheHandlerAway() {
    RedisHandlerRegistry first = process("w1", LONG);
    RedisHandlerRegistry second = process("w2", LONG);
    RedisHandlerRegistry elsewhere = process("p3", LONG);
    AtomicInteger changes = new AtomicInteger();
    first.register(List.of(offer(1))).await();
    second.register(List.of(offer(1))).await();
    Await.until("both", () -> live(elsewhere) == 2);
    assertThat(elsewhere.find("echo").await().orElseThrow().concurrency()).isEqualTo(8);
    elsewhere.onChange(changes::incrementAndGet);

    first.unregister().await();
    Await.until("one left", () -> live(elsewhere) == 1);
    second.unregister().await();
    Await.until("none left", () -> elsewhere.list().await().isEmpty());

    Await.until("both told", () -> changes.get() >= 2);
    assertThat(changes.get()).isEqualTo(2);
  }

  @Test
  void aWorkerThatFallsSilentLapsesAndOneThatBeatsDoesNot() {
    Duration ttl = Duration.ofMillis(600);
    RedisHandlerRegistry silent = process("w1", ttl);
    RedisHandlerRegistry beating = process("w2", ttl);
    RedisHandlerRegistry elsewhere = process("p3", ttl);
    beating.register(List.of(offer(1))).await();
    silent.register(List.of(offer(1), offer("other", 1, Duration.ofSeconds(10)))).await();
    Await.until("heard", () -> live(elsewhere) == 3);

    silent.close().await();

    // On a busy machine one that beats may lapse too, but it comes back.
    Await.until("only the other is left", () -> live(elsewhere) == 1);
    Await.until("its handler too", () -> elsewhere.find("other").await().isEmpty());
  }

  @Test
  void theSameVersionUnderAnotherDeclarationIsRefusedWithWhatDiffers() {
    RedisHandlerRegistry first = process("w1", LONG);
    RedisHandlerRegistry second = process("w2", Duration.ofMillis(100));
    first.register(List.of(offer(1))).await();

    assertThatThrownBy(
            () -> second.register(List.of(offer("echo", 1, Duration.ofSeconds(15)))).await())
        .isInstanceOf(DeclarationException.class)
        .hasMessage(
            "handlers.echo: worker w1 runs version 1 under another declaration: "
                + "lease is 15s here and 10s there; raise version or make them equal");

    assertThat(live(second)).isEqualTo(1);
  }

  @Test
  void theOrderOfConfigKeysMakesNoDifference() {
    Offer one = offer(1);
    Offer other =
        new Offer(
            HandlersFile.parse(
                    """
                    handlers: { echo: { type: echo, description: Says back., lease: 10000ms, timeout: 60s,
                                        config: { a: { c: 2, d: 1 }, b: 1 } } }
                    """)
                .handlers()
                .getFirst(),
            SCHEMA);
    RedisHandlerRegistry first = process("w1", LONG);
    RedisHandlerRegistry second = process("w2", LONG);

    first.register(List.of(one)).await();
    second.register(List.of(other)).await();

    assertThat(live(second)).isEqualTo(2);
  }

  @Test
  void aConflictWithAWorkerThatWasKilledEndsWhenThatOneLapses() {
    RedisHandlerRegistry killed = process("w1", Duration.ofMillis(500));
    RedisHandlerRegistry next = process("w2", Duration.ofSeconds(1));
    killed.register(List.of(offer(1))).await();
    killed.close().await();

    next.register(List.of(offer("echo", 1, Duration.ofSeconds(15)))).await();

    assertThat(live(next)).isEqualTo(1);
  }

  @Test
  void aHigherVersionTakesOverAndTheOlderWorkerKnows() {
    RedisHandlerRegistry old = process("w1", LONG);
    RedisHandlerRegistry young = process("w2", LONG);
    old.register(List.of(offer(1))).await();
    assertThat(old.isSuperseded(offer(1).declaration())).isFalse();

    young.register(List.of(offer("echo", 2, Duration.ofSeconds(15)))).await();

    Await.until("heard", () -> old.isSuperseded(offer(1).declaration()));
    assertThat(young.isSuperseded(offer(2).declaration())).isFalse();
    HandlerView view = old.find("echo").await().orElseThrow();
    assertThat(view.version()).isEqualTo(2);
    assertThat(view.liveWorkers()).isEqualTo(1);

    young.unregister().await();
    Await.until("back", () -> !old.isSuperseded(offer(1).declaration()));
  }

  @Test
  void afterAnOutageInWhichNobodyCouldBeatTheHandlersThatWereLiveStayForAWhile() {
    RedisHandlerRegistry worker = process("w1", LONG);
    RedisHandlerRegistry elsewhere = process("p2", LONG);
    worker.register(List.of(offer(1))).await();
    Await.until("heard", () -> live(elsewhere) == 1);
    gateways.getFirst().close().await();
    RedisGateway gateway = gateways.getLast();

    REDIS.kill();
    Await.until("the outage is noticed", () -> !gateway.connected());
    Throwable away = catchThrowable(() -> elsewhere.find("nothing").await());
    REDIS.restart();
    Await.until("Redis is back", gateway::connected);
    var _ = gateway.command("DEL", Keys.WORKER.ofDeployment("w1")).await();

    assertThat(away).isInstanceOf(ProblemException.class);
    assertThat(elsewhere.find("nothing").await()).isEmpty();
    assertThat(elsewhere.find("echo").await()).isPresent();
  }

  @Test
  void aWorkerThatRedisForgotAnnouncesItselfAgain() {
    RedisHandlerRegistry worker = process("w1", Duration.ofMillis(300));
    worker.register(List.of(offer(1))).await();

    REDIS.flush();

    String entries = Keys.HANDLERS.ofDeployment();
    Await.until("again", () -> gateways.getFirst().command("HLEN", entries).await().number() == 1);
    Await.until("known", () -> live(worker) == 1);
  }
}
