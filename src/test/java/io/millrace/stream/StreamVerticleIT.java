package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.observe.Meters;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.redis.Reply;
import io.millrace.settings.QueueSettings;
import io.millrace.settings.StreamSettings;
import io.millrace.stream.StreamReader.Entry;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.testing.Await;
import io.millrace.testing.LocalRedis;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StreamVerticleIT {
  private static final StreamSettings OF =
      new StreamSettings("content:changes", "millrace", "echo", "input", "low", "docs");
  private static final Duration TAKE_OVER = Duration.ofMillis(300);
  private static final Scope OWNER = new Scope("default", "docs", "anonymous");

  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters();
  private RedisGateway gateway;
  private int added;

  @BeforeEach
  void connect() {
    REDIS.flush();
    gateway = RedisGateway.connect(vertx, REDIS.uri(), RedisLimits.DEFAULT).await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
    meters.close();
  }

  private RedisTaskQueue queue(int depthMax) {
    var settings = new QueueSettings(1, depthMax, depthMax, 1_000, 10_000, Duration.ofHours(1));
    return new RedisTaskQueue(
        gateway, settings, 1_000_000, InstantSource.system(), new SecureRandom());
  }

  private void read(String consumer, StreamSettings of, RedisTaskQueue queue) {
    var reading = new StreamVerticle.Reading(of, consumer, Duration.ofMillis(20), TAKE_OVER);
    String _ =
        vertx
            .deployVerticle(
                new StreamVerticle(reading, gateway, queue, meters),
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
            .await();
  }

  private Reply redis(String command, String... args) {
    return gateway.command(command, args).await();
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      var _ = redis("XADD", OF.stream(), "*", "input", "{\"text\":\"" + added + "\"}");
      added++;
    }
  }

  private List<Task> tasks(RedisTaskQueue queue) {
    return queue.list(OWNER, Optional.empty(), 500).await();
  }

  private long pending() {
    return redis("XPENDING", OF.stream(), OF.group()).item(0).number();
  }

  private boolean allRead() {
    String last = redis("XREVRANGE", OF.stream(), "+", "-", "COUNT", "1").item(0).item(0).text();
    // name, consumers, pending, last-delivered-id: what comes after it may be nothing.
    Reply group = redis("XINFO", "GROUPS", OF.stream()).item(0);
    assertThat(group.item(6).text()).isEqualTo("last-delivered-id");
    return group.item(7).text().equals(last) && pending() == 0;
  }

  @Test
  void threeReadersShareAHundredEntriesEachOnce() {
    add(60);
    RedisTaskQueue queue = queue(1_000);
    for (String consumer : List.of("a", "b", "c")) {
      read(consumer, OF, queue);
    }
    add(40);

    Await.until("all are tasks", () -> tasks(queue).size() == 100 && allRead());
    assertThat(tasks(queue))
        .allSatisfy(task -> {
          assertThat(task.owner()).isEqualTo(OWNER);
          assertThat(task.priority().label()).isEqualTo("low");
        })
        .extracting(task -> task.input().json())
        .doesNotHaveDuplicates();
    Await.until(
        "counted",
        () ->
            meters
                .scrape()
                .contains("millrace_stream_tasks_total{stream=\"content:changes\"} 100"));
  }

  @Test
  void whatAReaderTookBeforeItDiedIsTakenOverAndMakesNoSecondTask() {
    add(10);
    var dead = new StreamReader(gateway, OF, "dead", TAKE_OVER);
    List<Entry> taken = dead.read(false).await();
    assertThat(taken).hasSize(10);
    RedisTaskQueue queue = queue(1_000);
    read("first", OF, queue);
    Await.until("taken over", () -> tasks(queue).size() == 10 && allRead());

    // And one that submitted, but died before it acknowledged.
    add(5);
    Await.until("all are tasks", () -> tasks(queue).size() == 15 && allRead());
    var _ = redis("XGROUP", "SETID", OF.stream(), OF.group(), "0");
    Await.until("all were read again", this::allRead);
    assertThat(tasks(queue)).hasSize(15);
  }

  @Test
  void entriesWaitWhileTheQueueIsFull() {
    add(5);
    RedisTaskQueue queue = queue(3);
    read("a", OF, queue);
    Await.until("three are tasks", () -> tasks(queue).size() == 3);
    Await.until("two are kept", () -> pending() == 2);

    for (Claimed one :
        queue.claim("w", List.of(new Demand("echo", 3, Duration.ofMinutes(1)))).await().tasks()) {
      assertThat(
              queue
                  .finish(List.of(new Finish(one.hold(), new Ending.Succeed(Payload.EMPTY))))
                  .await())
          .containsExactly(true);
    }

    Await.until("all are tasks", () -> tasks(queue).size() == 5 && pending() == 0);
  }

  @Test
  void aReaderGoesOnAfterRedisWasAwayAndTheGroupWasDeleted() {
    add(1);
    RedisTaskQueue queue = queue(1_000);
    read("a", OF, queue);
    Await.until("the first", () -> tasks(queue).size() == 1 && allRead());

    REDIS.kill();
    Await.until("away", () -> !gateway.connected());
    REDIS.restart();
    Await.until("back", gateway::connected);
    add(1);
    Await.until("the second", () -> tasks(queue).size() == 2 && allRead());

    var _ = redis("XGROUP", "DESTROY", OF.stream(), OF.group());
    add(1);
    Await.until("the third", () -> tasks(queue).size() == 3 && allRead());
  }

  @Test
  void withoutAFieldAllFieldsAreTheInputAndANonsensicalOneIsHandedOn() {
    RedisTaskQueue queue = queue(1_000);
    read("a", new StreamSettings("plain", "g", "echo", "", "normal", "docs"), queue);
    read("a", OF, queue);
    var _ = redis("XADD", "plain", "*", "text", "hello", "kind", "x");
    var _ = redis("XADD", OF.stream(), "*", "input", "no json");

    Await.until("both are tasks", () -> tasks(queue).size() == 2);
    assertThat(tasks(queue))
        .extracting(task -> task.input().json())
        .containsExactlyInAnyOrder(
            "{\"text\":\"hello\",\"kind\":\"x\"}", "{\"input\":\"no json\"}");
  }

  @Test
  void anEntryThatCanBeNoTaskIsToldAndHoldsNothingUp() {
    RedisTaskQueue queue = queue(1_000);
    read("a", OF, queue);
    var _ = redis("XADD", OF.stream(), "*", "input", "{\"text\":\"" + "x".repeat(70_000) + "\"}");
    add(1);

    Await.until("the next", () -> tasks(queue).size() == 1 && allRead());
    Await.until(
        "counted",
        () ->
            meters
                .scrape()
                .contains("millrace_stream_refused_total{stream=\"content:changes\"} 1"));
    assertThat(redis("XLEN", OF.stream()).number()).as("the entry stays").isEqualTo(2);
  }
}
