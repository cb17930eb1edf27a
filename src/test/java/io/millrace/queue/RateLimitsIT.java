package io.millrace.queue;

import static io.millrace.queue.LiveQueue.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.queue.RateLimits.Grant;
import io.millrace.queue.RateLimits.Rate;
import io.millrace.queue.RateLimits.Wanted;
import io.millrace.redis.Keys;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Buckets are long here, in minutes, so that the time a test takes does not matter. */
final class RateLimitsIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  private static final Duration INTERVAL = Duration.ofMinutes(10);
  private static final Rate RATE = new Rate(INTERVAL, 3);

  private RateLimits limits;
  private RateLimits ofAnotherProcess;

  @BeforeEach
  void open() {
    limits = new RedisRateLimits(LIVE.gateway());
    ofAnotherProcess = new RedisRateLimits(LIVE.gateway());
  }

  private static int take(RateLimits from, Rate rate, int wanted) {
    return answer(from, rate, wanted).starts();
  }

  private static Grant answer(RateLimits from, Rate rate, int wanted) {
    return await(from.take(List.of(new Wanted("echo", rate, wanted)))).getFirst();
  }

  private static void pass(Duration time) {
    var _ =
        await(LIVE.gateway().command("INCRBY", Keys.CLOCK.ofDeployment(), "" + time.toMillis()));
  }

  @Test
  void aBurstMayStartAtOnceAndThenOneEachIntervalInAllProcesses() {
    assertThat(take(limits, RATE, 2)).isEqualTo(2);
    assertThat(take(ofAnotherProcess, RATE, 2)).isEqualTo(1);
    assertThat(take(limits, RATE, 1)).isZero();

    pass(INTERVAL);
    assertThat(take(ofAnotherProcess, RATE, 5)).isEqualTo(1);
    assertThat(take(limits, RATE, 5)).isZero();

    pass(INTERVAL.multipliedBy(9));
    assertThat(take(limits, RATE, 5)).as("rest saves no more than a burst").isEqualTo(3);
  }

  @Test
  void whoMayNotStartLearnsWhenHeMay() {
    assertThat(answer(limits, RATE, 2).again()).isZero();
    assertThat(answer(limits, RATE, 1).again()).isBetween(Duration.ofMinutes(9), INTERVAL);

    pass(Duration.ofMinutes(4));
    assertThat(answer(limits, RATE, 1).again())
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
  }

  @Test
  void whatIsNotUsedIsGivenBack() {
    assertThat(take(limits, RATE, 3)).isEqualTo(3);
    assertThat(take(limits, RATE, -2)).isEqualTo(-2);

    assertThat(take(limits, RATE, 3)).isEqualTo(2);
  }

  @Test
  void aHandlerDeclaredFasterDoesNotWaitOutTheOldRate() {
    assertThat(take(limits, new Rate(Duration.ofDays(10), 3), 3)).isEqualTo(3);

    Grant faster = answer(limits, RATE, 1);
    assertThat(faster.starts()).isZero();
    assertThat(faster.again()).isLessThanOrEqualTo(INTERVAL);
  }

  @Test
  void handlersDoNotShareABucket() {
    assertThat(take(limits, RATE, 3)).isEqualTo(3);

    var grants = await(limits.take(List.of(new Wanted("a", RATE, 2), new Wanted("echo", RATE, 2))));
    assertThat(grants).extracting(Grant::starts).containsExactly(2, 0);
  }

  @Test
  void aRestedBucketIsForgotten() {
    assertThat(take(limits, new Rate(Duration.ofMillis(1), 2), 1)).isEqualTo(1);

    LiveQueue.until(() ->
        await(LIVE.gateway().command("EXISTS", Keys.RATE.ofDeployment("echo"))).number() == 0);
  }
}
