package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class ClosingTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Closing closing = new Closing();
  private final List<String> closed = new ArrayList<>();

  @Test
  void closesTheLastFirstAndOnce() {
    opened("engine");
    opened("server");

    closing.closeAll();
    closing.closeAll();

    assertThat(closed).containsExactly("server", "engine");
  }

  @Test
  void whatFailsToCloseKeepsNothingElseOpen() {
    opened("engine");
    opened(
        "of a jar that was overwritten",
        () -> {
          throw new NoClassDefFoundError("io/millrace/NotReadYet");
        });
    opened(
        "faulty",
        () -> {
          throw new IllegalStateException("on purpose");
        });
    opened("refusing", () -> Future.failedFuture("on purpose"));

    closing.closeAll();

    assertThat(closed).containsExactly("engine");
  }

  @Test
  void whatNeverClosesKeepsNothingElseOpen() {
    opened("engine");
    closing.add("hanging", Duration.ofMillis(1), () -> Promise.promise().future());

    closing.closeAll();

    assertThat(closed).containsExactly("engine");
  }

  @Test
  void whatIsOpenedDuringAStopIsClosedToo() {
    closing.breakOff();

    assertThatThrownBy(() -> opened("late")).isInstanceOf(CancellationException.class);
    closing.closeAll();

    assertThat(closed).containsExactly("late");
  }

  private void opened(String name) {
    opened(
        name,
        () -> {
          closed.add(name);
          return Future.succeededFuture();
        });
  }

  private void opened(String name, Supplier<Future<?>> close) {
    closing.add(name, LONG, close);
  }
}
