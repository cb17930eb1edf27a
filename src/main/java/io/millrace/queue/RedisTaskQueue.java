package io.millrace.queue;

import io.millrace.access.Scope;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.millrace.redis.Script;
import io.millrace.settings.QueueSettings;
import io.millrace.task.ChildRequest;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The live tasks in Redis: every method is one script, or one per shard. */
public final class RedisTaskQueue implements TaskQueue {
  private static final int BATCH_MAX = 128;
  private static final int RENEWALS_MAX = 512;
  private static final int SWEEP_MAX = 500;
  private static final int CRASH_BUDGET = 4;
  private static final int OLDEST_TENANTS_MAX = 100;

  /**
   * Sweeps come every half second; a pause this long means Redis could not be reached. It has to be
   * shorter than leases are: runs whose leases lapse in an outage would be taken by the first sweep
   * after it, before their workers can renew.
   */
  private static final Duration OUTAGE = Duration.ofMillis(1_500);

  private final RedisGateway redis;
  private final QueueSettings settings;
  private final Submits submits;
  private final Claiming claims;
  private final Wakes wakes;
  private final List<Batcher<Emission, Boolean>> emissions = new ArrayList<>();
  private final List<Batcher<Finish, Boolean>> finishes = new ArrayList<>();

  /**
   * @param finishedMax ended tasks not yet archived, beyond which submits are refused
   * @param clock the time that new ids carry; everything else goes by Redis's clock
   * @param random must be safe for many threads, and ids cannot be guessed if it cannot
   */
  public RedisTaskQueue(
      RedisGateway redis,
      QueueSettings settings,
      int finishedMax,
      InstantSource clock,
      RandomGenerator random) {
    this.redis = redis;
    this.settings = settings;
    this.submits = new Submits(redis, settings, finishedMax, clock, random);
    this.claims = new Claiming(redis, settings);
    this.wakes = new Wakes(redis, settings.shards());
    for (int shard = 0; shard < settings.shards(); shard++) {
      int in = shard;
      emissions.add(new Batcher<>(redis, BATCH_MAX, items -> sendEmissions(in, items)));
      finishes.add(new Batcher<>(redis, BATCH_MAX, items -> sendFinishes(in, items)));
    }
  }

  @Override
  public Future<List<Submitted>> submit(List<TaskRequest> requests) {
    return submits.submit(requests);
  }

  @Override
  public Future<Claims> claim(String worker, List<Demand> demand) {
    return claims.claim(worker, demand);
  }

  @Override
  public Future<List<Claimed>> held(String worker) {
    return claims.held(worker);
  }

  @Override
  public Future<List<Renewal>> renew(List<Hold> holds, Duration lease) {
    return Shards.ask(
        holds,
        hold -> hold.task().shard(),
        RENEWALS_MAX,
        (shard, portion) -> {
          var args = new ArrayList<String>();
          args.add(Long.toString(lease.toMillis()));
          portion.forEach(hold -> append(args, hold));
          return run(Scripts.RENEW, shard, args)
              .map(reply -> reply.items().stream().map(RedisTaskQueue::renewal).toList());
        });
  }

  private static Renewal renewal(Reply answer) {
    return switch ((int) answer.number()) {
      case 1 -> Renewal.HELD;
      case 2 -> Renewal.CANCEL_REQUESTED;
      default -> Renewal.STALE;
    };
  }

  @Override
  public Future<List<Boolean>> emit(List<Emission> items) {
    return Shards.ask(
        items,
        item -> item.hold().task().shard(),
        BATCH_MAX,
        (shard, portion) -> emissions.get(shard).ask(portion));
  }

  private Future<List<Boolean>> sendEmissions(int shard, List<Emission> items) {
    var args = capped();
    for (Emission item : items) {
      append(args, item.hold());
      args.add(item.type());
      args.add(item.data().json());
    }
    return run(Scripts.EMIT, shard, args).map(RedisTaskQueue::flags);
  }

  @Override
  public Future<List<Boolean>> finish(List<Finish> items) {
    // What a run emitted before it ended is sent before its end, or it would come too late.
    redis.execute(() -> emissions.forEach(Batcher::sendAll));
    return Shards.ask(
        items,
        item -> item.hold().task().shard(),
        BATCH_MAX,
        (shard, portion) -> finishes.get(shard).ask(portion));
  }

  private Future<List<Boolean>> sendFinishes(int shard, List<Finish> items) {
    var args = capped();
    for (Finish item : items) {
      append(args, item.hold());
      switch (item.ending()) {
        case Ending.Succeed(Payload result) ->
            args.addAll(List.of("succeed", result.json(), "", "", ""));
        case Ending.Fail(TaskError error) -> append(args, "fail", "", error);
        case Ending.Bury(TaskError error) -> append(args, "bury", "", error);
        case Ending.Cancel() -> args.addAll(List.of("cancel", "", "", "", ""));
        case Ending.Retry(Duration delay, TaskError error) ->
            append(args, "retry", Long.toString(delay.toMillis()), error);
        case Ending.Wait(var children) ->
            args.addAll(List.of("wait", newChildren(shard, children), submits.depthMax(), "", ""));
        case Ending.HandBack() -> args.addAll(List.of("back", "", "", "", ""));
      }
    }
    return run(Scripts.FINISH, shard, args).map(RedisTaskQueue::flags);
  }

  /** With fresh ids in the shard of their parent, so that one script moves them all. */
  private String newChildren(int shard, List<ChildRequest> children) {
    var all = new JsonArray();
    for (ChildRequest child : children) {
      all.add(
          JsonArray.of(
              submits.mint(shard).value(),
              child.handler(),
              child.priority().label(),
              child.cost(),
              child.input().json()));
    }
    return all.encode();
  }

