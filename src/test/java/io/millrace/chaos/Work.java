package io.millrace.chaos;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What is asked for under a number: the same for the same seed.
 *
 * @param request the body of a submit
 * @param ends how it may end: a status, with the type of its error after a colon
 * @param cancelAfter when it is asked to stop, once it is accepted
 * @param followed whether a reader follows its events
 */
record Work(
    JsonObject request, Set<String> ends, Optional<Duration> cancelAfter, boolean followed) {
  /** Handlers with a short and with a longer lease; runs of {@code slow} outlive both. */
  static final String HANDLERS =
      """
      handlers:
        quick:
          type: echo
          concurrency: 64
          lease: 3s
          timeout: 1m
          retry: { attempts: 3, first: 200ms, factor: 2, cap: 2s }
        slow:
          type: echo
          concurrency: %d
          lease: 6s
          timeout: 1m
          retry: { attempts: 3, first: 200ms, factor: 2, cap: 2s }
        job:
          type: job
          concurrency: 16
          lease: 3s
          timeout: 1m
      """;

  /** How many of a hundred tasks sleep, and for how long at most. */
  record Mix(int sleepersPercent, int sleepMsMax) {}

  static final Duration LEASE_MAX = Duration.ofSeconds(6);

  private static final Set<String> SUCCEEDED = Set.of("succeeded");
  private static final int FOLLOWED_ONE_IN = 40;
  private static final int JOB_ONE_IN = 150;
  private static final int CHILDREN_MAX = 8;

  /**
   * The work of {@code number}.
   *
   * @param mix how much of it takes long
   */
  static Work of(long seed, int number, Mix mix) {
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom").create(seed ^ (number * 0x9E3779B97F4A7C15L));
    JsonObject input = new JsonObject().put("text", "task " + number);
    JsonObject request = new JsonObject().put("handler", "quick").put("input", input);
    int urgency = random.nextInt(10);
    if (urgency < 4) {
      request.put("priority", urgency < 2 ? "high" : "low");
    }
    boolean followed = random.nextInt(FOLLOWED_ONE_IN) == 0;
    if (random.nextInt(JOB_ONE_IN) == 0) {
      return job(number, mix, random, followed);
    }
    if (random.nextInt(100) < mix.sleepersPercent()) {
      return sleeper(request, mix.sleepMsMax(), random, followed);
    }
    return brief(request, random, followed);
  }

  /** A task with children, some of which may fail; cancelled now and then with all of them. */
  private static Work job(int number, Mix mix, RandomGenerator random, boolean followed) {
    var children = new JsonArray();
    for (int i = 1 + random.nextInt(CHILDREN_MAX); i > 0; i--) {
      JsonObject input = new JsonObject().put("text", "child %d of %d".formatted(i, number));
      JsonObject child = new JsonObject().put("handler", "quick").put("input", input);
      int kind = random.nextInt(20);
      if (kind < 4) {
        child.put("handler", "slow");
        input.put("sleep", random.nextInt(mix.sleepMsMax()) + "ms");
      } else if (kind == 4) {
        input.put("fail", "permanent");
      }
      children.add(child);
    }
    boolean cancelled = random.nextInt(5) == 0;
    return new Work(
        new JsonObject()
            .put("handler", "job")
            .put("input", new JsonObject().put("tasks", children)),
        Set.of("succeeded", "failed:incomplete", "cancelled"),
        cancelled ? Optional.of(Duration.ofMillis(random.nextInt(2_000))) : Optional.empty(),
        followed);
  }

  private static Work sleeper(
      JsonObject request, int sleepMsMax, RandomGenerator random, boolean followed) {
    request.put("handler", "slow");
    request
        .getJsonObject("input")
        .put("sleep", 300 + random.nextInt(sleepMsMax) + "ms")
        .put("progress", random.nextInt(6));
    if (random.nextInt(4) > 0) {
      return new Work(request, SUCCEEDED, Optional.empty(), followed);
    }
    return new Work(
        request,
        Set.of("succeeded", "cancelled"),
        Optional.of(Duration.ofMillis(random.nextInt(4_000))),
        followed);
  }

  private static Work brief(JsonObject request, RandomGenerator random, boolean followed) {
    JsonObject input = request.getJsonObject("input");
    int kind = random.nextInt(100);
    Set<String> ends = SUCCEEDED;
    if (kind < 10) {
      input.put("sleep", 20 + random.nextInt(400) + "ms").put("progress", 1 + random.nextInt(3));
    } else if (kind < 14) {
      input.put("fail", "permanent");
      ends = Set.of("failed:conflict");
    } else if (kind < 18) {
      input.put("fail", "retryable").put("failures", 1);
    } else if (kind < 20) {
      input.put("fail", "retryable");
      ends = Set.of("dead:unavailable");
    } else if (kind < 25) {
      request.put("delay", 100 + random.nextInt(5_000) + "ms");
    }
    return new Work(request, ends, Optional.empty(), followed);
  }
}
