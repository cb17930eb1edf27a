package io.millrace.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.handler.RetryPolicy.Jitter;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {
  private static final Duration CAP = Duration.ofSeconds(5);

  @Test
  void withoutJitterDelaysDoubleExactlyUpToTheCap() {
    RetryPolicy policy = new RetryPolicy(9, Duration.ofSeconds(1), 2, CAP, Jitter.NONE);

    assertThat(IntStream.rangeClosed(1, 5).mapToObj(made -> policy.delayAfter(made, new Random(1))))
        .extracting(Duration::toMillis)
        .containsExactly(1000L, 2000L, 4000L, 5000L, 5000L);
  }

  @Test
  void withFullJitterDelaysLieBetweenNothingAndTheExactDelay() {
    RetryPolicy policy = new RetryPolicy(99, Duration.ofSeconds(1), 2, CAP, Jitter.FULL);
    Random random = new Random(7);

    assertThat(IntStream.range(0, 500).mapToLong(_ -> policy.delayAfter(2, random).toMillis()))
        .allMatch(delay -> delay >= 0 && delay <= 2000)
        .anyMatch(delay -> delay < 500)
        .anyMatch(delay -> delay > 1500);
  }

  @Test
  void theFirstRunCountsAsAnAttempt() {
    RetryPolicy policy = new RetryPolicy(3, Duration.ZERO, 1, CAP, Jitter.NONE);

    assertThat(policy.allowsAfter(2)).isTrue();
    assertThat(policy.allowsAfter(3)).isFalse();
  }
}
