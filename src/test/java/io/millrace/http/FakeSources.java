package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.schedule.MissedRuns;
import io.millrace.schedule.Schedule;
import io.millrace.source.Source;
import io.millrace.source.Source.Counts;
import io.millrace.source.Source.Plan;
import io.millrace.source.Sources;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/** Sources in memory; the test says which task syncs one. */
final class FakeSources implements Sources {
  private static final Instant NOW = Instant.ofEpochMilli(1_795_257_000_000L);

  private final Map<String, Source> sources = new ConcurrentSkipListMap<>();

  /** Lets {@code task} sync the source. */
  void run(String id, String task) {
    sources.computeIfPresent(
        id,
        (_, old) ->
            new Source(
                id,
                old.owner(),
                old.plan(),
                old.schedule(),
                Optional.of(task),
                Optional.of(
                    new Source.Sync(
                        task, NOW, Optional.empty(), Counts.NONE, Optional.of("It broke off."))),
                NOW,
                NOW));
  }

  private static Source source(String id, Scope owner, Plan plan, Optional<Times> times) {
    return new Source(
        id,
        owner,
        plan,
        times.map(t -> schedule(owner, t)),
        Optional.empty(),
        Optional.empty(),
        NOW,
        NOW);
  }

  private static Schedule schedule(Scope owner, Times times) {
    var plan =
        new Schedule.Plan(
            "Sync",
            times.cron(),
            times.timeZone(),
            "sync",
            Payload.EMPTY,
            Priority.LOW,
            new MissedRuns(MissedRuns.Policy.ONCE, 1));
    return new Schedule(
        "a".repeat(32),
        owner,
        plan,
        false,
        NOW,
        NOW,
        Optional.of(NOW),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public Future<List<Source>> list(Scope asker) {
    return Future.succeededFuture(List.copyOf(sources.values()));
  }

  @Override
  public Future<Source> create(Scope owner, Plan plan, Optional<Times> times) {
    String id = "%032x".formatted(sources.size() + 1);
    sources.put(id, source(id, owner, plan, times));
    return get(owner, id);
  }

  @Override
  public Future<Source> get(Scope asker, String id) {
    return sources.containsKey(id) ? Future.succeededFuture(sources.get(id)) : missing();
  }

  @Override
  public Future<Source> update(Scope asker, String id, Plan plan, Optional<Times> times) {
    sources.put(id, source(id, asker, plan, times));
    return get(asker, id);
  }

  @Override
  public Future<Void> delete(Scope asker, String id) {
    return sources.remove(id) == null ? missing() : Future.succeededFuture();
  }

  @Override
  public Future<Claim> claim(
      Scope asker, String id, String task, Function<String, Future<Boolean>> lives) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> release(String id, String task, Counts counts, Optional<String> error) {
    throw new UnsupportedOperationException();
  }

  private static <T> Future<T> missing() {
    return Future.failedFuture(
        new ProblemException(new Problem.NotFound("There is no such source.")));
  }
}
