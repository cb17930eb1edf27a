package io.millrace.observe;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The health of what this process depends on, each by name. Looking never wakes or loads a thing.
 */
public final class HealthChecks {
  private static final Duration LOOK_MAX = Duration.ofSeconds(2);

  private final Map<String, Check> checks = new ConcurrentHashMap<>();

  /** One look at one dependency. */
  private record Check(boolean needed, Supplier<Future<Health>> look) {}

  /** What a look found; {@code detail} is for the operator. */
  public record Health(boolean up, String detail) {
    /** It works. */
    public static Health up(String detail) {
      return new Health(true, detail);
    }

    /** It does not. */
    public static Health down(String detail) {
      return new Health(false, detail);
    }
  }

  /**
   * All looks together.
   *
   * @param ready whether every needed dependency is up
   */
  public record Report(boolean ready, Map<String, Health> checks) {}

  /** Adds a dependency without which this process cannot serve. */
  public void need(String name, Supplier<Future<Health>> look) {
    checks.put(name, new Check(true, look));
  }

  /** Adds a dependency whose absence is shown but does not make this process unready. */
  public void show(String name, Supplier<Future<Health>> look) {
    checks.put(name, new Check(false, look));
  }

  /** Forgets a dependency. */
  public void forget(String name) {
    checks.remove(name);
  }

  /** Looks at everything at once; never fails, and what does not answer in time is down. */
  public Future<Report> look() {
    Map<String, Health> found = new ConcurrentHashMap<>();
    List<Future<?>> looks = new ArrayList<>();
    checks.forEach(
        (name, check) -> looks.add(look(check).onSuccess(health -> found.put(name, health))));
    return Future.join(looks)
        .map(all -> new Report(ready(found), new TreeMap<>(found)))
        .otherwise(failure -> new Report(false, new TreeMap<>(found)));
  }

  private boolean ready(Map<String, Health> found) {
    return checks.entrySet().stream()
        .filter(entry -> entry.getValue().needed())
        .allMatch(entry -> {
          Health health = found.get(entry.getKey());
          return health != null && health.up();
        });
  }

  private static Future<Health> look(Check check) {
    Future<Health> look;
    try {
      look = check.look().get();
    } catch (RuntimeException e) {
      look = Future.failedFuture(e);
    }
    return look.timeout(LOOK_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(failure -> Health.down(String.valueOf(failure.getMessage())));
  }
}
