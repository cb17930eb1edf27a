package io.millrace.index;

import io.millrace.changelog.ChangeLog;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A change log in memory. */
final class MemoryChangeLog implements ChangeLog {
  private final List<Change> kept = new ArrayList<>();
  private final List<Runnable> watchers = new ArrayList<>();
  private String epoch = UUID.randomUUID().toString();
  private long n;
  private boolean down;

  void changed(Kind kind, String id) {
    changed(kind, id, "default");
  }

  synchronized void changed(Kind kind, String id, String tenant) {
    n++;
    kept.add(new Change(n, kind, id, tenant));
    List.copyOf(watchers).forEach(Runnable::run);
  }

  /** Drops all entries, as time does. */
  synchronized void trim() {
    kept.clear();
  }

  /** Becomes the log of another database that stands at the same number. */
  synchronized void anotherDatabase() {
    epoch = UUID.randomUUID().toString();
  }

  synchronized void down(boolean isDown) {
    down = isDown;
  }

  @Override
  public synchronized Future<Position> head() {
    return answer(new Position(epoch, n));
  }

  @Override
  public synchronized Future<Long> oldest() {
    return answer(kept.isEmpty() ? n + 1 : kept.getFirst().n());
  }

  @Override
  public synchronized Future<List<Change>> after(long after, int limit) {
    return answer(kept.stream().filter(change -> change.n() > after).limit(limit).toList());
  }

  private <T> Future<T> answer(T value) {
    return down ? Future.failedFuture("the database is away") : Future.succeededFuture(value);
  }

  @Override
  public synchronized Watch watch(Runnable onNews) {
    watchers.add(onNews);
    return () -> watchers.remove(onNews);
  }
}
