package io.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.queue.TaskQueue.Hold;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.redis.Reply;
import io.millrace.redis.Script;
import io.millrace.settings.DlqSettings;
import io.millrace.settings.QueueSettings;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.testing.LocalRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A queue over a real Redis, emptied before each test, and the words tests speak to it in. */
final class LiveQueue implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private static final Script READ_LOG = Script.named("read_log");
  private static final Duration POLL = Duration.ofMillis(2);
  static final Duration LEASE = Duration.ofMinutes(10);
  static final Duration LETTERS_KEPT = Duration.ofDays(30);
  static final int LETTERS_MAX = 20;
  static final Scope ALICE = new Scope("acme", "default", "alice");
  static final Scope BOB = new Scope("other", "default", "bob");
  static final TaskError ERROR = new TaskError("unavailable", "It \"did\" not answer.", true);
  static final Payload RESULT = new Payload("{\"text\":\"schön\"}");

  final LocalRedis server = new LocalRedis();
  private final QueueSettings settings;
  private final int finishedMax;
  private Vertx vertx;
  private RedisGateway gateway;
  private RedisTaskQueue queue;
  private RedisFinishedTasks finished;
  private RedisDeadLetters letters;

  LiveQueue() {
    this(settings(1, 1_000), 1_000_000);
  }

  LiveQueue(QueueSettings settings, int finishedMax) {
    this.settings = settings;
    this.finishedMax = finishedMax;
  }

  static QueueSettings settings(int shards, int depthMax) {
    return new QueueSettings(shards, depthMax, depthMax, 1_000, 10_000, Duration.ofHours(1));
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    server.beforeAll(context);
    vertx = Vertx.vertx();
    gateway = await(RedisGateway.connect(vertx, server.uri(), RedisLimits.DEFAULT));
    queue =
        new RedisTaskQueue(
            gateway, settings, finishedMax, InstantSource.system(), new SecureRandom());
    finished = new RedisFinishedTasks(gateway, settings.shards(), "reader");
    letters = new RedisDeadLetters(gateway, settings, new DlqSettings(LETTERS_KEPT, LETTERS_MAX));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    server.flush();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    await(gateway.close());
    await(vertx.close());
    server.afterAll(context);
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer in time", e);
    }
  }

  /** Waits until {@code condition} holds; fails when it does not in time. */
  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  Vertx vertx() {
    return vertx;
  }

  RedisGateway gateway() {
    return gateway;
  }

  RedisTaskQueue queue() {
    return queue;
  }

  RedisDeadLetters letters() {
    return letters;
  }

  RedisFinishedTasks finished() {
    return finished;
  }

  /**
   * Moves the clock that leases and due times go by. The last sweep is forgotten: on a busy machine
   * it might be so long ago, in real time, that Redis is taken to have been away.
   */
  void advance(Duration by) {
    for (int shard = 0; shard < settings.shards(); shard++) {
      var _ = await(gateway.command("DEL", Keys.SWEPT.of(shard)));
      var _ = await(gateway.command("INCRBY", Keys.CLOCK.of(shard), "" + by.toMillis()));
    }
  }

  static TaskRequest request(Scope owner, Priority priority) {
    return TaskRequest.now(owner, "echo", new Payload("{\"text\":\"hello\"}"), priority);
  }

  static TaskRequest request(TaskRequest.Start start) {
    return new TaskRequest(ALICE, "echo", Payload.EMPTY, Priority.NORMAL, start, Optional.empty());
  }

  static TaskRequest keyed(String key, String json) {
    return new TaskRequest(
        ALICE,
        "echo",
        new Payload(json),
        Priority.NORMAL,
        new TaskRequest.Start.Now(),
        Optional.of(key));
  }

  Task submit() {
    return submit(request(ALICE, Priority.NORMAL));
  }

  Task submit(TaskRequest request) {
    Submitted answer = answer(request);
    assertThat(answer).isInstanceOf(Submitted.Accepted.class);
    return ((Submitted.Accepted) answer).task();
  }

  Submitted answer(TaskRequest request) {
    return await(queue.submit(List.of(request))).getFirst();
  }

  List<Claimed> claim(String worker, int slots) {
    return await(queue.claim(worker, List.of(new Demand("echo", slots, LEASE)))).tasks();
  }

  Claimed claimOne(String worker) {
    List<Claimed> claimed = claim(worker, 1);
    assertThat(claimed).hasSize(1);
    return claimed.getFirst();
  }

  boolean finish(Hold hold, Ending ending) {
    return await(queue.finish(List.of(new Finish(hold, ending)))).getFirst();
  }

  Task get(TaskId id) {
    return await(queue.get(ALICE, id)).orElseThrow();
  }

  List<TaskEvent> events(TaskId id) {
    var events = new ArrayList<TaskEvent>();
    Reply read =
        await(gateway.run(READ_LOG, Keys.tag(id.shard()), List.of(id.value(), "", "100000")));
    (read.size() == 0 ? List.<Reply>of() : read.item(1).items())
        .forEach(entry -> {
          Map<String, String> fields = entry.item(1).fields();
          events.add(
              new TaskEvent(
                  entry.item(0).text(),
                  id,
                  fields.get("type"),
                  new Payload(fields.get("data")),
                  "1".equals(fields.get("final"))));
        });
    return events;
  }

  /** The statuses that the log of a task tells, in order. */
  List<String> statuses(TaskId id) {
    return events(id).stream()
        .filter(event -> event.type().equals(TaskEvent.STATUS))
        .map(event -> event.data().json().replaceAll(".*?\"status\":\"(\\w+)\".*", "$1"))
        .toList();
  }

  List<FinishedRound> take(int max) {
    return await(finished.take(max));
  }
}
