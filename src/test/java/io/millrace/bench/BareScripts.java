package io.millrace.bench;

import io.millrace.bench.Life.Phase;
import io.millrace.bench.Life.Stopwatch;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.millrace.redis.Script;
import io.millrace.settings.QueueSettings;
import io.millrace.settings.Settings;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The ceiling: the scripts of the product with the arguments of the product, in batches as large as
 * its own, with nothing in between but the connection.
 */
final class BareScripts {
  private static final Script SUBMIT = Script.named("submit");
  private static final Script CLAIM = Script.named("claim");
  private static final Script FINISH = Script.named("finish");
  private static final Script TAKE = Script.named("take");
  private static final Script RELEASE = Script.named("release");
  private static final int SHARD = 0;
  private static final int SUBMITS_AT_ONCE = 4;

  /** How many workers claim and finish; one waits for its answer while another is served. */
  private static final int WORKERS = 3;

  private final RedisUnderTest redis;
  private final RedisGateway gateway;
  private final int tasks;
  private final QueueSettings settings = Settings.defaults().queue();
  private final AtomicInteger ended = new AtomicInteger();
  private final SecureRandom random = new SecureRandom();

  BareScripts(RedisUnderTest redis, int tasks) {
    this.redis = redis;
    this.gateway = redis.gateway();
    this.tasks = tasks;
  }

  Life run(boolean archive) {
    var watch = new Stopwatch(redis, tasks);
    List<List<String>> batches =
        Stream.generate(this::submission).limit(tasks / QueueBench.BATCH).toList();
    Phase submit =
        watch.time(
            () -> Lanes.run(batches.size(), SUBMITS_AT_ONCE, i -> run(SUBMIT, batches.get(i))));
    ended.set(0);
    Phase drain =
        watch.time(() ->
            Future.all(
                    IntStream.range(0, WORKERS).mapToObj(i -> work("bare-" + i, archive)).toList())
                .await());
    if (ended.get() != tasks) {
      throw new IllegalStateException("of " + tasks + " tasks " + ended + " ended");
    }
    return Life.of(submit, drain);
  }

  private List<String> submission() {
    var args = capped();
    args.addAll(
        List.of(
            Integer.toString(settings.depthMax()),
            Integer.toString(settings.depthMax()),
            Integer.toString(Integer.MAX_VALUE),
            Long.toString(settings.idempotencyTtl().toMillis())));
    for (int i = 0; i < QueueBench.BATCH; i++) {
      args.add(TaskId.mint(SHARD, Instant.now(), random).value());
      args.addAll(
          List.of(
              "default",
              "default",
              "anonymous",
              QueueBench.HANDLER,
              "normal",
              "1",
              QueueBench.INPUT,
              "now",
              "0",
              "",
              ""));
    }
    return args;
  }

  /** Claims, finishes and, for the archive, reads and releases until there is nothing left. */
  private Future<?> work(String worker, boolean archive) {
    var args = capped();
    String slots = Integer.toString(QueueBench.BATCH);
    args.addAll(List.of(worker, QueueBench.HANDLER, slots, slots, slots, slots, slots, "15000"));
    return run(CLAIM, args)
        .map(answer -> answer.item(0))
        .compose(claimed ->
            claimed.size() == 0
                ? Future.succeededFuture()
                : run(FINISH, endings(worker, claimed))
                    .compose(answers -> archive ? archived(worker, answers) : ended(answers))
                    .compose(_ -> work(worker, archive))
                    .mapEmpty());
  }

  private List<String> endings(String worker, Reply claimed) {
    var args = capped();
    for (Reply one : claimed.items()) {
      args.add(one.item(0).text());
      // Each was claimed once: its epoch is 1.
      args.addAll(List.of(worker, "1", "succeed", QueueBench.RESULT, "", "", ""));
    }
    return args;
  }

  private Future<Void> ended(Reply answers) {
    ended.addAndGet((int) answers.items().stream().filter(answer -> answer.number() == 1).count());
    return Future.succeededFuture();
  }

  private Future<Void> archived(String reader, Reply answers) {
    String most = Integer.toString(QueueBench.BATCH);
    return ended(answers)
        .compose(_ -> run(TAKE, List.of(reader, most, "10000", "20000")))
        .compose(taken ->
            Future.all(taken.items().stream().map(this::read).toList())
                .compose(_ ->
                    run(
                        RELEASE,
                        taken.items().stream().flatMap(one -> one.texts().stream()).toList())))
        .mapEmpty();
  }

  /** The hash holds the log too: the tasks told nothing. */
  private Future<Reply> read(Reply round) {
    return gateway.command("HGETALL", Keys.TASK.of(SHARD, round.item(1).text()));
  }

  private List<String> capped() {
    return new ArrayList<>(
        List.of(Integer.toString(settings.eventsMax()), Integer.toString(settings.feedMax())));
  }

  private Future<Reply> run(Script script, List<String> args) {
    return gateway.run(script, Keys.tag(SHARD), args);
  }
}
