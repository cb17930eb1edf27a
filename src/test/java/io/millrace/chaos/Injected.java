package io.millrace.chaos;

import io.millrace.chaos.Ledger.Held;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every fault that was injected, and what it hit. Moments are by Redis's clock. */
final class Injected {
  private final Map<Faults.Kind, Integer> counts = new EnumMap<>(Faults.Kind.class);
  private final Map<String, Integer> crashes = new HashMap<>();
  private final List<Kill> kills = new ArrayList<>();
  private final List<Trouble> troubles = new ArrayList<>();
  private final List<Long> cutsMs = new ArrayList<>();
  private final List<Long> redisBackMs = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /** A task ran at a worker when that was killed. */
  record Kill(String task, long atMs, long leaseMs) {}

  /** A span in which more than a worker was in trouble. */
  record Trouble(long fromMs, long toMs) {}

  synchronized void count(Faults.Kind kind) {
    counts.merge(kind, 1, Integer::sum);
  }

  synchronized int of(Faults.Kind kind) {
    return counts.getOrDefault(kind, 0);
  }

  /** How many kinds have happened. */
  synchronized int kinds() {
    return counts.size();
  }

  /** These tasks may lose their worker once. */
  synchronized void crashed(Collection<Held> held) {
    held.forEach(one -> crashes.merge(one.task(), 1, Integer::sum));
  }

  /** As {@link #crashed}, because their worker was killed. */
  synchronized void killed(Collection<Held> held, long atMs) {
    crashed(held);
    held.forEach(one -> kills.add(new Kill(one.task(), atMs, one.leaseMs())));
  }

  synchronized void trouble(long fromMs, long toMs) {
    troubles.add(new Trouble(fromMs, toMs));
  }

  /** Answers on their way at this moment may be lost. */
  synchronized void cut(long atMs) {
    cutsMs.add(atMs);
  }

  synchronized void redisBack(long atMs) {
    redisBackMs.add(atMs);
  }

  synchronized void remark(String remark) {
    remarks.add(remark);
  }

  synchronized Map<Faults.Kind, Integer> counts() {
    return new EnumMap<>(counts);
  }

  synchronized Map<String, Integer> crashes() {
    return Map.copyOf(crashes);
  }

  synchronized List<Kill> kills() {
    return List.copyOf(kills);
  }

  synchronized List<Trouble> troubles() {
    return List.copyOf(troubles);
  }

  synchronized List<Long> cutsMs() {
    return List.copyOf(cutsMs);
  }

  synchronized List<Long> redisBackMs() {
    return List.copyOf(redisBackMs);
  }

  synchronized List<String> remarks() {
    return List.copyOf(remarks);
  }
}
