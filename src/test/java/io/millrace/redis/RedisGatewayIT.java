package io.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.LocalRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The door to Redis holds in a draught. */
final class RedisGatewayIT {
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final RedisLimits LIMITS = limits(Duration.ofSeconds(20));

  private Vertx vertx;
  private RedisGateway gateway;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    gateway = await(RedisGateway.connect(vertx, REDIS.uri(), LIMITS));
  }

  private static RedisLimits limits(Duration command) {
    return new RedisLimits(
        Duration.ofSeconds(20), command, Duration.ofMillis(20), Duration.ofMillis(200), 64, 10_000);
  }

  @AfterEach
  void close() {
    await(gateway.close());
    await(gateway.close());
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer in time", e);
    }
  }

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
  }

  private static void assertUnavailable(Throwable thrown) {
    assertThat(thrown).isInstanceOf(ProblemException.class);
    assertThat(((ProblemException) thrown).problem())
        .isInstanceOfSatisfying(
            Problem.Unavailable.class,
            problem -> assertThat(problem.dependency()).isEqualTo("redis"));
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() {
    Throwable thrown =
        catchThrowable(
            () -> await(RedisGateway.connect(vertx, "unix:///tmp/no-such-redis.sock", LIMITS)));

    assertUnavailable(thrown);
  }

  @Test
  void manyMoreCommandsThanTheWindowAreAllAnsweredInOrder() {
    var answers = new ArrayList<Future<Reply>>();
    for (int i = 0; i < 5_000; i++) {
      answers.add(gateway.command("ECHO", "" + i));
    }

    for (int i = 0; i < 5_000; i++) {
      assertThat(await(answers.get(i)).text()).isEqualTo("" + i);
    }
  }

  @Test
  void moreCommandsThanMayWaitFailAtOnce() {
    var answers = new ArrayList<Future<Reply>>();
    Promise<Void> asked = Promise.promise();
    gateway.execute(() -> {
      for (int i = 0; i < 10_100; i++) {
        answers.add(gateway.command("ECHO", "" + i));
      }
      asked.complete();
    });
    await(asked.future());

    assertThat(answers.getLast().failed()).isTrue();
    assertUnavailable(answers.getLast().cause());
    assertThat(await(answers.getFirst()).text()).isEqualTo("0");
  }

  @Test
  void whileRedisIsAwayCommandsFailAtOnceAndGoOnAfterwards() {
    REDIS.kill();
    until(() -> !gateway.connected());
    Throwable away = catchThrowable(() -> await(gateway.command("PING")));
    REDIS.restart();
    until(gateway::connected);

    assertUnavailable(away);
    assertThat(await(gateway.command("PING")).text()).isEqualTo("PONG");
  }

  @Test
  void aSilentConnectionIsDroppedAndOpenedAnew() {
    var impatient = await(RedisGateway.connect(vertx, REDIS.uri(), limits(Duration.ofMillis(200))));
    var _ = await(gateway.command("CLIENT", "PAUSE", "60000", "WRITE"));
    try {
      Throwable silent = catchThrowable(() -> await(impatient.command("SET", "k", "v")));
      until(impatient::connected);

      assertUnavailable(silent);
      until(() -> impatient.command("PING").map(Reply::text).otherwise("").await().equals("PONG"));
    } finally {
      var _ = await(gateway.command("CLIENT", "UNPAUSE"));
    }
  }

  @Test
  void aRefusedCommandIsADefectAndHarmsNoOther() {
    var _ = await(gateway.command("SET", "text", "x"));
    Future<Reply> bad = gateway.command("LPUSH", "text", "y");
    Future<Reply> good = gateway.command("GET", "text");

    assertThat(catchThrowable(() -> await(bad)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("LPUSH")
        .hasMessageContaining("WRONGTYPE");
    assertThat(await(good).text()).isEqualTo("x");
  }

  @Test
  void aFutureCompletesOnTheContextOfItsCaller() {
    Context caller = vertx.getOrCreateContext();
    Promise<Context> completedOn = Promise.promise();
    caller.runOnContext(_ -> {
      var _ = gateway.command("PING").onComplete(_ -> completedOn.complete(Vertx.currentContext()));
    });

    assertThat(await(completedOn.future())).isEqualTo(caller);
  }

  @Test
  void hintsAreHeardByAllListenersAndAfterAReconnectionToo() {
    var heard = new CopyOnWriteArrayList<String>();
    var ready = new AtomicInteger();
    RedisGateway.Subscription one =
        gateway.subscribe("{c}:news", heard::add, ready::incrementAndGet);
    RedisGateway.Subscription two =
        gateway.subscribe("{c}:news", heard::add, ready::incrementAndGet);
    until(() -> ready.get() >= 2);
    var _ = await(gateway.publish("{c}:news", "a"));
    until(() -> heard.size() == 2);
    one.close();
    REDIS.kill();
    until(() -> !gateway.connected());
    int killed = ready.get();
    REDIS.restart();
    until(() -> ready.get() > killed);
    var _ = await(gateway.publish("{c}:news", "b"));
    until(() -> heard.size() == 3);
    two.close();

    assertThat(List.copyOf(heard)).containsExactly("a", "a", "b");
  }

  @Test
  void aListenerThatThrowsHarmsNoOther() {
    var heard = new CopyOnWriteArrayList<String>();
    var ready = new AtomicInteger();
    try (RedisGateway.Subscription _ =
            gateway.subscribe(
                "{c}:news",
                _ -> {
                  throw new IllegalStateException("on purpose");
                },
                ready::incrementAndGet);
        RedisGateway.Subscription _ =
            gateway.subscribe("{c}:news", heard::add, ready::incrementAndGet)) {
      until(() -> ready.get() >= 2);
      var _ = await(gateway.publish("{c}:news", "a"));
      until(() -> heard.size() == 1);
    }
    assertThat(heard).containsExactly("a");
  }

  @Test
  void streamsOfSmallAndLargeEntriesDoNotBreakTheServer() {
    var random = new Random(5);
    for (int stream = 0; stream < 600; stream++) {
      var added = new ArrayList<Future<Reply>>();
      for (int i = 0; i < 30; i++) {
        String data = "x".repeat(random.nextInt(random.nextBoolean() ? 200 : 1_500));
        added.add(gateway.command("XADD", "log:" + stream, "*", "type", "t", "data", data));
      }
      var _ = await(Future.all(added));
      assertThat(await(gateway.command("XRANGE", "log:" + stream, "-", "+")).size()).isEqualTo(30);
    }
  }

  @Test
  void aPingSaysHowLongItTook() {
    assertThat(await(gateway.ping())).isPositive();
  }
}
