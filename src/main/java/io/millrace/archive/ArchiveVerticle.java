package io.millrace.archive;

import io.millrace.loop.LoopVerticle;
import io.millrace.observe.Meters;
import io.millrace.problem.ProblemException;
import io.millrace.queue.FinishedTasks;
import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.settings.ArchiveSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries finished rounds from Redis to PostgreSQL: takes a batch, stores it in one transaction and
 * only then lets Redis forget it. Whatever goes wrong in between is done again. Any number of
 * processes may do it at once. To be deployed on a virtual thread.
 */
public final class ArchiveVerticle extends LoopVerticle {
  private static final Logger LOGGER = LoggerFactory.getLogger(ArchiveVerticle.class);
  private static final Duration BACK_OFF_FIRST = Duration.ofMillis(100);
  private static final Duration BACK_OFF_MAX = Duration.ofSeconds(5);
  private static final Duration TRIM_INTERVAL = Duration.ofHours(1);
  private static final int EXPIRED_AT_ONCE = 1_000;
  private static final Duration FLUSH_MAX = Duration.ofSeconds(10);

  private final FinishedTasks finished;
  private final PostgresArchive archive;
  private final ArchiveSettings settings;
  private final InstantSource clock;
  private final Meters meters;
  private final AtomicLong backlog = new AtomicLong();
  private Duration backOff = BACK_OFF_FIRST;
  private long nextTrimNanos;

  /** Archives what {@code finished} holds; what is too old goes by {@code clock}. */
  public ArchiveVerticle(
      FinishedTasks finished,
      PostgresArchive archive,
      ArchiveSettings settings,
      InstantSource clock,
      Meters meters) {
    this.finished = finished;
    this.archive = archive;
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
  }

  @Override
  public void start() {
    meters.gauge("millrace_archive_backlog", backlog::get);
    meters.count("millrace_archive_failures_total", 0);
    meters.count("millrace_archive_refused_total", 0);
    nextTrimNanos = System.nanoTime();
    super.start();
  }

  @Override
  protected Duration turn() {
    try {
      int archived = archiveBatch();
      if (backOff.compareTo(BACK_OFF_FIRST) > 0) {
        LOGGER.info("Archiving goes on");
        backOff = BACK_OFF_FIRST;
      }
      trimNowAndThen();
      return archived < settings.batch() ? settings.interval() : Duration.ZERO;
    } catch (Exception e) {
      // An await throws the failure itself, checked ones included; this loop never ends by one.
      failed(e, backOff);
      Duration pause = backOff;
      Duration longer = backOff.multipliedBy(2);
      backOff = longer.compareTo(BACK_OFF_MAX) < 0 ? longer : BACK_OFF_MAX;
      return pause;
    }
  }

  /** Archives what is finished by now, within a bound; what is left waits safely in Redis. */
  @Override
  protected void end() {
    long deadline = System.nanoTime() + FLUSH_MAX.toNanos();
    try {
      while (System.nanoTime() < deadline && archiveBatch() > 0) {
        LOGGER.debug("Flushed a batch");
      }
    } catch (Exception e) {
      LOGGER.warn("Finished tasks that are not archived stay in Redis: {}", e.getMessage());
    }
  }

  /** Answers how many rounds left Redis. */
  private int archiveBatch() {
    List<FinishedRound> rounds = finished.take(settings.batch()).await();
    if (rounds.isEmpty()) {
      backlog.set(0);
      return 0;
    }
    long began = System.nanoTime();
    List<FinishedRound> stored = store(rounds);
    if (!stored.isEmpty()) {
      Void _ = finished.release(stored).await();
    }
    meters.count("millrace_archive_tasks_total", stored.size());
    meters.record("millrace_archive_batch_seconds", Duration.ofNanos(System.nanoTime() - began));
    backlog.set(finished.backlog().await());
    return stored.size();
  }

  private void trimNowAndThen() {
    if (System.nanoTime() - nextTrimNanos >= 0) {
      Void _ = archive.trimChanges().await();
      settings.ttl().ifPresent(this::expire);
      nextTrimNanos = System.nanoTime() + TRIM_INTERVAL.toNanos();
    }
  }

  private void expire(Duration ttl) {
    Instant before = clock.instant().minus(ttl);
    int all = 0;
    int gone;
    do {
      gone = archive.expire(before, EXPIRED_AT_ONCE).await();
      all += gone;
    } while (gone == EXPIRED_AT_ONCE && !stopping());
    if (all > 0) {
      LOGGER
          .atInfo()
          .addKeyValue("tasks", all)
          .addKeyValue("before", before)
          .log("Tasks that ended longer ago than archive.ttl are deleted");
      meters.count("millrace_archive_expired_total", all);
    }
  }

  /** What was stored: all, or all but those that the database refuses for what they hold. */
  private List<FinishedRound> store(List<FinishedRound> rounds) {
    try {
      Void _ = archive.store(rounds).await();
      return rounds;
    } catch (ProblemException databaseAway) {
      throw databaseAway;
    } catch (RuntimeException refused) {
      if (rounds.size() == 1) {
        meters.count("millrace_archive_refused_total");
        LOGGER
            .atError()
            .setCause(refused)
            .addKeyValue("task", rounds.getFirst().task().id())
            .log("a finished task cannot be archived; it stays in Redis");
        return List.of();
      }
      int half = rounds.size() / 2;
      return Stream.of(rounds.subList(0, half), rounds.subList(half, rounds.size()))
          .flatMap(some -> store(some).stream())
          .toList();
    }
  }

  private void failed(Exception e, Duration backOff) {
    meters.count("millrace_archive_failures_total");
    if (!(e instanceof ProblemException)) {
      LOGGER.error("Archiving failed; the next try comes in {} ms", backOff.toMillis(), e);
    } else if (backOff.equals(BACK_OFF_FIRST)) {
      LOGGER.warn("Archiving stands still and tries again: {}", e.getMessage());
    } else {
      LOGGER.debug("Archiving waits {} ms more: {}", backOff.toMillis(), e.getMessage());
    }
  }
}
