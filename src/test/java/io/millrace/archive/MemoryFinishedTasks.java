package io.millrace.archive;

import io.millrace.queue.FinishedTasks;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ended rounds in a map, handed out until they are released; releasing can be made to fail. */
final class MemoryFinishedTasks implements FinishedTasks {
  private final Map<String, FinishedRound> rounds = new LinkedHashMap<>();
  private int failingReleases;

  synchronized void add(FinishedRound round) {
    rounds.put(round.entry(), round);
  }

  synchronized void failReleases(int times) {
    failingReleases = times;
  }

  synchronized int size() {
    return rounds.size();
  }

  @Override
  public synchronized Future<List<FinishedRound>> take(int max) {
    return Future.succeededFuture(rounds.values().stream().limit(max).toList());
  }

  @Override
  public synchronized Future<Void> release(List<FinishedRound> released) {
    if (failingReleases > 0) {
      failingReleases--;
      return Future.failedFuture(new IllegalStateException("planted: the process died here"));
    }
    released.forEach(round -> rounds.remove(round.entry()));
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Long> backlog() {
    return Future.succeededFuture((long) rounds.size());
  }
}
