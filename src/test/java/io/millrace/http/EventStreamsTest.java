package io.millrace.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.millrace.testing.ContractClient.Answer;
import io.millrace.testing.EventReader;
import io.vertx.core.Promise;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamsTest {
  private static final String ECHO = "{\"handler\":\"echo\",\"input\":{\"text\":\"hello\"}}";

  @TempDir Path directory;
  private ServerUnderTest server;

  @BeforeEach
  void start() {
    server = new ServerUnderTest(directory, 4, Duration.ofMillis(100));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private TaskId submit() {
    return new TaskId(server.client.post("/api/v1/tasks", ECHO).json().getString("id"));
  }

  private EventReader follow(TaskId id, Optional<String> after) {
    return server.client.events("/api/v1/tasks/" + id + "/events", after);
  }

  @Test
  void aStreamCarriesTheLogThenWhatComesAndEndsAfterTheLastEvent() {
    TaskId id = submit();
    try (EventReader reader = follow(id, Optional.empty())) {
      assertThat(reader.header("X-Accel-Buffering")).hasValue("no");
      assertThat(reader.next().orElseThrow().json().getJsonObject("data").getString("status"))
          .isEqualTo("queued");
      server.tasks.progress(id, 1, 2);
      assertThat(reader.next().orElseThrow().event()).isEqualTo("task.progress");

      server.tasks.succeed(id, "{}");

      List<EventReader.Frame> rest = reader.rest();
      assertThat(rest).hasSize(1);
      assertThat(rest.getFirst().json().getBoolean("final")).isTrue();
    }
    await(() -> server.tasks.watching() == 0);
  }

  @Test
  void aReaderThatComesBackSeesEachEventOnce() {
    TaskId id = submit();
    for (int i = 0; i < 600; i++) {
      server.tasks.progress(id, i, 600);
    }
    String place;
    try (EventReader reader = follow(id, Optional.empty())) {
      for (int i = 0; i < 300; i++) {
        assertThat(reader.next()).isPresent();
      }
      place = reader.next().orElseThrow().id().orElseThrow();
    }
    server.tasks.succeed(id, "{}");

    try (EventReader again = follow(id, Optional.of(place))) {
      List<EventReader.Frame> rest = again.rest();

      assertThat(rest).hasSize(602 - 301);
      assertThat(rest).extracting(frame -> frame.id().orElseThrow()).doesNotContain(place);
    }
  }

  @Test
  void aLogThatFillsWholePagesEndsItsStreamToo() {
    TaskId id = submit();
    for (int i = 2; i < 2 * TaskReader.PAGE; i++) {
      server.tasks.progress(id, i, 600);
    }
    server.tasks.succeed(id, "{}");

    List<EventReader.Frame> all = follow(id, Optional.empty()).rest();

    assertThat(all).hasSize(2 * TaskReader.PAGE);
    assertThat(all.getLast().json().getBoolean("final")).isTrue();
  }

  @Test
  void newsThatComesWhileTheLastEventIsReadEndsTheStreamToo() {
    TaskId id = submit();
    try (EventReader reader = follow(id, Optional.empty())) {
      assertThat(reader.next()).isPresent();
      Promise<Void> line = server.tasks.holdReads();
      server.tasks.progress(id, 1, 2);
      server.tasks.succeed(id, "{}");
      await(() -> server.tasks.heldReads() == 1 && server.tasks.untold() == 0);

      line.complete();

      assertThat(reader.rest()).hasSize(2);
    }
  }

  @Test
  void theHeaderWinsOverTheParameter() {
    TaskId id = submit();
    server.tasks.progress(id, 1, 1);
    server.tasks.succeed(id, "{}");
    List<EventReader.Frame> all = follow(id, Optional.empty()).rest();
    String first = all.get(0).id().orElseThrow();
    String second = all.get(1).id().orElseThrow();

    EventReader both =
        server.client.events("/api/v1/tasks/" + id + "/events?after=" + first, Optional.of(second));

    assertThat(both.rest()).hasSize(1);
    assertThat(
            server
                .client
                .events("/api/v1/tasks/" + id + "/events?after=" + first, Optional.empty())
                .rest())
        .hasSize(2);
  }

  @Test
  void aStreamThatIsOverAndSeenHasNoContent() {
    TaskId id = submit();
    server.tasks.succeed(id, "{}");
    String last = follow(id, Optional.empty()).rest().getLast().id().orElseThrow();

    Answer over =
        server.client.send(
            server.client.request("/api/v1/tasks/" + id + "/events").header("Last-Event-ID", last));

    assertThat(over.status()).isEqualTo(204);
  }

  @Test
  void aReaderThatLostTheBeginningGetsASnapshotFirst() {
    TaskId id = submit();
    server.tasks.progress(id, 1, 2);
    server.tasks.trim(1);
    server.tasks.succeed(id, "{\"said\":1}");

    List<EventReader.Frame> frames = follow(id, Optional.empty()).rest();

    assertThat(frames)
        .extracting(EventReader.Frame::event)
        .containsExactly("task.snapshot", "task.progress", "task.status");
    assertThat(frames.getFirst().json().getJsonObject("data").getJsonObject("task").getString("id"))
        .isEqualTo(id.value());
  }

  @Test
  void aLogThatIsWhollyGoneGivesASnapshotAndEnds() {
    TaskId id = submit();
    server.tasks.succeed(id, "{}");
    server.tasks.trim(100);

    List<EventReader.Frame> frames = follow(id, Optional.empty()).rest();

    assertThat(frames).extracting(EventReader.Frame::event).containsExactly("task.snapshot");
    assertThat(frames.getFirst().json().getBoolean("final")).isTrue();
  }

  @Test
  void anIdleStreamPings() {
    EventReader reader = follow(submit(), Optional.empty());
    assertThat(reader.next().orElseThrow().event()).isEqualTo("task.status");

    assertThat(reader.nextOfAnyKind().orElseThrow().event()).isEqualTo("ping");

    reader.close();
  }

  @Test
  void theFeedCarriesHandlersAndStatusEventsAndResumes() {
    try (EventReader reader = server.client.events("/api/v1/events", Optional.empty())) {
      EventReader.Frame handlers = nextNonPing(reader);
      assertThat(handlers.event()).isEqualTo("handlers");
      TaskId id = submit();
      EventReader.Frame queued = reader.next().orElseThrow();
      server.tasks.progress(id, 1, 1);
      server.tasks.succeed(id, "{}");
      EventReader.Frame succeeded = reader.next().orElseThrow();

      assertThat(queued.json().getString("task")).isEqualTo(id.value());
      assertThat(succeeded.json().getJsonObject("data").getString("status")).isEqualTo("succeeded");
      try (EventReader later = server.client.events("/api/v1/events", queued.id())) {
        assertThat(later.next().orElseThrow()).isEqualTo(succeeded);
      }
    }
  }

  @Test
  void aChangeOfTheHandlersReachesEveryReaderOfTheFeed() {
    try (EventReader reader = server.client.events("/api/v1/events", Optional.empty())) {
      assertThat(nextNonPing(reader).event()).isEqualTo("handlers");

      server.handlers.echoWorkers(3);

      EventReader.Frame changed = nextNonPing(reader);
      assertThat(changed.json().getJsonArray("items").getJsonObject(0).getInteger("liveWorkers"))
          .isEqualTo(3);
    }
  }

  @Test
  void newsOfGenerationsReachesEveryReaderOfTheFeedAndIsFollowedOnlyForThem() {
    assertThat(server.generationNews.followers()).isZero();
    try (EventReader one = server.client.events("/api/v1/events", Optional.empty());
        EventReader other = server.client.events("/api/v1/events", Optional.empty())) {
      for (EventReader reader : List.of(one, other)) {
        assertThat(nextNonPing(reader).event()).isEqualTo("handlers");
      }
      assertThat(server.generationNews.followers()).isOne();

      server.generationNews.tell(server.generations.counted().result());

      for (EventReader reader : List.of(one, other)) {
        EventReader.Frame told = nextNonPing(reader);
        assertThat(told.event()).isEqualTo("generations");
        assertThat(told.id()).isEmpty();
        assertThat(told.json().getJsonArray("items").getJsonObject(0).getString("state"))
            .isEqualTo("live");
      }
    }
    await(() -> server.generationNews.followers() == 0);
  }

  private static EventReader.Frame nextNonPing(EventReader reader) {
    while (true) {
      EventReader.Frame frame = reader.nextOfAnyKind().orElseThrow();
      if (!frame.event().equals("ping")) {
        return frame;
      }
    }
  }

  @Test
  void aReaderThatTheFeedHasPassedIsToldOfTheGap() {
    try (EventReader reader = server.client.events("/api/v1/events", Optional.of("1-0"))) {
      assertThat(reader.next().orElseThrow().event()).isEqualTo("feed.gap");
    }
  }

  @Test
  void noMoreThanSoManyStreamsAreOpenAtOnce() {
    TaskId id = submit();
    List<EventReader> open =
        List.of(1, 2, 3, 4).stream().map(i -> follow(id, Optional.empty())).toList();
    assertThat(open).allMatch(reader -> reader.next().isPresent());

    Answer refused = server.client.get("/api/v1/tasks/" + id + "/events");

    assertThat(refused.status()).isEqualTo(429);
    server.tasks.succeed(id, "{}");
    assertThat(open).allMatch(reader -> reader.rest().size() == 1);
    assertThat(server.client.get("/api/v1/tasks/" + id + "/events").status()).isEqualTo(200);
  }

  @Test
  void streamsEndInGoodOrderWhenTheServerStops() {
    EventReader reader = follow(submit(), Optional.empty());
    assertThat(reader.next()).isPresent();

    server.stop().timeout(20, SECONDS).await();

    assertThat(reader.rest()).isEmpty();
    await(() -> server.tasks.watching() == 0);
  }

  @Test
  void aClosedTabLeavesTheTaskAlone() {
    TaskId id = submit();
    EventReader reader = follow(id, Optional.empty());
    assertThat(reader.next()).isPresent();

    reader.close();

    await(() -> server.tasks.watching() == 0);
    assertThat(server.client.get("/api/v1/tasks/" + id).json().getString("status"))
        .isEqualTo("queued");
  }

  @Test
  void aReaderThatStallsIsCutOffAndHoldsNothing() throws IOException {
    try (Socket stalled = stalledReader()) {
      await(() -> server.tasks.watching() == 1);

      assertThat(overwhelm(submit())).isPositive();

      await(() -> server.meters.scrape().matches("(?s).*millrace_http_streams 0\\.0.*"));
      assertThat(stalled.isClosed()).isFalse();
    }
  }

  @Test
  void aReaderThatWasSlowGetsTheRestOnceAndInOrder() throws IOException {
    server.close();
    server = new ServerUnderTest(directory, 4, Duration.ofMinutes(1));
    try (Socket slow = stalledReader()) {
      await(() -> server.tasks.watching() == 1);
      TaskId id = submit();
      int sent = 1 + overwhelm(id) + 1;
      server.tasks.succeed(id, "{}");

      List<Long> ids = idsOf(slow, sent);

      assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize(sent);
    }
  }

  /** Changes a task until the one reader of the feed takes no more; how often. */
  private int overwhelm(TaskId id) {
    var changes = new AtomicInteger();
    await(() -> {
      for (int i = 0; i < 500; i++) {
        server.tasks.change(id, TaskStatus.RUNNING, Optional.empty());
        changes.incrementAndGet();
      }
      return server.tasks.watching() == 0;
    });
    return changes.get();
  }

  private static List<Long> idsOf(Socket socket, int count) throws IOException {
    socket.setSoTimeout(20_000);
    var lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    var ids = new ArrayList<Long>();
    while (ids.size() < count) {
      String line = lines.readLine();
      if (line.startsWith("id: ")) {
        ids.add(Long.valueOf(line.substring(4, line.indexOf('-'))));
      }
    }
    return ids;
  }

  /** A client that asks for the feed and does not read. */
  private Socket stalledReader() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.server.port()));
    String request = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private static void await(java.util.function.BooleanSupplier state) {
    long deadline = System.nanoTime() + SECONDS.toNanos(20);
    while (!state.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the state is reached in time").isLessThan(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }
}
