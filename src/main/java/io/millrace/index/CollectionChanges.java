package io.millrace.index;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When something in a collection last changed, as searches see it: an answer holds as long as
 * nothing changed where it was looked for. Moments are numbers that rise with every change. They
 * are noted when a change can be seen, so an answer under a moment is never older than it. For any
 * thread.
 */
final class CollectionChanges {
  /** Beyond so many collections of a tenant all is forgotten, and so taken to have changed. */
  private static final int COLLECTIONS_MAX = 10_000;

  private final AtomicLong moments = new AtomicLong();
  private final Map<String, Map<String, Long>> byTenant = new ConcurrentHashMap<>();
  private volatile long everything;

  /** A collection; of all projects of the tenant that have one of this name. */
  record Place(String tenant, String collection) {}

  /** Something in {@code places} changed, and can be seen. */
  void changed(Collection<Place> places) {
    for (Place place : places) {
      Map<String, Long> collections =
          byTenant.computeIfAbsent(place.tenant(), _ -> new ConcurrentHashMap<>());
      collections.put(place.collection(), moments.incrementAndGet());
      if (collections.size() > COLLECTIONS_MAX) {
        everythingChanged();
      }
    }
  }

  /** Anything may be another one than before. */
  void everythingChanged() {
    everything = moments.incrementAndGet();
    byTenant.clear();
  }

  /** The moment of the last change where {@code asked} looks. */
  long last(SearchPassages asked) {
    long last = everything;
    Map<String, Long> collections = byTenant.getOrDefault(asked.asker().tenant(), Map.of());
    if (asked.collections().isEmpty()) {
      for (long moment : collections.values()) {
        last = Math.max(last, moment);
      }
    } else {
      for (String collection : asked.collections()) {
        last = Math.max(last, collections.getOrDefault(collection, 0L));
      }
    }
    return last;
  }
}
