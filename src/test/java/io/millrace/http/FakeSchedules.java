package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.schedule.Schedule;
import io.millrace.schedule.Schedule.Plan;
import io.millrace.schedule.Schedule.Run;
import io.millrace.schedule.Schedules;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Schedules in memory, at one moment that never passes. */
final class FakeSchedules implements Schedules {
  static final Instant NOW = Instant.parse("2026-03-28T12:00:00Z");

  private final Map<String, Schedule> kept = new TreeMap<>();
  private final Map<String, List<Run>> runs = new TreeMap<>();
  private Optional<Problem> broken = Optional.empty();

  /** From now on every call fails like this. */
  synchronized void breakWith(Problem problem) {
    broken = Optional.of(problem);
  }

  /** Gives a schedule to another tenant. */
  synchronized void giveAway(String id) {
    Schedule mine = kept.get(id);
    var other = new Scope("other", mine.owner().project(), mine.owner().user());
    kept.put(id, schedule(id, other, mine.plan(), mine.paused()));
  }

  private static Schedule schedule(String id, Scope owner, Plan plan, boolean paused) {
    return new Schedule(
        id,
        owner,
        plan,
        paused,
        NOW,
        NOW,
        paused ? Optional.empty() : plan.times().next(NOW),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private <T> Future<T> answer(T value) {
    return broken
        .map(problem -> Future.<T>failedFuture(new ProblemException(problem)))
        .orElseGet(() -> Future.succeededFuture(value));
  }

  @Override
  public synchronized Future<Page> list(Scope asker, Optional<String> cursor, int limit) {
    List<Schedule> mine =
        kept.values().stream().filter(one -> asker.maySee(one.owner())).toList().reversed();
    boolean cut = cursor.isEmpty() && mine.size() > limit;
    List<Schedule> page = cut ? mine.subList(0, limit) : mine;
    return answer(
        new Page(
            page, cut ? Optional.of("1795257000000." + page.getLast().id()) : Optional.empty()));
  }

  @Override
  public synchronized Future<Schedule> create(Scope owner, Plan plan) {
    if (kept.values().stream().anyMatch(one -> one.plan().name().equals(plan.name()))) {
      return Future.failedFuture(new ProblemException(new Problem.Conflict("It is taken.")));
    }
    String id = HexFormat.of().toHexDigits(kept.size()).repeat(4);
    kept.put(id, schedule(id, owner, plan, false));
    return answer(kept.get(id));
  }

  @Override
  public synchronized Future<Schedule> get(Scope asker, String id) {
    return Optional.ofNullable(kept.get(id))
        .filter(one -> asker.maySee(one.owner()))
        .map(this::answer)
        .orElseGet(() ->
            Future.failedFuture(new ProblemException(new Problem.NotFound("There is none."))));
  }

  @Override
  public synchronized Future<Schedule> update(Scope asker, String id, String project, Plan plan) {
    return get(asker, id)
        .map(before -> {
          var owner = new Scope(before.owner().tenant(), project, before.owner().user());
          kept.put(id, schedule(id, owner, plan, before.paused()));
          return kept.get(id);
        });
  }

  @Override
  public synchronized Future<Void> delete(Scope asker, String id) {
    return get(asker, id)
        .map(before -> {
          var _ = kept.remove(id);
          return null;
        });
  }

  @Override
  public synchronized Future<Schedule> pause(Scope asker, String id, boolean paused) {
    return get(asker, id)
        .map(before -> {
          kept.put(id, schedule(id, before.owner(), before.plan(), paused));
          return kept.get(id);
        });
  }

  @Override
  public synchronized Future<Void> ran(Scope asker, String id, TaskId task) {
    runs.computeIfAbsent(id, _ -> new ArrayList<>()).add(new Run(task, Optional.empty(), NOW));
    return answer(null);
  }

  @Override
  public synchronized Future<List<Run>> runs(Scope asker, String id) {
    return answer(List.copyOf(runs.getOrDefault(id, List.of())));
  }
}
