package io.millrace.dispatch;

import io.millrace.handler.ActiveHandler;
import io.millrace.handler.HandlerDeclaration;
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
 * How many tasks of each handler run, and of which more may wait. Counting is safe for many
 * threads; the rest belongs to the one that claims.
 */
final class Slots {
  /** How many tasks of a handler one claim takes at most, so that no call is long. */
  static final int CLAIM_MAX = 256;

  private final Map<String, AtomicInteger> busy = new ConcurrentHashMap<>();
  private final Set<String> drained = new HashSet<>();

  /** What to claim now, over handlers that have free slots and may have work. */
  List<Demand> demand(Collection<ActiveHandler> handlers, Predicate<HandlerDeclaration> mayClaim) {
    List<Demand> demand = new ArrayList<>();
    for (ActiveHandler active : handlers) {
      HandlerDeclaration handler = active.declaration();
      int free = Math.min(CLAIM_MAX, handler.concurrency() - busy(handler.name()));
      if (free > 0 && !drained.contains(handler.name()) && mayClaim.test(handler)) {
        demand.add(new Demand(handler.name(), free, handler.lease()));
      }
    }
    return demand;
  }

  /** Notes which handlers gave less than was asked: they have nothing more for now. */
  void claimed(List<Demand> demand, Map<String, Integer> got) {
    for (Demand asked : demand) {
      if (got.getOrDefault(asked.handler(), 0) < asked.slots()) {
        drained.add(asked.handler());
      }
    }
  }

  /** There may be work again. */
  void refill() {
    drained.clear();
  }

  void take(String handler) {
    busy.computeIfAbsent(handler, _ -> new AtomicInteger()).incrementAndGet();
  }

  void free(String handler) {
    busy.computeIfAbsent(handler, _ -> new AtomicInteger()).decrementAndGet();
  }

  int busy(String handler) {
    AtomicInteger count = busy.get(handler);
    return count == null ? 0 : count.get();
  }
}
