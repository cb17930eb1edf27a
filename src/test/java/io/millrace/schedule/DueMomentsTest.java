package io.millrace.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schedule.MissedRuns.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a schedule does about moments that have passed. */
final class DueMomentsTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final CronTimes HOURLY = CronTimes.of("@hourly", "UTC");
  private static final CronTimes MINUTELY = CronTimes.of("* * * * *", "UTC");

  @ParameterizedTest
  @EnumSource
  void aMomentInTimeFiresWhateverThePolicy(Policy policy) {
    Instant now = NOON.plus(DueMoments.ON_TIME);

    DueMoments due = DueMoments.of(HOURLY, NOON, now, false, new MissedRuns(policy, 5));

    assertThat(due.fire()).containsExactly(NOON);
    assertThat(due.missed()).isZero();
    assertThat(due.next()).contains(NOON.plus(Duration.ofHours(1)));
  }

  @Test
  void aMomentALittleLaterIsMissedUnlessItWasTriedInTime() {
    Instant now = NOON.plus(DueMoments.ON_TIME).plusMillis(1);
    var skip = new MissedRuns(Policy.SKIP, 5);

    DueMoments missed = DueMoments.of(HOURLY, NOON, now, false, skip);
    DueMoments tried = DueMoments.of(HOURLY, NOON, now, true, skip);

    assertThat(missed.fire()).isEmpty();
    assertThat(missed.missed()).isEqualTo(1);
    assertThat(tried.fire()).containsExactly(NOON);
  }

  @Test
  void theNextMomentTakesThePlaceOfOneThatWasTriedInVain() {
    Instant next = NOON.plus(Duration.ofHours(1));

    DueMoments due =
        DueMoments.of(HOURLY, NOON, next.plusSeconds(5), true, new MissedRuns(Policy.SKIP, 1));

    assertThat(due.fire()).containsExactly(next);
    assertThat(due.missed()).isEqualTo(1);
  }

  @Test
  void theLastOnesAreMadeUpForAlsoAfterAYear() {
    Instant now = NOON.plus(Duration.ofDays(365)).plusSeconds(59);

    DueMoments due = DueMoments.of(MINUTELY, NOON, now, false, new MissedRuns(Policy.ALL, 100));

    List<Instant> fire = due.fire();
    assertThat(fire).hasSize(100).isSorted();
    assertThat(fire.getLast()).isEqualTo(now.minusSeconds(59));
    assertThat(fire.getFirst()).isEqualTo(now.minusSeconds(59).minus(Duration.ofMinutes(99)));
    assertThat(due.missed()).as("some are not even counted").isBetween(10_000, 30_000);
    assertThat(due.next()).contains(now.plusSeconds(1));
  }
}
