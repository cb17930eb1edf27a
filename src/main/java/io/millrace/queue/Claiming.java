package io.millrace.queue;

import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Claims;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Hold;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.millrace.settings.QueueSettings;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands tasks to workers: asks one shard after another until the demand is met. */
final class Claiming {
  private final RedisGateway redis;
  private final QueueSettings settings;

  /** Each call begins at the next shard, so that none is served last every time. */
  private final AtomicInteger firstShard = new AtomicInteger();

  Claiming(RedisGateway redis, QueueSettings settings) {
    this.redis = redis;
    this.settings = settings;
  }

  Future<Claims> claim(String worker, List<Demand> demand) {
    int first = Math.floorMod(firstShard.getAndIncrement(), settings.shards());
    Future<Claims> claimed = ask(first, worker, demand);
    for (int i = 1; i < settings.shards(); i++) {
      int shard = (first + i) % settings.shards();
      claimed =
          claimed.compose(so -> {
            List<Demand> left =
                demand.stream().map(one -> left(one, so)).filter(this::some).toList();
            return left.isEmpty()
                ? Future.succeededFuture(so)
                : ask(shard, worker, left).map(more -> both(so, more));
          });
    }
    return claimed;
  }

  Future<List<Claimed>> held(String worker) {
    return Shards.every(
            settings.shards(), shard -> redis.run(Scripts.HELD, Keys.tag(shard), List.of(worker)))
        .map(replies ->
            replies.stream()
                .flatMap(reply -> reply.items().stream())
                .map(found -> claimed(worker, found))
                .toList());
  }

  private boolean some(Demand demand) {
    return Math.min(demand.slots(), demand.starts()) > 0;
  }

  /** What of {@code demand} is not met; a handler that is blocked keeps its free slots. */
  private static Demand left(Demand demand, Claims so) {
    int slots = so.blocked().contains(demand.handler()) ? 0 : demand.slots();
    int starts = demand.starts();
    int twiceLost = demand.twiceLost();
    int thriceLost = demand.thriceLost();
    for (Claimed got : so.tasks()) {
      if (got.task().handler().equals(demand.handler())) {
        slots -= Math.min(got.cost(), demand.capacity());
        starts--;
        twiceLost -= got.losses() == 2 ? 1 : 0;
        thriceLost -= got.losses() == 3 ? 1 : 0;
      }
    }
    return new Demand(
        demand.handler(), slots, demand.capacity(), starts, twiceLost, thriceLost, demand.lease());
  }

  private static Claims both(Claims one, Claims other) {
    var tasks = new ArrayList<>(one.tasks());
    tasks.addAll(other.tasks());
    Set<String> blocked = new HashSet<>(one.blocked());
    blocked.addAll(other.blocked());
    return new Claims(tasks, blocked);
  }

  private Future<Claims> ask(int shard, String worker, List<Demand> demand) {
    var args = new ArrayList<String>();
    args.add(Integer.toString(settings.eventsMax()));
    args.add(Integer.toString(settings.feedMax()));
    args.add(worker);
    for (Demand one : demand) {
      args.add(one.handler());
      args.add(Integer.toString(one.slots()));
      args.add(Integer.toString(one.capacity()));
      args.add(Integer.toString(one.starts()));
      args.add(Integer.toString(one.twiceLost()));
      args.add(Integer.toString(one.thriceLost()));
      args.add(Long.toString(one.lease().toMillis()));
    }
    return redis
        .run(Scripts.CLAIM, Keys.tag(shard), args)
        .map(reply ->
            new Claims(
                reply.item(0).items().stream().map(found -> claimed(worker, found)).toList(),
                Set.copyOf(reply.item(1).items().stream().map(Reply::text).toList())));
  }

  private static Claimed claimed(String worker, Reply found) {
    Map<String, String> hash = found.item(1).fields();
    Task task = TaskHash.read(new TaskId(found.item(0).text()), hash);
    int cost = Integer.parseInt(hash.getOrDefault("cost", "1"));
    int losses = Integer.parseInt(hash.getOrDefault("losses", "0"));
    return new Claimed(task, new Hold(task.id(), worker, task.epoch()), cost, losses);
  }
}
