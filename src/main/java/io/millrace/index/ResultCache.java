package io.millrace.index;

import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers of the last minutes, for who asks the same again. The question holds the asker's scope,
 * so nobody gets another's answer. An answer is gone when something changed where it was looked
 * for, when it is too old, and when there is no room: the longest unused first. For any thread.
 */
final class ResultCache {
  /** How long an answer may be repeated. */
  static final Duration TTL = Duration.ofMinutes(5);

  /** About how much memory answers take at most. */
  static final long BYTES_MAX = 32L << 20;

  private static final long HIT_BYTES = 1_000;
  private static final int CHARACTER_BYTES = 2;

  private final InstantSource clock;
  private final long bytesMax;
  private final Map<SearchPassages, Kept> answers = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  ResultCache(InstantSource clock, long bytesMax) {
    this.clock = clock;
    this.bytesMax = bytesMax;
  }

  private record Kept(Hits hits, Object version, Instant until, long bytes) {}

  /** The answer to {@code asked} as what it rests on is at {@code version}. */
  synchronized Optional<Hits> get(SearchPassages asked, Object version) {
    Kept kept = answers.get(asked);
    if (kept == null) {
      return Optional.empty();
    }
    if (!kept.version.equals(version) || !clock.instant().isBefore(kept.until)) {
      drop(asked);
      return Optional.empty();
    }
    return Optional.of(kept.hits);
  }

  /** Keeps an answer that was found at {@code version}. */
  synchronized void put(SearchPassages asked, Object version, Hits hits) {
    long size = size(asked, hits);
    drop(asked);
    if (size > bytesMax) {
      return;
    }
    answers.put(asked, new Kept(hits, version, clock.instant().plus(TTL), size));
    bytes += size;
    Iterator<Kept> eldest = answers.values().iterator();
    while (bytes > bytesMax && eldest.hasNext()) {
      bytes -= eldest.next().bytes;
      eldest.remove();
    }
  }

  private void drop(SearchPassages asked) {
    Kept gone = answers.remove(asked);
    bytes -= gone == null ? 0 : gone.bytes;
  }

  /** About how many bytes the answers take. */
  synchronized long bytes() {
    return bytes;
  }

  private static long size(SearchPassages asked, Hits hits) {
    long characters = asked.query().length();
    for (Hit hit : hits.hits()) {
      characters += hit.text().length() + hit.heading().length() + hit.documentTitle().length();
    }
    return HIT_BYTES * (1 + hits.hits().size()) + CHARACTER_BYTES * characters;
  }
}
