package io.millrace.index;

import io.millrace.changelog.ChangeLog;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * A change log that remembers what it told one reader, so that it can be said afterwards whether
 * the reader went past anything that it was not told, because it was committed later.
 */
final class Told implements ChangeLog {
  private final ChangeLog log;
  private final List<Pass> passes = new ArrayList<>();

  Told(ChangeLog log) {
    this.log = log;
  }

  /** Where the reader stood, and what it was told then. */
  private record Pass(long from, List<Change> told) {}

  @Override
  public Future<Position> head() {
    return log.head();
  }

  @Override
  public Future<Long> oldest() {
    return log.oldest();
  }

  @Override
  public Future<List<Change>> after(long n, int limit) {
    return log.after(n, limit)
        .onSuccess(changes -> {
          synchronized (passes) {
            passes.add(new Pass(n, changes));
          }
        });
  }

  @Override
  public Watch watch(Runnable onNews) {
    return log.watch(onNews);
  }

  /** Where the reader stood at last. */
  void endedAt(long n) {
    synchronized (passes) {
      passes.add(new Pass(n, List.of()));
    }
  }

  int passes() {
    synchronized (passes) {
      return passes.size();
    }
  }

  /** Entries of {@code all} that the reader stepped over between two passes. */
  List<String> passedUnseen(List<Change> all) {
    var unseen = new ArrayList<String>();
    synchronized (passes) {
      for (int i = 0; i + 1 < passes.size(); i++) {
        Pass pass = passes.get(i);
        long to = passes.get(i + 1).from();
        all.stream()
            .filter(change -> change.n() > pass.from() && change.n() <= to)
            .filter(change -> !pass.told().contains(change))
            .forEach(change -> unseen.add("from %d to %d: %s".formatted(pass.from(), to, change)));
      }
    }
    return unseen;
  }
}
