package io.millrace.events;

import io.millrace.events.Feed.Follower;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.millrace.redis.Script;
import io.millrace.task.TaskEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the feed of one shard for all its followers in this process. A new follower first reads
 * by itself up to where the tail is; then the tail reads once for all. Lives on the gateway's event
 * loop.
 */
final class FeedTail {
  private static final Script READ_FEED = Script.named("read_feed");
  private static final int PAGE_MAX = 256;
  private static final Duration RETRY = Duration.ofMillis(500);

  private final Vertx vertx;
  private final RedisGateway redis;
  private final int shard;
  private final List<Follower> catchingUp = new ArrayList<>();
  private final List<Follower> abreast = new ArrayList<>();
  private RedisGateway.@Nullable Subscription hints;

  /** The last id the tail has read; empty while it has read nothing. */
  private String position = "";

  private boolean reading;
  private boolean readAgain;

  FeedTail(Vertx vertx, RedisGateway redis, int shard) {
    this.vertx = vertx;
    this.redis = redis;
    this.shard = shard;
  }

  /** An entry as Redis holds it. */
  record Entry(String id, Reply stored) {}

  /** What one read found. */
  private record Page(boolean gap, String last, List<Entry> entries) {
    boolean isFull() {
      return entries.size() >= PAGE_MAX;
    }

    /** Where a reader stands that has read this page. */
    String end() {
      return isFull() ? entries.getLast().id() : last;
    }
  }

  void add(Follower follower) {
    if (hints == null) {
      hints = redis.subscribe(Keys.FEED.of(shard), _ -> read(), this::read);
    }
    catchingUp.add(follower);
    catchUp(follower);
  }

  void remove(Follower follower) {
    catchingUp.remove(follower);
    abreast.remove(follower);
    if (hints != null && catchingUp.isEmpty() && abreast.isEmpty()) {
      hints.close();
      hints = null;
      position = "";
    }
  }

  private void catchUp(Follower follower) {
    if (follower.isClosed()) {
      return;
    }
    var _ =
        page(follower.position().of(shard))
            .onComplete(
                page -> caughtUp(follower, page),
                _ -> vertx.setTimer(RETRY.toMillis(), _ -> redis.execute(() -> catchUp(follower))));
  }

  private void caughtUp(Follower follower, Page page) {
    if (follower.isClosed()) {
      return;
    }
    deliver(follower, page);
    boolean behind =
        page.isFull() || (!position.isEmpty() && TaskEvent.compareIds(page.end(), position) < 0);
    if (behind) {
      catchUp(follower);
      return;
    }
    catchingUp.remove(follower);
    abreast.add(follower);
    if (position.isEmpty()) {
      position = page.end();
    }
    read();
  }

  private void deliver(Follower follower, Page page) {
    if (page.gap()) {
      follower.gap();
    }
    follower.deliver(shard, page.entries());
    follower.moveTo(shard, page.end());
  }

  /** Reads on, once at a time. */
  private void read() {
    if (abreast.isEmpty() || position.isEmpty()) {
      return;
    }
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    readAgain = false;
    String from = position;
    var _ =
        page(from)
            .onComplete(
                page -> {
                  reading = false;
                  readTo(from, page);
                },
                _ -> {
                  reading = false;
                  vertx.setTimer(RETRY.toMillis(), _ -> redis.execute(this::read));
                });
  }

  private void readTo(String from, Page page) {
    if (!from.equals(position)) {
      return;
    }
    boolean moved = !page.end().equals(from);
    position = page.end();
    if (moved) {
      abreast.forEach(follower -> shareWith(follower, page));
    }
    if (readAgain || page.isFull()) {
      read();
    }
  }

  private void shareWith(Follower follower, Page page) {
    if (page.gap()) {
      follower.gap();
      if (page.entries().isEmpty()) {
        follower.moveTo(shard, page.end()); // The feed began anew, with lower ids.
      }
    }
    follower.deliver(shard, page.entries());
  }

  private Future<Page> page(String after) {
    return redis
        .run(READ_FEED, Keys.tag(shard), List.of(after, Integer.toString(PAGE_MAX)))
        .map(reply ->
            new Page(
                reply.item(0).number() == 1,
                reply.item(1).text(),
                reply.item(2).items().stream()
                    .map(entry -> new Entry(entry.item(0).text(), entry))
                    .toList()));
  }
}
