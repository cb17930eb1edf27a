package io.millrace.chaos;

import java.time.Duration;

/**
 * What a run of the harness is asked to do.
 *
 * @param layout which processes there are
 * @param seed decides every draw: faults, their order and length, tasks, hang-ups of readers
 * @param length how long faults go on, at least
 * @param workers how many worker processes
 * @param servers how many HTTP processes
 * @param perSecond how many tasks are submitted each second, at most
 * @param killsMin how many workers are killed, at least
 * @param redisKillsMin how often Redis is killed, at least
 * @param crash what Redis may lose when it is killed
 */
record Options(
    Layout layout,
    long seed,
    Duration length,
    int workers,
    int servers,
    int perSecond,
    int killsMin,
    int redisKillsMin,
    RedisCrash crash) {
  static final String USAGE =
      """
      Usage: ./millrace chaos [options]

        --minutes N        how long faults go on, at least (10)
        --seed N           repeats the draws of an earlier run (a new seed each time)
        --workers N        worker processes (3)
        --servers N        HTTP processes (2)
        --rate N           tasks submitted each second, at most (150)
        --kills N          workers killed, at least (0)
        --redis-kills N    kills of Redis, at least (0)
        --redis-crash HOW  written: after what it acknowledged is in its file (the default);
                           abrupt: at any moment, also while it waits for an fsync
        --only-kills       nothing is struck but a worker every 10 to 20 s: how long until its
                           tasks run again
        --one-process      one process with all roles and its own engines, killed again and again
                           while at least 100 tasks run and 100 wait
      """;

  private static final Duration SHORT_RUN = Duration.ofMinutes(1);
  private static final int SHORT_SLEEP_MS_MAX = 2_000;
  private static final int SLEEP_MS_MAX = 8_000;

  /** Which processes there are, and what they are asked to do. */
  enum Layout {
    /** Several processes that share a Redis and a PostgreSQL. */
    CLUSTER(12, 0, 3_000),
    /** The same, and nothing is struck but workers, one at a time and now and then. */
    KILLS(12, 0, 3_000),
    /** One process with all roles and its own engines. */
    ONE_PROCESS(80, 100, 400);

    private final int sleepersPercent;
    private final int busyMin;

    private final int liveMax;

    Layout(int sleepersPercent, int busyMin, int liveMax) {
      this.sleepersPercent = sleepersPercent;
      this.busyMin = busyMin;
      this.liveMax = liveMax;
    }

    /** How many tasks must run, and wait, at the moment of a worker's kill. */
    int busyMin() {
      return busyMin;
    }

    /** How many tasks live at most before submits pause. */
    int liveMax() {
      return liveMax;
    }
  }

  /** At which moment Redis is killed. */
  enum RedisCrash {
    /** What was acknowledged is in the append-only file. */
    WRITTEN,
    /** While an fsync is under way, Redis keeps up to two seconds of writes in its memory. */
    ABRUPT
  }

  /** What is done in {@code layout} unless something else is asked for. */
  static Options of(Layout layout, long seed) {
    return new Options(layout, seed, Duration.ofMinutes(10), 3, 2, 150, 0, 0, RedisCrash.WRITTEN);
  }

  /**
   * Reads the arguments of {@code main}.
   *
   * @throws IllegalArgumentException for an argument it does not know
   */
  static Options parse(String... args) {
    Options options = of(Layout.CLUSTER, System.nanoTime());
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--one-process")) {
        options = options.oneProcess();
      } else if (args[i].equals("--only-kills")) {
        options = options.onlyKills();
      } else if (i + 1 < args.length) {
        options = options.with(args[i], args[++i]);
      } else {
        throw new IllegalArgumentException(args[i] + " is unknown or lacks its value");
      }
    }
    return options;
  }

  private Options with(String option, String value) {
    return switch (option) {
      case "--minutes" -> lasting(Duration.ofMillis((long) (Double.parseDouble(value) * 60_000)));
      case "--seed" -> seeded(Long.parseLong(value));
      case "--workers" -> sized(Integer.parseInt(value), servers);
      case "--servers" -> sized(workers, Integer.parseInt(value));
      case "--rate" -> paced(Integer.parseInt(value));
      case "--kills" -> atLeast(Integer.parseInt(value), redisKillsMin);
      case "--redis-kills" -> atLeast(killsMin, Integer.parseInt(value));
      case "--redis-crash" ->
          crashing(RedisCrash.valueOf(value.toUpperCase(java.util.Locale.ROOT)));
      default -> throw new IllegalArgumentException(option + " is unknown");
    };
  }

  /** Whether this is the small form, which is to be over soon. */
  boolean isShort() {
    return length.compareTo(SHORT_RUN) < 0;
  }

  /** How much of the work takes long: in a long run longer than any lease. */
  Work.Mix mix() {
    return new Work.Mix(layout.sleepersPercent, isShort() ? SHORT_SLEEP_MS_MAX : SLEEP_MS_MAX);
  }

  private Options oneProcess() {
    return new Options(
        Layout.ONE_PROCESS, seed, length, 1, 1, perSecond, killsMin, 0, RedisCrash.WRITTEN);
  }

  private Options onlyKills() {
    return new Options(
        Layout.KILLS, seed, length, workers, servers, perSecond, killsMin, 0, RedisCrash.WRITTEN);
  }

  Options seeded(long other) {
    return new Options(
        layout, other, length, workers, servers, perSecond, killsMin, redisKillsMin, crash);
  }

  Options lasting(Duration other) {
    return new Options(
        layout, seed, other, workers, servers, perSecond, killsMin, redisKillsMin, crash);
  }

  Options sized(int someWorkers, int someServers) {
    return new Options(
        layout, seed, length, someWorkers, someServers, perSecond, killsMin, redisKillsMin, crash);
  }

  Options paced(int other) {
    return new Options(
        layout, seed, length, workers, servers, other, killsMin, redisKillsMin, crash);
  }

  Options atLeast(int kills, int redisKills) {
    return new Options(layout, seed, length, workers, servers, perSecond, kills, redisKills, crash);
  }

  private Options crashing(RedisCrash other) {
    return new Options(
        layout, seed, length, workers, servers, perSecond, killsMin, redisKillsMin, other);
  }
}
