package io.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.events.EventLogs.EventPage;
import io.millrace.events.EventLogs.FeedEntry;
import io.millrace.events.EventLogs.FeedReader;
import io.millrace.events.EventLogs.Subscription;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.task.Payload;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.testing.LocalRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers of logs and of the feed see each event once, in order, whatever happens on the way. */
final class RedisEventLogsIT {
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final TaskId TASK = new TaskId("0-01jd0000000000000000000000");
  private static final String LOG = Keys.EVENTS.of(0, TASK.value());
  private static final Map<TaskId, List<TaskEvent>> ARCHIVE = new ConcurrentHashMap<>();

  private static Vertx vertx;
  private static RedisGateway gateway;
  private static RedisEventLogs logs;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
    gateway = await(RedisGateway.connect(vertx, REDIS.uri(), RedisLimits.DEFAULT));
    logs = new RedisEventLogs(vertx, gateway, RedisEventLogsIT::archived, 1);
  }

  @AfterAll
  static void close() {
    await(gateway.close());
    await(vertx.close());
  }

  @BeforeEach
  void empty() {
    REDIS.flush();
    ARCHIVE.clear();
  }

  private static Future<List<TaskEvent>> archived(TaskId task, Optional<String> after, int limit) {
    return Future.succeededFuture(
        ARCHIVE.getOrDefault(task, List.of()).stream()
            .filter(event -> after.isEmpty() || TaskEvent.compareIds(after.get(), event.id()) < 0)
            .limit(limit)
            .toList());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer in time", e);
    }
  }

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
  }

  private static String append(int n, boolean last) {
    return await(
            gateway.command(
                "XADD",
                LOG,
                "*",
                "type",
                "task.output",
                "data",
                "{\"n\":" + n + "}",
                "final",
                last ? "1" : "0"))
        .text();
  }

  private static String feed(int n) {
    String id =
        await(
                gateway.command(
                    "XADD",
                    Keys.FEED.of(0),
                    "*",
                    "task",
                    TASK.value(),
                    "tenant",
                    "acme",
                    "event",
                    n + "-0",
                    "data",
                    "{\"n\":" + n + "}",
                    "final",
                    "0"))
            .text();
    var _ = await(gateway.publish(Keys.FEED.of(0), ""));
    return id;
  }

  private static EventPage read(Optional<String> after, int limit) {
    return await(logs.read(TASK, after, limit));
  }

  /** A reader that remembers. */
  private static final class Remembering implements FeedReader {
    private final List<FeedEntry> entries = new CopyOnWriteArrayList<>();
    private final AtomicInteger gaps = new AtomicInteger();

    @Override
    public void onEntries(List<FeedEntry> news) {
      entries.addAll(news);
    }

    @Override
    public void onGap() {
      gaps.incrementAndGet();
    }

    List<String> seen() {
      return entries.stream().map(entry -> entry.event().id().replace("-0", "")).toList();
    }
  }

  @Test
  void aLogIsReadInPortionsWithoutLossOrRepetition() {
    var written = new ArrayList<String>();
    for (int i = 0; i < 25; i++) {
      written.add(append(i, i == 24));
    }
    var seen = new ArrayList<TaskEvent>();
    Optional<String> after = Optional.empty();
    for (EventPage page = read(after, 10); !page.events().isEmpty(); page = read(after, 10)) {
      seen.addAll(page.events());
      after = Optional.of(page.events().getLast().id());
      assertThat(page.gap()).isFalse();
    }

    assertThat(seen).extracting(TaskEvent::id).containsExactlyElementsOf(written);
    assertThat(seen.getFirst().data()).isEqualTo(new Payload("{\"n\":0}"));
    assertThat(seen).filteredOn(TaskEvent::last).hasSize(1);
  }

  @Test
  void aReaderThatLostTheBeginningToTheCapIsTold() {
    String first = append(0, false);
    for (int i = 1; i < 10; i++) {
      var _ = append(i, false);
    }
    var _ = await(gateway.command("XTRIM", LOG, "MAXLEN", "3"));
    EventPage fromStart = read(Optional.empty(), 10);
    EventPage fromFirst = read(Optional.of(first), 10);
    EventPage fromKept = read(Optional.of(fromStart.events().getFirst().id()), 10);

    assertThat(fromStart.gap()).isTrue();
    assertThat(fromStart.events()).hasSize(3);
    assertThat(fromFirst.gap()).isTrue();
    assertThat(fromKept.gap()).isFalse();
    assertThat(fromKept.events()).hasSize(2);
  }

  @Test
  void anUnknownLogIsEmpty() {
    assertThat(read(Optional.empty(), 10)).isEqualTo(new EventPage(List.of(), false));
    assertThat(await(logs.read(new TaskId("9-01jd0000000000000000000000"), Optional.empty(), 10)))
        .isEqualTo(new EventPage(List.of(), false));
  }

  @Test
  void aReaderGoesOnInTheArchiveUnderTheSameIds() {
    for (int i = 0; i < 6; i++) {
      var _ = append(i, i == 5);
    }
    List<TaskEvent> all = read(Optional.empty(), 100).events();
    List<TaskEvent> live = read(Optional.empty(), 3).events();
    ARCHIVE.put(TASK, all);
    var _ = await(gateway.command("UNLINK", LOG));
    List<TaskEvent> archived = read(Optional.of(live.getLast().id()), 100).events();

    assertThat(archived).isEqualTo(all.subList(3, 6));
  }

  @Test
  void aWatcherIsToldAtTheBeginningAtNewsAndAfterARestart() {
    var news = new AtomicInteger();
    Subscription watch = logs.watch(TASK, news::incrementAndGet);
    until(() -> news.get() > 0);
    int before = news.get();
    var _ = await(gateway.publish(LOG, ""));
    until(() -> news.get() > before);
    REDIS.kill();
    until(() -> !gateway.connected());
    int killed = news.get();
    REDIS.restart();
    until(() -> news.get() > killed);
    watch.close();
    watch.close();

    until(() -> await(gateway.command("PUBSUB", "SHARDNUMSUB", LOG)).item(1).number() == 0);
  }

  @Test
  void aFollowerThatBeginsNowSeesWhatComesOnceAndInOrder() {
    var _ = feed(1);
    var reader = new Remembering();
    try (Subscription _ = logs.followFeed(Optional.empty(), reader)) {
      until(() -> {
        // It begins somewhere among these.
        var _ = feed(2);
        return !reader.entries.isEmpty();
      });
      for (int i = 100; i < 600; i++) {
        var _ = feed(i);
      }
      until(() -> reader.seen().contains("599"));
    }

    assertThat(reader.seen()).doesNotContain("1").endsWith("598", "599");
    assertThat(reader.seen().stream().filter(n -> n.length() == 3)).hasSize(500).isSorted();
    assertThat(reader.entries).extracting(FeedEntry::feedId).doesNotHaveDuplicates();
    assertThat(reader.gaps).hasValue(0);
  }

  @Test
  void aFollowerThatComesBackGoesOnWhereItWas() {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 700; i++) {
      ids.add(feed(i));
    }
    var abreast = new Remembering();
    var late = new Remembering();
    try (Subscription _ = logs.followFeed(Optional.of(ids.get(99)), abreast)) {
      until(() -> abreast.entries.size() == 600);
      try (Subscription _ = logs.followFeed(Optional.of(ids.get(649)), late)) {
        ids.add(feed(700));
        until(() -> late.entries.size() == 51 && abreast.entries.size() == 601);
      }
    }

    assertThat(abreast.entries)
        .extracting(FeedEntry::feedId)
        .containsExactlyElementsOf(ids.subList(100, 701));
    assertThat(late.entries)
        .extracting(FeedEntry::feedId)
        .containsExactlyElementsOf(ids.subList(650, 701));
    assertThat(late.entries.getFirst().tenant()).isEqualTo("acme");
    assertThat(late.gaps).hasValue(0);
  }

  @Test
  void aFollowerWhomTheCapHasPassedIsTold() {
    String first = feed(0);
    for (int i = 1; i < 10; i++) {
      var _ = feed(i);
    }
    var _ = await(gateway.command("XTRIM", Keys.FEED.of(0), "MAXLEN", "4"));
    var reader = new Remembering();
    try (Subscription _ = logs.followFeed(Optional.of(first), reader)) {
      until(() -> reader.entries.size() == 4);
    }

    assertThat(reader.gaps).hasValue(1);
    assertThat(reader.seen()).containsExactly("6", "7", "8", "9");
  }

  @Test
  void aFollowerSurvivesARestartOfRedis() {
    var reader = new Remembering();
    String start = feed(0);
    try (Subscription _ = logs.followFeed(Optional.of(start), reader)) {
      var _ = feed(1);
      until(() -> reader.entries.size() == 1);
      REDIS.kill();
      until(() -> !gateway.connected());
      REDIS.restart();
      until(gateway::connected);
      var _ = feed(2);
      until(() -> reader.entries.size() == 2);
    }

    assertThat(reader.seen()).containsExactly("1", "2");
    assertThat(reader.gaps).hasValue(0);
  }

  @Test
  void aFollowerOfAFeedThatBeganAnewIsToldAndGoesOn() {
    var reader = new Remembering();
    try (Subscription _ = logs.followFeed(Optional.of("9999999999999-0"), reader)) {
      until(() -> reader.gaps.get() == 1);
      var _ = feed(1);
      until(() -> reader.entries.size() == 1);
    }

    assertThat(reader.seen()).containsExactly("1");
  }
}
