package io.millrace.chaos;

import io.millrace.chaos.Observations.FeedReading;
import io.millrace.chaos.Observations.Reading;
import io.millrace.chaos.SseConnection.Frame;
import io.millrace.testing.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Readers of event streams: one for each followed task, and some of the feed. They hang up at
 * seeded moments, or are cut off by a fault, and go on at any server after the last event they saw.
 */
final class Readers implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int FEED_FRAMES_MAX = 4_000;

  private final Fleet fleet;
  private final long seed;
  private final Queue<Reading> readings = new ConcurrentLinkedQueue<>();
  private final List<FeedReader> feeds = new ArrayList<>();
  private final Queue<String> remarks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean stop;

  Readers(Fleet fleet, long seed) {
    this.fleet = fleet;
    this.seed = seed;
  }

  /** Begins to read the feed from its beginning, {@code count} times. */
  void readFeed(int count) {
    for (int i = 0; i < count; i++) {
      var reader = new FeedReader("feed-" + i, random("feed-" + i));
      feeds.add(reader);
      Thread.ofVirtual().start(reader::run);
    }
  }

  /** Begins to read the events of {@code task}. */
  void follow(String task) {
    open.incrementAndGet();
    Thread.ofVirtual()
        .start(() -> {
          try {
            readings.add(read(task, random(task)));
          } finally {
            open.decrementAndGet();
          }
        });
  }

  private RandomGenerator random(String of) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed ^ of.hashCode());
  }

  private Reading read(String task, RandomGenerator random) {
    List<String> ids = new ArrayList<>();
    while (!stop) {
      String last = ids.isEmpty() ? "" : ids.getLast();
      int hangUpAfter = random.nextInt(3) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(4);
      try (SseConnection stream = open("/api/v1/tasks/" + task + "/events", last)) {
        if (stream.status() == 404 || stream.status() == 204) {
          remarks.add(
              "the reader of %s was answered %d after \"%s\""
                  .formatted(task, stream.status(), last));
          break;
        }
        for (int seen = 0; seen < hangUpAfter; seen++) {
          Optional<Frame> frame = stream.next();
          if (frame.isEmpty()) {
            break;
          }
          if (frame.get().event().equals("task.snapshot")) {
            remarks.add("the reader of " + task + " got a snapshot");
          }
          frame.get().id().ifPresent(ids::add);
          if (new JsonObject(frame.get().data()).getBoolean("final", false)) {
            return new Reading(task, ids, true);
          }
        }
      } catch (IOException _) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    return new Reading(task, ids, false);
  }

  private SseConnection open(String path, String last) throws IOException {
    URI uri = fleet.uri(path).orElseThrow(() -> new IOException("no server"));
    connections.incrementAndGet();
    return SseConnection.open(uri, last);
  }

  /** Waits until every followed task was read to its end, and the feed up to so many events. */
  void settle(int statusEvents) {
    try {
      Await.until("the readers of tasks", PATIENCE, () -> open.get() == 0);
      for (FeedReader feed : feeds) {
        Await.until("a reader of the feed", PATIENCE, () -> feed.entries.size() >= statusEvents);
      }
    } catch (AssertionError e) {
      remarks.add(e.getMessage() + ": " + open.get() + " open");
    }
  }

  @Override
  public void close() {
    end();
  }

  /** Hangs up everywhere; twice is fine. */
  void end() {
    stop = true;
    Await.until("the readers to end", PATIENCE, () -> open.get() == 0);
  }

  List<Reading> readings() {
    return List.copyOf(readings);
  }

  List<FeedReading> feeds() {
    return feeds.stream()
        .map(feed -> new FeedReading(feed.name, List.copyOf(feed.entries), feed.gaps.get()))
        .toList();
  }

  List<String> remarks() {
    return List.copyOf(remarks);
  }

  int connections() {
    return connections.get();
  }

  /** Reads the feed until the end. */
  private final class FeedReader {
    private final String name;
    private final RandomGenerator random;
    private final List<FeedReading.Entry> entries = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger gaps = new AtomicInteger();

    FeedReader(String name, RandomGenerator random) {
      this.name = name;
      this.random = random;
    }

    void run() {
      while (!stop) {
        String last = entries.isEmpty() ? "0-0" : entries.getLast().place();
        int hangUpAfter = 1 + random.nextInt(FEED_FRAMES_MAX);
        try (SseConnection stream = open("/api/v1/events", last)) {
          for (int seen = 0; seen < hangUpAfter && !stop; seen++) {
            Optional<Frame> frame = stream.next();
            if (frame.isEmpty()) {
              break;
            }
            note(frame.get());
          }
        } catch (IOException _) {
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }

    private void note(Frame frame) {
      if (frame.event().equals("feed.gap")) {
        gaps.incrementAndGet();
      }
      frame
          .id()
          .ifPresent(id -> {
            JsonObject event = new JsonObject(frame.data());
            entries.add(new FeedReading.Entry(id, event.getString("task"), event.getString("id")));
          });
    }
  }
}
