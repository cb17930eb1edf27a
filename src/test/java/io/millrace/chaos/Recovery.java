package io.millrace.chaos;

import io.millrace.chaos.Injected.Kill;
import io.millrace.chaos.Observations.Event;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * How long it took until work went on, in ms, out of the times that event ids carry; each list is
 * sorted.
 *
 * @param handedOn from a worker's kill until each task that it ran was queued again
 * @param running from a worker's kill until each such task ran again
 * @param runningCalm the same, where neither Redis nor the clock was in trouble meanwhile
 * @param beyondLease of these, what the lease of the task does not account for
 * @param redis from Redis being back until the first claim
 */
record Recovery(
    List<Long> handedOn,
    List<Long> running,
    List<Long> runningCalm,
    List<Long> beyondLease,
    List<Long> redis) {
  /** Works it out. */
  static Recovery of(Injected injected, Map<String, List<Event>> logs) {
    List<Long> handedOn = new ArrayList<>();
    List<Long> running = new ArrayList<>();
    List<Long> calm = new ArrayList<>();
    List<Long> beyond = new ArrayList<>();
    for (Kill kill : injected.kills()) {
      List<Event> after =
          logs.getOrDefault(kill.task(), List.of()).stream()
              .filter(event -> event.isStatus() && event.atMs() >= kill.atMs())
              .toList();
      // What ended just before its worker did was not recovered but done.
      if (after.isEmpty() || !isHandedOn(after.getFirst())) {
        continue;
      }
      handedOn.add(after.getFirst().atMs() - kill.atMs());
      for (Event event : after) {
        if (is(event, "running")) {
          running.add(event.atMs() - kill.atMs());
          if (isCalm(injected, kill.atMs(), event.atMs())) {
            calm.add(event.atMs() - kill.atMs());
            beyond.add(event.atMs() - kill.atMs() - kill.leaseMs());
          }
          break;
        }
      }
    }
    return new Recovery(
        sorted(handedOn),
        sorted(running),
        sorted(calm),
        sorted(beyond),
        firstClaims(injected, logs));
  }

  private static boolean isHandedOn(Event event) {
    return event.data().contains("worker_lost") && is(event, "queued");
  }

  private static boolean is(Event event, String status) {
    return new JsonObject(event.data()).getString("status").equals(status);
  }

  private static boolean isCalm(Injected injected, long from, long to) {
    return injected.troubles().stream()
        .noneMatch(trouble -> trouble.fromMs() <= to && trouble.toMs() >= from);
  }

  private static List<Long> firstClaims(Injected injected, Map<String, List<Event>> logs) {
    NavigableSet<Long> claims = new TreeSet<>();
    logs.values()
        .forEach(log ->
            log.stream()
                .filter(event -> event.isStatus() && event.data().contains("\"attempt\":"))
                .forEach(event -> claims.add(event.atMs())));
    List<Long> waits = new ArrayList<>();
    for (long back : injected.redisBackMs()) {
      Long first = claims.ceiling(back);
      if (first != null) {
        waits.add(first - back);
      }
    }
    return sorted(waits);
  }

  private static List<Long> sorted(List<Long> values) {
    return values.stream().sorted().toList();
  }

  /** Half, 99 of 100 and all of {@code sorted} stay below these, in words. */
  static String words(List<Long> sorted) {
    return sorted.isEmpty()
        ? "never"
        : "p50 %d, p99 %d, max %d ms, of %d"
            .formatted(at(sorted, 0.5), at(sorted, 0.99), sorted.getLast(), sorted.size());
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }
}
