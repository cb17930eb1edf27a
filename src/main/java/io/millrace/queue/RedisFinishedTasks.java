package io.millrace.queue;

import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Ended rounds in Redis: a consumer group of the stream {@code finished} of each shard. */
public final class RedisFinishedTasks implements FinishedTasks {
  /** An entry that another reader has held for so long belongs to nobody. */
  private static final Duration TAKE_OVER = Duration.ofSeconds(10);

  /** One answer carries about so many events; what is too much comes with the next one. */
  private static final int EVENTS_MAX = 20_000;

  private final RedisGateway redis;
  private final int shards;
  private final String reader;

  /**
   * @param reader the name of this reader among all that live; one that comes back under the same
   *     name gets at once what it held
   */
  public RedisFinishedTasks(RedisGateway redis, int shards, String reader) {
    this.redis = redis;
    this.shards = shards;
    this.reader = reader;
  }

  @Override
  public Future<List<FinishedRound>> take(int max) {
    Future<List<FinishedRound>> taken = Future.succeededFuture(List.of());
    for (int i = 0; i < shards; i++) {
      int shard = i;
      taken =
          taken.compose(so ->
              so.size() >= max
                  ? Future.succeededFuture(so)
                  : take(shard, max - so.size())
                      .map(more -> Stream.concat(so.stream(), more.stream()).toList()));
    }
    return taken;
  }

  private Future<List<FinishedRound>> take(int shard, int max) {
    return redis
        .run(
            Scripts.TAKE,
            Keys.tag(shard),
            List.of(
                reader,
                Integer.toString(max),
                Long.toString(TAKE_OVER.toMillis()),
                Integer.toString(EVENTS_MAX)))
        .compose(this::read);
  }

  /** Reads the rounds that were taken, but those that a redrive has just ended. */
  private Future<List<FinishedRound>> read(Reply taken) {
    var asked =
        taken.items().stream()
            .map(one ->
                round(
                    one.item(0).text(),
                    new TaskId(one.item(1).text()),
                    Integer.parseInt(one.item(2).text())))
            .toList();
    return Future.all(asked)
        .map(_ -> asked.stream().flatMap(round -> round.result().stream()).toList());
  }

  private Future<Optional<FinishedRound>> round(String entry, TaskId id, int round) {
    return redis
        .command("HGETALL", Keys.TASK.of(id.shard(), id.value()))
        .compose(hash -> {
          if (hash.size() == 0) {
            return Future.succeededFuture(Optional.empty());
          }
          Map<String, String> fields = hash.fields();
          Task task = TaskHash.read(id, fields);
          return task.round() == round && task.status().isFinal()
              ? events(id, fields)
                  .map(events -> Optional.of(new FinishedRound(entry, task, events)))
              : Future.succeededFuture(Optional.empty());
        });
  }

  /** The log: a field of the hash while it is short, see {@code append} in the prelude. */
  private Future<List<TaskEvent>> events(TaskId id, Map<String, String> fields) {
    String log = fields.get("log");
    return log != null
        ? Future.succeededFuture(log.lines().map(line -> event(id, line)).toList())
        : redis
            .command("XRANGE", Keys.EVENTS.of(id.shard(), id.value()), "-", "+")
            .map(entries -> entries.items().stream().map(entry -> event(id, entry)).toList());
  }

  /** A status event as its hash holds it: id, whether it is the last, data. */
  private static TaskEvent event(TaskId task, String line) {
    String[] parts = line.split(" ", 3);
    return new TaskEvent(
        parts[0], task, TaskEvent.STATUS, new Payload(parts[2]), parts[1].equals("1"));
  }

  private static TaskEvent event(TaskId task, Reply entry) {
    var fields = entry.item(1).fields();
    return new TaskEvent(
        entry.item(0).text(),
        task,
        fields.getOrDefault("type", ""),
        new Payload(fields.getOrDefault("data", "{}")),
        "1".equals(fields.get("final")));
  }

  @Override
  public Future<Void> release(List<FinishedRound> rounds) {
    return Shards.ask(
            rounds,
            round -> round.task().id().shard(),
            Integer.MAX_VALUE,
            (shard, portion) -> {
              var args = new ArrayList<String>();
              for (FinishedRound round : portion) {
                args.add(round.entry());
                args.add(round.task().id().value());
                args.add(Integer.toString(round.task().round()));
              }
              return redis
                  .run(Scripts.RELEASE, Keys.tag(shard), args)
                  .map(_ -> portion.stream().map(_ -> true).toList());
            })
        .mapEmpty();
  }

  @Override
  public Future<Long> backlog() {
    return Shards.every(shards, shard -> redis.command("XLEN", Keys.FINISHED.of(shard)))
        .map(lengths -> lengths.stream().mapToLong(Reply::number).sum());
  }
}
