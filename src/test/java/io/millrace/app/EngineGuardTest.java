package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.process.Engine;
import io.millrace.process.EngineException;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EngineGuardTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void pausesGrowWithTheCrashesUpToABound() {
    assertThat(EngineGuard.pause(1)).isEqualTo(Duration.ofMillis(250));
    assertThat(EngineGuard.pause(3)).isEqualTo(Duration.ofSeconds(1));
    assertThat(EngineGuard.pause(1000)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void anEngineThatCannotComeBackIsDownAndTriedAgainUntilItDoes() throws Exception {
    FlakyEngine engine = new FlakyEngine(2);
    EngineGuard guard = new EngineGuard(vertx, engine);
    guard.start().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(guard.health().up()).isTrue();

    engine.crash();

    assertThat(engine.refused.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(engine.back.await(20, TimeUnit.SECONDS)).isTrue();
    guard.stop().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(guard.health().up()).isTrue();
    assertThat(engine.alive()).isFalse();
  }

  /** Refuses to start for some times after its crash. */
  private static final class FlakyEngine implements Engine {
    final CountDownLatch refused;
    final CountDownLatch back = new CountDownLatch(1);
    private final AtomicInteger starts = new AtomicInteger();
    private volatile boolean alive;

    FlakyEngine(int refusals) {
      refused = new CountDownLatch(refusals);
    }

    void crash() {
      alive = false;
    }

    @Override
    public String name() {
      return "flaky";
    }

    @Override
    public void start() {
      if (starts.getAndIncrement() > 0 && refused.getCount() > 0) {
        refused.countDown();
        throw new EngineException("not yet");
      }
      alive = true;
      if (starts.get() > 1) {
        back.countDown();
      }
    }

    @Override
    public boolean alive() {
      return alive;
    }

    @Override
    public void stop() {
      alive = false;
    }

    @Override
    public String uri() {
      return "flaky:";
    }

    @Override
    public Path socket() {
      return Path.of("flaky.sock");
    }
  }
}
