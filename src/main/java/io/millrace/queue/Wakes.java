package io.millrace.queue;

import io.millrace.queue.TaskQueue.Wake;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisGateway.Subscription;
import io.millrace.task.TaskId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hears the hints of Redis and passes them on, on the listener's context. */
final class Wakes {
  private final RedisGateway redis;
  private final int shards;

  Wakes(RedisGateway redis, int shards) {
    this.redis = redis;
    this.shards = shards;
  }

  Wake onWork(Collection<String> handlers, Runnable onWork) {
    Runnable wake = once(Vertx.currentContext(), onWork);
    var subscriptions = new ArrayList<Subscription>();
    for (int shard = 0; shard < shards; shard++) {
      for (String handler : handlers) {
        subscriptions.add(redis.subscribe(Keys.WORK.of(shard, handler), _ -> wake.run(), wake));
      }
    }
    return closing(subscriptions);
  }

  Wake onCancel(Consumer<TaskId> onCancel) {
    Context caller = Vertx.currentContext();
    var subscriptions = new ArrayList<Subscription>();
    for (int shard = 0; shard < shards; shard++) {
      subscriptions.add(
          redis.subscribe(
              Keys.CANCELS.of(shard),
              id -> on(caller, () -> onCancel.accept(new TaskId(id))),
              () -> {
                // Hints missed while away come with the next renewal.
              }));
    }
    return closing(subscriptions);
  }

  private static Wake closing(List<Subscription> subscriptions) {
    return () -> subscriptions.forEach(Subscription::close);
  }

  /** Many hints before the listener gets its turn are one. */
  private static Runnable once(@Nullable Context caller, Runnable action) {
    var pending = new AtomicBoolean();
    return () -> {
      if (pending.compareAndSet(false, true)) {
        on(
            caller,
            () -> {
              pending.set(false);
              action.run();
            });
      }
    };
  }

  private static void on(@Nullable Context caller, Runnable action) {
    if (caller == null) {
      action.run();
    } else {
      caller.runOnContext(_ -> action.run());
    }
  }
}
