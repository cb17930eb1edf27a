package io.millrace.dispatch;

import io.millrace.handler.ActiveHandler;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Claims;
import io.millrace.queue.TaskQueue.Demand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * How many slots of each handler are taken, and of which more may wait. Counting is safe for many
 * threads; the rest belongs to the one that claims.
 *
 * <p>Tasks that ran when their worker was lost get few slots from the second loss on: then an
 * eighth of them, after the third a single one. A task that kills its worker is so found out
 * without taking all others with it again and again.
 */
final class Slots {
  /** How many tasks of a handler one claim takes at most, so that no call is long. */
  static final int CLAIM_MAX = 256;

  private static final int TWICE_LOST_SHARE = 8;

  private final Map<String, Busy> busy = new ConcurrentHashMap<>();
  private final Set<String> drained = new HashSet<>();

  /** Handlers whose next task needs more slots than are free. Guards {@code ended} too. */
  private final Set<String> blocked = new HashSet<>();

  private long ended;
  private long endedAtDemand;

  private record Busy(AtomicInteger all, AtomicInteger twiceLost, AtomicInteger thriceLost) {
    Busy() {
      this(new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
    }

    void add(int slots, int losses, int count) {
      all.addAndGet(slots * count);
      switch (losses) {
        case 0, 1 -> {}
        case 2 -> twiceLost.addAndGet(count);
        default -> thriceLost.addAndGet(count);
      }
    }
  }

  /** What to claim now, over handlers that have free slots and may have work. */
  List<Demand> demand(Collection<ActiveHandler> handlers, Predicate<HandlerDeclaration> mayClaim) {
    List<Demand> demand = new ArrayList<>();
    synchronized (blocked) {
      endedAtDemand = ended;
    }
    for (ActiveHandler active : handlers) {
      HandlerDeclaration handler = active.declaration();
      Busy now = of(handler.name());
      int free = Math.min(CLAIM_MAX, handler.concurrency() - now.all.get());
      boolean waits = drained.contains(handler.name()) || isBlocked(handler.name());
      if (free > 0 && !waits && mayClaim.test(handler)) {
        int twiceLostMax = Math.max(1, handler.concurrency() / TWICE_LOST_SHARE);
        demand.add(
            new Demand(
                handler.name(),
                free,
                Math.min(CLAIM_MAX, handler.concurrency()),
                free,
                Math.max(0, twiceLostMax - now.twiceLost.get()),
                Math.max(0, 1 - now.thriceLost.get()),
                handler.lease()));
      }
    }
    return demand;
  }

  /**
   * Notes which handlers gave less than was asked: they have nothing more for now, or nothing that
   * fits before a run has ended.
   */
  void claimed(List<Demand> demand, Claims claims) {
    for (Demand asked : demand) {
      int filled = 0;
      int started = 0;
      for (Claimed task : claims.tasks()) {
        if (task.task().handler().equals(asked.handler())) {
          filled += Math.min(task.cost(), asked.capacity());
          started++;
        }
      }
      if (claims.blocked().contains(asked.handler())) {
        block(asked.handler());
      } else if (filled < asked.slots() && started < asked.starts()) {
        drained.add(asked.handler());
      }
    }
  }

  /** What ended since the demand may have made the room that was missing. */
  private void block(String handler) {
    synchronized (blocked) {
      if (ended == endedAtDemand) {
        blocked.add(handler);
      }
    }
  }

  private boolean isBlocked(String handler) {
    synchronized (blocked) {
      return blocked.contains(handler);
    }
  }

  /** There may be work again. */
  void refill() {
    drained.clear();
    synchronized (blocked) {
      blocked.clear();
    }
  }

  /** Counts a run of a task that takes {@code slots} and lost its worker {@code losses} times. */
  void take(String handler, int slots, int losses) {
    of(handler).add(slots, losses, 1);
  }

  /** That run has ended. */
  void free(String handler, int slots, int losses) {
    of(handler).add(slots, losses, -1);
    synchronized (blocked) {
      ended++;
      blocked.remove(handler);
    }
  }

  int busy(String handler) {
    return of(handler).all.get();
  }

  private Busy of(String handler) {
    return busy.computeIfAbsent(handler, _ -> new Busy());
  }
}
