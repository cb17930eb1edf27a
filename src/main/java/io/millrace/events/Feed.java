package io.millrace.events;

import io.millrace.events.EventLogs.FeedEntry;
import io.millrace.events.EventLogs.FeedReader;
import io.millrace.events.EventLogs.Subscription;
import io.millrace.redis.RedisGateway;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The feed of status events: one tail per shard, as long as somebody in this process follows. */
final class Feed {
  private final RedisGateway redis;
  private final List<FeedTail> tails = new ArrayList<>();

  Feed(Vertx vertx, RedisGateway redis, int shards) {
    this.redis = redis;
    for (int shard = 0; shard < shards; shard++) {
      tails.add(new FeedTail(vertx, redis, shard));
    }
  }

  Subscription follow(Optional<String> after, FeedReader reader) {
    var follower =
        new Follower(Vertx.currentContext(), reader, FeedPosition.read(after, tails.size()));
    redis.execute(() -> tails.forEach(tail -> tail.add(follower)));
    return () -> {
      follower.closed.set(true);
      redis.execute(() -> tails.forEach(tail -> tail.remove(follower)));
    };
  }

  /** One reader and its place; its place lives on the gateway's event loop. */
  static final class Follower {
    private final @Nullable Context caller;
    private final FeedReader reader;
    private final AtomicBoolean closed = new AtomicBoolean();
    private FeedPosition position;

    Follower(@Nullable Context caller, FeedReader reader, FeedPosition position) {
      this.caller = caller;
      this.reader = reader;
      this.position = position;
    }

    FeedPosition position() {
      return position;
    }

    boolean isClosed() {
      return closed.get();
    }

    void moveTo(int shard, String id) {
      position = position.with(shard, id);
    }

    /** Hands over those of {@code entries} that it has not seen. */
    void deliver(int shard, List<FeedTail.Entry> entries) {
      var news = new ArrayList<FeedEntry>();
      for (FeedTail.Entry entry : entries) {
        if (position.isBefore(shard, entry.id())) {
          moveTo(shard, entry.id());
          news.add(StreamEntries.fed(position.toString(), entry.stored()));
        }
      }
      if (!news.isEmpty()) {
        onCaller(() -> reader.onEntries(List.copyOf(news)));
      }
    }

    void gap() {
      onCaller(reader::onGap);
    }

    private void onCaller(Runnable action) {
      Runnable unlessClosed =
          () -> {
            if (!closed.get()) {
              action.run();
            }
          };
      if (caller == null) {
        unlessClosed.run();
      } else {
        caller.runOnContext(_ -> unlessClosed.run());
      }
    }
  }
}