  private static void append(List<String> args, String kind, String with, TaskError error) {
    args.addAll(List.of(kind, with, error.type(), error.message(), error.retryable() ? "1" : "0"));
  }

  private static void append(List<String> args, Hold hold) {
    args.add(hold.task().value());
    args.add(hold.worker());
    args.add(Long.toString(hold.epoch()));
  }

  @Override
  public Future<Cancellation> cancel(Scope asker, TaskId id) {
    var args = capped();
    args.add(id.value());
    args.add(asker.tenant());
    return known(id)
        ? run(Scripts.CANCEL, id.shard(), args).map(reply -> cancellation(id, reply))
        : Future.succeededFuture(new Cancellation.Unknown());
  }

  private static Cancellation cancellation(TaskId id, Reply reply) {
    if (reply.size() == 0) {
      return new Cancellation.Unknown();
    }
    Task task = TaskHash.read(id, reply.item(1).fields());
    return reply.item(0).text().equals("final")
        ? new Cancellation.AlreadyFinal(task)
        : new Cancellation.Requested(task);
  }

  @Override
  public Future<Optional<Task>> get(Scope asker, TaskId id) {
    if (!known(id)) {
      return Future.succeededFuture(Optional.empty());
    }
    return redis
        .command("HGETALL", Keys.TASK.of(id.shard(), id.value()))
        .map(reply ->
            reply.size() == 0
                ? Optional.<Task>empty()
                : Optional.of(TaskHash.read(id, reply.fields()))
                    .filter(task -> asker.maySee(task.owner())));
  }

  @Override
  public Future<List<TaskId>> children(TaskId parent) {
    return known(parent)
        ? redis
            .command("LRANGE", Keys.CHILDREN.of(parent.shard(), parent.value()), "0", "-1")
            .map(reply -> reply.items().stream().map(id -> new TaskId(id.text())).toList())
        : Future.succeededFuture(List.of());
  }

  /** An id may come from a client, so its shard is one of ours or there is no such task. */
  private boolean known(TaskId id) {
    return id.shard() < settings.shards();
  }

  @Override
  public Future<List<Task>> list(Scope asker, Optional<TaskId> before, int limit) {
    return Shards.every(
            settings.shards(),
            shard -> {
              String from = before.map(id -> "(" + shard + '-' + moment(id)).orElse("+");
              return run(
                      Scripts.LIST, shard, List.of(asker.tenant(), from, Integer.toString(limit)))
                  .map(RedisTaskQueue::tasks);
            })
        .map(pages ->
            pages.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing((Task task) -> moment(task.id())).reversed())
                .limit(limit)
                .toList());
  }

  /** The part of an id that sorts by time, whatever the shard. */
  private static String moment(TaskId id) {
    return id.value().substring(id.value().indexOf('-') + 1);
  }

  @Override
  public Future<Swept> sweep() {
    return Shards.every(
            settings.shards(),
            shard -> {
              var args = capped();
              args.add(Integer.toString(SWEEP_MAX));
              args.add(Integer.toString(CRASH_BUDGET));
              args.add(Long.toString(OUTAGE.toMillis()));
              return run(Scripts.SWEEP, shard, args);
            })
        .map(replies ->
            new Swept(
                sum(replies, 0),
                replies.stream()
                    .flatMap(reply -> reply.item(1).items().stream())
                    .map(letter -> DeadLetterFields.read(letter.fields()))
                    .toList(),
                sum(replies, 2)));
  }

  private static int sum(List<Reply> replies, int place) {
    return replies.stream().mapToInt(reply -> (int) reply.item(place).number()).sum();
  }

  @Override
  public Future<Map<String, Depth>> depths() {
    return Shards.every(settings.shards(), shard -> redis.command("HGETALL", Keys.COUNTS.of(shard)))
        .map(replies -> Depths.read(replies.stream().map(Reply::fields).toList()));
  }

  @Override
  public Future<Map<String, Duration>> oldest() {
    return Shards.every(
            settings.shards(),
            shard -> run(Scripts.OLDEST, shard, List.of(Integer.toString(OLDEST_TENANTS_MAX))))
        .map(replies -> {
          var oldest = new TreeMap<String, Duration>();
          for (Reply ages : replies) {
            for (int i = 0; i < ages.size(); i += 2) {
              oldest.merge(
                  ages.item(i).text(),
                  Duration.ofMillis(ages.item(i + 1).number()),
                  (a, b) -> a.compareTo(b) > 0 ? a : b);
            }
          }
          return oldest;
        });
  }

  @Override
  public Wake onWork(Collection<String> handlers, Runnable onWork) {
    return wakes.onWork(handlers, onWork);
  }

  @Override
  public Wake onCancel(Consumer<TaskId> onCancel) {
    return wakes.onCancel(onCancel);
  }

  private Future<Reply> run(Script script, int shard, List<String> args) {
    return redis.run(script, Keys.tag(shard), args);
  }

  private List<String> capped() {
    return new ArrayList<>(
        List.of(Integer.toString(settings.eventsMax()), Integer.toString(settings.feedMax())));
  }

  private static List<Boolean> flags(Reply reply) {
    return reply.items().stream().map(flag -> flag.number() == 1).toList();
  }

  /** Answers of the form {id, hash}. */
  private static List<Task> tasks(Reply reply) {
    return reply.items().stream()
        .map(found -> TaskHash.read(new TaskId(found.item(0).text()), found.item(1).fields()))
        .toList();
  }
}
