package io.millrace.chaos;

import io.millrace.chaos.Ledger.Held;
import io.millrace.chaos.Ledger.Load;
import io.millrace.chaos.Options.Layout;
import io.millrace.chaos.Options.RedisCrash;
import io.millrace.testing.Await;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Injects faults, one after the other. Their kinds are dealt from a shuffled deck, so a run has
 * them in fixed shares; what they strike and how long they last is drawn. Processes come back in
 * the background, beside the next faults.
 */
final class Faults {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Faults begin when so many tasks run. */
  private static final int RUNNING_MIN = 20;

  private static final int CLOCK_BACK_MS_MAX = 3_000;
  private static final int CLOCK_AHEAD_MS_MAX = 8_000;

  private final Options options;
  private final Fleet fleet;
  private final Ledger ledger;
  private final Injected injected;
  private final PrintStream out;
  private final Random random;
  private final Deque<Kind> deck = new ArrayDeque<>();
  private final List<Thread> background = new ArrayList<>();
  private long offsetMs;

  /** What can happen, and how often among all. */
  enum Kind {
    /** SIGKILL of a worker. */
    WORKER_KILL(6),
    /** SIGSTOP of a worker for longer than its leases, then SIGCONT: a zombie. */
    WORKER_FREEZE(2),
    /** SIGTERM of a worker, as in a rolling restart. */
    WORKER_STOP(1),
    /** SIGKILL of Redis, which is away for a while. */
    REDIS_KILL(3),
    /** The same, and a worker is killed while Redis is away. */
    REDIS_AND_WORKER_KILL(1),
    /** SIGSTOP of Redis, then SIGCONT: connections stay, nobody answers. */
    REDIS_STALL(1),
    /** All connections to Redis are cut. */
    CONNECTIONS_CUT(2),
    /** The queue's clock steps, ahead or back. */
    CLOCK_STEP(2),
    /** SIGKILL of PostgreSQL, which is away for a while. */
    POSTGRES_KILL(1),
    /** A restart of PostgreSQL in order. */
    POSTGRES_STOP(1),
    /** SIGKILL of the process that archives. */
    ARCHIVE_KILL(1),
    /** SIGKILL of an HTTP process. */
    SERVER_KILL(1),
    /** All dead letters are run again. */
    REDRIVE(1);

    private final int cards;

    Kind(int cards) {
      this.cards = cards;
    }
  }

  Faults(Options options, Fleet fleet, Ledger ledger, Injected injected, PrintStream out) {
    this.options = options;
    this.fleet = fleet;
    this.ledger = ledger;
    this.injected = injected;
    this.out = out;
    this.random = new Random(options.seed());
  }

  /** Goes on until the time is over, each kind has happened, and kills were as many as asked. */
  void run() {
    Await.until("some load", PATIENCE, () -> ledger.load().running() >= RUNNING_MIN);
    long from = System.nanoTime();
    while (System.nanoTime() - from < options.length().toNanos() || !isEnough()) {
      park(pause());
      Kind kind = deal();
      Load load = ledger.load();
      inject(kind);
      injected.count(kind);
      out.printf(
          "%4d s  %-22s %5d live, %3d running%n",
          (System.nanoTime() - from) / 1_000_000_000, kind, load.live(), load.running());
    }
    rest();
  }

  private int pause() {
    if (options.layout() == Layout.KILLS) {
      return drawn(10_000, 20_000);
    }
    return options.isShort() ? drawn(100, 600) : drawn(500, 4_000);
  }

  private boolean isEnough() {
    int kills = injected.of(Kind.WORKER_KILL) + injected.of(Kind.REDIS_AND_WORKER_KILL);
    int redisKills = injected.of(Kind.REDIS_KILL) + injected.of(Kind.REDIS_AND_WORKER_KILL);
    return kills >= options.killsMin()
        && redisKills >= options.redisKillsMin()
        && (options.layout() != Layout.CLUSTER || injected.kinds() == Kind.values().length);
  }

  /** The first deck has each kind once, so that a short run meets all of them. */
  private Kind deal() {
    if (options.layout() != Layout.CLUSTER) {
      return Kind.WORKER_KILL;
    }
    if (deck.isEmpty()) {
      boolean first = injected.kinds() == 0;
      List<Kind> cards = new ArrayList<>();
      for (Kind kind : Kind.values()) {
        cards.addAll(Collections.nCopies(first ? 1 : kind.cards, kind));
      }
      Collections.shuffle(cards, random);
      deck.addAll(cards);
    }
    return deck.pop();
  }

  private void inject(Kind kind) {
    switch (kind) {
      case WORKER_KILL -> killWorker();
      case WORKER_FREEZE -> freezeWorker();
      case WORKER_STOP -> stopWorker();
      case REDIS_KILL -> killRedis(() -> {});
      case REDIS_AND_WORKER_KILL -> killRedisAndWorker();
      case REDIS_STALL -> stallRedis();
      case CONNECTIONS_CUT -> cutConnections();
      case CLOCK_STEP -> shiftClock(drawn(-CLOCK_BACK_MS_MAX, CLOCK_AHEAD_MS_MAX));
      case POSTGRES_KILL -> restartPostgres(fleet.engines()::killPostgres);
      case POSTGRES_STOP -> restartPostgres(fleet.engines()::stopPostgres);
      case ARCHIVE_KILL -> killOther(fleet.archives());
      case SERVER_KILL -> killOther(fleet.servers());
      case REDRIVE -> redrive();
    }
  }

