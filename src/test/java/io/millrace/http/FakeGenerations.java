package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.document.Generation;
import io.millrace.document.Generation.State;
import io.millrace.document.Generations;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Generations in memory over two documents, of which the second fails in each but the first. */
final class FakeGenerations implements Generations {
  private static final Instant BEGAN = Instant.parse("2026-11-21T10:00:00Z");

  private final Map<Long, Generation> all = new ConcurrentSkipListMap<>();

  FakeGenerations() {
    var _ = put(1, "house-model", State.LIVE, false);
  }

  private Generation put(long id, String model, State state, boolean switches) {
    var made =
        new Generation(
            id, model, 4, state, switches, false, Optional.empty(), BEGAN, Optional.of(BEGAN));
    all.put(id, made);
    return made;
  }

  @Override
  public Future<Generation> ensure(Optional<String> model) {
    return live();
  }

  @Override
  public Future<Generation> live() {
    return Future.succeededFuture(
        all.values().stream().filter(one -> one.state() == State.LIVE).findFirst().orElseThrow());
  }

  @Override
  public Future<List<Generation>> all() {
    return Future.succeededFuture(List.copyOf(all.values()));
  }

  @Override
  public Future<List<Counted>> counted() {
    return Future.succeededFuture(all.values().stream().map(FakeGenerations::count).toList());
  }

  private static Counted count(Generation one) {
    return one.id() == 1 ? new Counted(one, 2, 2, 0) : new Counted(one, 2, 1, 1);
  }

  @Override
  public Future<Counted> get(long id) {
    return all.containsKey(id)
        ? Future.succeededFuture(count(all.get(id)))
        : Future.failedFuture(new ProblemException(new Problem.NotFound("no such generation")));
  }

  @Override
  public Future<Generation> begin(Optional<String> model, boolean switchWhenComplete) {
    return all.values().stream().anyMatch(one -> one.state() == State.BUILDING)
        ? conflict("one is being built")
        : Future.succeededFuture(
            put(all.size() + 1L, model.orElse(""), State.BUILDING, switchWhenComplete));
  }

  @Override
  public Future<Generation> switchTo(long id, boolean incomplete) {
    return get(id)
        .compose(found -> {
          if (found.failed() > 0 && !incomplete) {
            return conflict("1 failed");
          }
          return live()
              .map(before -> {
                var _ = put(before.id(), before.model(), State.PREVIOUS, false);
                return put(id, found.generation().model(), State.LIVE, false);
              });
        });
  }

  @Override
  public Future<Integer> retry(long id) {
    return get(id).map(found -> (int) found.failed());
  }

  @Override
  public Future<Void> drop(long id) {
    return get(id)
        .compose(found ->
            found.generation().state() == State.LIVE
                ? conflict("it is live")
                : Future.succeededFuture(all.remove(id)).mapEmpty());
  }

  @Override
  public Future<List<Failure>> failures(Scope asker, long id, int limit) {
    return Future.succeededFuture(
        id == 1
            ? List.of()
            : List.of(new Failure("d2", "bad.md", "manual", Optional.empty(), "It chokes.")));
  }

  private static <T> Future<T> conflict(String detail) {
    return Future.failedFuture(new ProblemException(new Problem.Conflict(detail)));
  }
}
