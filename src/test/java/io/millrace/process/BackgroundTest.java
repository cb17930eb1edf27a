package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Niceness;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class BackgroundTest {
  @Test
  void aThreadStandsBackAndSoDoThoseItStarts() throws Exception {
    long before = Niceness.ofThisThread();

    assertThat(
            onAThread(() -> {
              Background.join();
              return Niceness.ofThisThread();
            }))
        .isGreaterThan(before);
    assertThat(
            onAThread(() -> {
              Background.join();
              return onAThread(Niceness::ofThisThread);
            }))
        .isGreaterThan(before);
  }

  @Test
  void noOtherThreadDoes() throws Exception {
    long before = Niceness.ofThisThread();

    assertThat(
            onAThread(() -> {
              Background.join();
              return 0L;
            }))
        .isZero();

    assertThat(Niceness.ofThisThread()).isEqualTo(before);
    assertThat(onAThread(Niceness::ofThisThread)).isEqualTo(before);
  }

  @Test
  void aVirtualThreadMayNot() throws Exception {
    var asked = new FutureTask<Void>(Background::join, null);

    Thread.startVirtualThread(asked).join();

    assertThat(asked.exceptionNow()).isInstanceOf(IllegalStateException.class);
  }

  private static long onAThread(Callable<Long> work) throws Exception {
    var asked = new FutureTask<>(work);
    Thread _ = Thread.ofPlatform().start(asked);
    return asked.get();
  }
}
