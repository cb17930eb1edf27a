package io.millrace.events;

import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Script;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Event logs in Redis and, once released there, in the archive. All readers of one log in this
 * process share one subscription, all readers of the feed one tail.
 */
public final class RedisEventLogs implements EventLogs {
  private static final Script READ_LOG = Script.named("read_log");

  private final RedisGateway redis;
  private final ArchivedEvents archive;
  private final int shards;
  private final Feed feed;

  /** Reads from {@code redis}, and what is no longer there from {@code archive}. */
  public RedisEventLogs(Vertx vertx, RedisGateway redis, ArchivedEvents archive, int shards) {
    this.redis = redis;
    this.archive = archive;
    this.shards = shards;
    this.feed = new Feed(vertx, redis, shards);
  }

  @Override
  public Future<EventPage> read(TaskId task, Optional<String> after, int limit) {
    if (task.shard() >= shards) {
      return Future.succeededFuture(new EventPage(List.of(), false));
    }
    return redis
        .run(
            READ_LOG,
            Keys.tag(task.shard()),
            List.of(task.value(), after.orElse(""), Integer.toString(limit)))
        .compose(reply -> {
          if (reply.size() == 0) {
            // A log is removed only after its archive has been committed, with the same ids.
            return archive.read(task, after, limit).map(events -> new EventPage(events, false));
          }
          List<TaskEvent> events =
              reply.item(1).items().stream()
                  .map(entry -> StreamEntries.logged(task, entry))
                  .toList();
          var live = new EventPage(events, reply.item(0).number() == 1);
          return reply.item(2).number() == 1
              ? archive.read(task, after, limit).map(earlier -> joined(earlier, live, limit))
              : Future.succeededFuture(live);
        });
  }

  /** One page: that the archived part ends a round must not look like the end of the log. */
  private static EventPage joined(List<TaskEvent> earlier, EventPage live, int limit) {
    if (earlier.isEmpty()) {
      return live;
    }
    String last = earlier.getLast().id();
    var events =
        Stream.concat(
                earlier.stream(),
                live.events().stream().filter(e -> TaskEvent.compareIds(e.id(), last) > 0))
            .limit(limit)
            .toList();
    return new EventPage(events, false);
  }

  @Override
  public Subscription watch(TaskId task, Runnable onNews) {
    Context caller = Vertx.currentContext();
    var pending = new AtomicBoolean();
    var closed = new AtomicBoolean();
    // Many hints before the reader gets its turn are one.
    Runnable notify =
        () -> {
          if (pending.compareAndSet(false, true)) {
            Runnable turn =
                () -> {
                  pending.set(false);
                  if (!closed.get()) {
                    onNews.run();
                  }
                };
            if (caller == null) {
              turn.run();
            } else {
              caller.runOnContext(_ -> turn.run());
            }
          }
        };
    var subscription =
        redis.subscribe(Keys.EVENTS.of(task.shard(), task.value()), _ -> notify.run(), notify);
    return () -> {
      if (closed.compareAndSet(false, true)) {
        subscription.close();
      }
    };
  }

  @Override
  public Subscription followFeed(Optional<String> after, FeedReader reader) {
    return feed.follow(after, reader);
  }
}
