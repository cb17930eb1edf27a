package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PumpTest {
  private static final Pause FOREVER = new Pause(3_600_000, true);
  private static final Pause SAT_OUT = new Pause(3_600_000, false);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void newsEndsAPauseEarly() throws InterruptedException {
    Pump pump = pump(step("step", FOREVER));
    pump.start().await();
    assertThat(next()).isEqualTo("step");

    pump.wake();

    assertThat(next()).isEqualTo("step");
    pump.stop(PATIENCE).await();
  }

  @Test
  void newsDuringAStepMeansOneMore() throws InterruptedException {
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var steps = new AtomicInteger();
    Pump pump =
        pump(() -> {
          entered.countDown();
          awaited(leave);
          seen.add("step " + steps.incrementAndGet());
          return FOREVER;
        });
    var started = pump.start();
    awaited(entered);

    pump.wake();
    leave.countDown();
    started.await();

    assertThat(next()).isEqualTo("step 1");
    assertThat(next()).isEqualTo("step 2");
    pump.stop(PATIENCE).await();
  }

  @Test
  void aPauseAfterAFailureIsSatOut() throws InterruptedException {
    Pump pump = pump(step("failed", SAT_OUT));
    pump.start().await();
    assertThat(next()).isEqualTo("failed");

    pump.wake();
    pump.stop(PATIENCE).await();

    assertThat(next()).isEqualTo("closed");
  }

  @Test
  void stoppingLetsTheStepInProgressEndAndTwiceIsFine() throws InterruptedException {
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    Pump pump =
        pump(() -> {
          entered.countDown();
          awaited(leave);
          seen.add("step");
          return FOREVER;
        });
    var started = pump.start();
    awaited(entered);

    var stopped = pump.stop(PATIENCE);
    var again = pump.stop(PATIENCE);
    leave.countDown();
    stopped.await();
    again.await();

    assertThat(started.isComplete()).isTrue();
    assertThat(seen).containsExactly("step", "closed");
  }

  @Test
  void stoppingBeforeTheStartCloses() throws InterruptedException {
    pump(step("step", FOREVER)).stop(PATIENCE).await();

    assertThat(next()).isEqualTo("closed");
  }

  private Pump pump(Supplier<Pause> step) {
    return new Pump(vertx, "pump-test", step, () -> seen.add("closed"));
  }

  private Supplier<Pause> step(String name, Pause pause) {
    return () -> {
      seen.add(name);
      return pause;
    };
  }

  private String next() throws InterruptedException {
    String next = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return next == null ? "nothing in " + PATIENCE : next;
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
