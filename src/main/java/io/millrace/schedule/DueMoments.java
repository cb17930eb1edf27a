package io.millrace.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a schedule that is due has to do now.
 *
 * @param fire the moments to fire for, the oldest first
 * @param missed how many moments passed that get no task of their own
 * @param next the first moment that is still to come
 */
record DueMoments(List<Instant> fire, int missed, Optional<Instant> next) {
  /** A moment that is seen later than this was missed. */
  static final Duration ON_TIME = Duration.ofSeconds(30);

  /** When more moments than this have passed, those older than {@link #REMEMBERED} are skipped. */
  private static final int LOOKED_AT_MAX = 10_000;

  private static final Duration REMEMBERED = Duration.ofDays(7);

  /**
   * Looks from {@code first}, the oldest moment that was not dealt with.
   *
   * @param tried whether {@code first} was seen in time, but its task refused
   */
  static DueMoments of(
      CronTimes times, Instant first, Instant now, boolean tried, MissedRuns policy) {
    Deque<Instant> passed = new ArrayDeque<>();
    int count = 0;
    Optional<Instant> next = Optional.of(first);
    while (next.isPresent() && !next.get().isAfter(now)) {
      count++;
      passed.addLast(next.get());
      if (passed.size() > MissedRuns.MAX) {
        passed.removeFirst();
      }
      Instant longAgo = now.minus(REMEMBERED);
      boolean skips = count == LOOKED_AT_MAX && next.get().isBefore(longAgo);
      next = times.next(skips ? longAgo : next.get());
    }
    List<Instant> fire = choose(List.copyOf(passed), first, now, tried, policy);
    return new DueMoments(fire, count - fire.size(), next);
  }

  private static List<Instant> choose(
      List<Instant> passed, Instant first, Instant now, boolean tried, MissedRuns policy) {
    if (passed.isEmpty()) {
      return List.of();
    }
    Instant last = passed.getLast();
    boolean onTime = !last.plus(ON_TIME).isBefore(now) || (tried && last.equals(first));
    var fire = new ArrayList<>(policy.choose(passed));
    if (fire.isEmpty() && onTime) {
      fire.add(last);
    }
    return List.copyOf(fire);
  }
}