  /** A worker is held still for a moment, so that it is known what it runs when it dies. */
  private void killWorker() {
    Await.until("enough load", PATIENCE, this::isBusy);
    Member worker = takeAny(fleet.workers());
    List<Held> held = hold(worker);
    long at = ledger.nowMs();
    worker.kill();
    injected.killed(held, at);
    startLater(worker);
  }

  private boolean isBusy() {
    Load load = ledger.load();
    int min = options.layout().busyMin();
    return load.running() >= min && load.queued() >= min;
  }

  /** Holds a worker still; what it runs, and will until it is released or killed. */
  private List<Held> hold(Member worker) {
    worker.hold();
    String prefix = worker.workerPrefix();
    return ledger.running().stream().filter(held -> held.worker().startsWith(prefix)).toList();
  }

  private void freezeWorker() {
    Member worker = takeAny(fleet.workers());
    injected.crashed(hold(worker));
    Duration frozen = Work.LEASE_MAX.plusMillis(drawn(1_500, 4_000));
    inBackground(() -> {
      LockSupport.parkNanos(frozen.toNanos());
      worker.release();
      worker.giveBack();
    });
  }

  /** It is held still for a moment too: what it claims before it hears of its stop counts. */
  private void stopWorker() {
    Member worker = takeAny(fleet.workers());
    List<Held> held = hold(worker);
    worker.releaseIntoStop();
    inBackground(() -> {
      int code = worker.stop();
      if (worker.said("could not be handed back")) {
        injected.crashed(held); // Redis went away meanwhile, so its stop was one for them.
      }
      if (code != 0) {
        injected.remark("%s stopped with %d".formatted(worker.name(), code));
      }
      worker.start();
    });
  }

  private void killRedisAndWorker() {
    Member worker = takeAny(fleet.workers());
    injected.crashed(hold(worker));
    killRedis(() -> {
      worker.kill();
      startLater(worker);
    });
  }

  private void cutConnections() {
    injected.cut(ledger.nowMs());
    ledger.cutConnections();
  }

  private void killRedis(Runnable meanwhile) {
    long from = ledger.nowMs();
    injected.cut(from);
    if (options.crash() == RedisCrash.WRITTEN) {
      fleet.engines().killRedisOnceWritten();
    } else {
      fleet.engines().killRedis();
    }
    meanwhile.run();
    park(outage());
    fleet.engines().startRedis();
    ledger.awaitBack();
    long back = ledger.nowMs();
    injected.redisBack(back);
    injected.trouble(from, back);
  }

  private void stallRedis() {
    long from = ledger.nowMs();
    fleet.engines().stallRedis();
    park(outage());
    fleet.engines().resumeRedis();
    ledger.awaitBack();
    long back = ledger.nowMs();
    injected.trouble(from, back);
    // Who waited for too long has hung up: what Redis does now for them, they do not hear of.
    injected.cut(from);
    injected.cut(back);
  }

  /** Mostly short, now and then longer than any lease. */
  private int outage() {
    boolean brief = options.isShort() || random.nextInt(3) > 0;
    return brief ? drawn(50, 1_500) : drawn(1_500, 8_000);
  }

  /** A step ahead takes leases away: from those that ran and could not renew them all in time. */
  private void shiftClock(long newOffsetMs) {
    long ahead = newOffsetMs - offsetMs;
    long at = ledger.nowMs();
    List<Held> running = ledger.shiftClock(newOffsetMs);
    injected.crashed(running.stream().filter(held -> held.leaseMs() / 2 <= ahead).toList());
    injected.trouble(at, at + Math.abs(ahead) + 1_000);
    offsetMs = newOffsetMs;
  }

  private void restartPostgres(Runnable down) {
    down.run();
    park(outage());
    fleet.engines().startPostgres();
  }

  private void killOther(List<Member> members) {
    Member member = takeAny(members);
    member.kill();
    startLater(member);
  }

  private void redrive() {
    Optional<URI> uri = fleet.uri("/api/v1/dlq/retry");
    try (HttpClient http = HttpClient.newHttpClient()) {
      if (uri.isPresent()) {
        HttpRequest request =
            HttpRequest.newBuilder(uri.get())
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"filter\": {}}"))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        out.println("  redrive: " + answer.statusCode() + " " + answer.body());
        if (answer.statusCode() >= 400 && answer.statusCode() != 503) {
          injected.remark("a redrive was answered " + answer.body());
        }
      }
    } catch (IOException e) {
      out.println("  redrive: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Some member that is ready; where there are several, another one stays ready. */
  private Member takeAny(List<Member> members) {
    int stay = members.size() > 1 ? 1 : 0;
    Await.until(
        "a member to strike",
        PATIENCE,
        () -> members.stream().filter(Member::isReady).count() > stay);
    List<Member> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    return shuffled.stream()
        .filter(Member::take)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("nobody is ready of " + Arrays.asList(members)));
  }

  private void startLater(Member member) {
    int pause = drawn(0, 2_000);
    inBackground(() -> {
      LockSupport.parkNanos(Duration.ofMillis(pause).toNanos());
      member.start();
    });
  }

  private void inBackground(Runnable action) {
    background.add(
        Thread.ofVirtual()
            .start(() -> {
              try {
                action.run();
              } catch (RuntimeException | AssertionError e) {
                injected.remark("a fault did not end well: " + e);
              }
            }));
  }

  /** Sets the clock right and waits until everybody is back. */
  private void rest() {
    if (offsetMs != 0) {
      shiftClock(0);
    }
    for (Thread thread : background) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private int drawn(int min, int max) {
    return min + random.nextInt(max - min);
  }

  private static void park(int ms) {
    long until = System.nanoTime() + Duration.ofMillis(ms).toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }
}
