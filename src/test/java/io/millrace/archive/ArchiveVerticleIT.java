package io.millrace.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.observe.Meters;
import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.settings.ArchiveSettings;
import io.millrace.sql.Database;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class ArchiveVerticleIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  private static final Pattern FAILED = Pattern.compile("millrace_archive_failures_total [1-9]");

  private static final ArchiveSettings SETTINGS =
      new ArchiveSettings(10, Duration.ofMillis(5), 1_000, Optional.empty());

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters();
  private final Rounds rounds = new Rounds(1);
  private final MemoryFinishedTasks finished = new MemoryFinishedTasks();
  private Database database;
  private PostgresArchive archive;

  @BeforeEach
  void open() throws Exception {
    database = POSTGRES.database(vertx);
    archive = new PostgresArchive(database);
    done(database.query("TRUNCATE archived_task, archived_event"));
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
    meters.close();
  }

  @Test
  void whatIsFinishedIsStoredWithItsEventsAndReleased() throws Exception {
    FinishedRound round = rounds.succeeded(0);
    finished.add(round);

    done(deploy(archive));

    Await.until("released", () -> finished.size() == 0);
    assertThat(stored()).containsExactly(round.task());
    assertThat(await(archive.read(round.task().id(), Optional.empty(), 10)))
        .containsExactlyElementsOf(round.events());
    assertThat(await(archive.read(round.task().id(), Optional.of(round.events().get(1).id()), 10)))
        .containsExactly(round.events().get(2));
  }

  @Test
  void aDeathBetweenCommitAndReleaseChangesNothing() throws Exception {
    var all = new ArrayList<FinishedRound>();
    for (int i = 0; i < 35; i++) {
      all.add(rounds.succeeded(i));
      finished.add(all.getLast());
    }
    finished.failReleases(3);

    done(deploy(archive));

    Await.until("released", () -> finished.size() == 0);
    assertThat(stored())
        .containsExactlyInAnyOrderElementsOf(all.stream().map(FinishedRound::task).toList());
    for (FinishedRound round : all) {
      assertThat(await(archive.read(round.task().id(), Optional.empty(), 10)))
          .containsExactlyElementsOf(round.events());
    }
  }

  @Test
  void aLongLogIsKeptInRowsAndReadInPages() throws Exception {
    FinishedRound round = Rounds.chatty(30);

    done(archive.store(List.of(round)));
    done(archive.store(List.of(round)));

    assertThat(count("SELECT count(*) FROM archived_event")).isEqualTo(30);
    TaskId task = round.task().id();
    List<TaskEvent> page = await(archive.read(task, Optional.empty(), 20));
    assertThat(page).containsExactlyElementsOf(round.events().subList(0, 20));
    assertThat(await(archive.read(task, Optional.of(page.getLast().id()), 20)))
        .containsExactlyElementsOf(round.events().subList(20, 30));
  }

  @Test
  void aLogThatWasStoredBothWaysIsReadOnce() throws Exception {
    FinishedRound first = Rounds.again(rounds.succeeded(0), TaskStatus.DEAD, 1);
    FinishedRound second = Rounds.again(first, TaskStatus.SUCCEEDED, 2);
    var events = new ArrayList<>(first.events());
    events.addAll(second.events());

    done(archive.store(List.of(first)));
    done(archive.store(List.of(new FinishedRound(second.entry(), second.task(), events))));

    assertThat(await(archive.read(first.task().id(), Optional.empty(), 10)))
        .containsExactlyElementsOf(events);
  }

  @Test
  void aTaskHasOneRowThatOfItsNewestRound() throws Exception {
    FinishedRound first = Rounds.again(rounds.succeeded(0), TaskStatus.DEAD, 1);
    FinishedRound second = Rounds.again(first, TaskStatus.SUCCEEDED, 2);

    done(archive.store(List.of(second, first)));
    done(archive.store(List.of(first)));

    assertThat(stored()).containsExactly(second.task());
    assertThat(
            await(archive.read(first.task().id(), Optional.empty(), 10)).stream()
                .map(TaskEvent::id))
        .containsExactlyElementsOf(
            java.util.stream.Stream.of(first, second)
                .flatMap(round -> round.events().stream())
                .map(TaskEvent::id)
                .toList());
  }

  @Test
  void theChangeLogNamesEachStoredTask() throws Exception {
    var log = new PostgresChangeLog(database);
    long before = await(log.head()).n();
    FinishedRound one = rounds.succeeded(0);
    FinishedRound two = rounds.succeeded(1);

    done(archive.store(List.of(two, one)));

    assertThat(await(log.after(before, 10)).stream().map(Change::entityId))
        .containsExactly(one.task().id().value(), two.task().id().value());
  }

  @Test
  void aDatabaseThatIsAwayOnlyDelays() throws Exception {
    Matcher socket = Pattern.compile("host=([^&]+)").matcher(POSTGRES.uri());
    assertThat(socket.find()).isTrue();
    Path elsewhere = directory.resolve("sockets");
    Database away =
        Database.open(vertx, POSTGRES.uri().replace(socket.group(1), elsewhere.toString()), 2);
    finished.add(rounds.succeeded(0));
    done(deploy(new PostgresArchive(away)));
    Await.until("a failure is counted", () -> FAILED.matcher(meters.scrape()).find());
    assertThat(finished.size()).isEqualTo(1);

    Files.createSymbolicLink(elsewhere, Path.of(URLDecoder.decode(socket.group(1), UTF_8)));

    Await.until("released", () -> finished.size() == 0);
    assertThat(stored()).hasSize(1);
    Files.delete(elsewhere);
  }

  @Test
  void aTaskThatTheDatabaseRefusesHoldsUpNoOther() throws Exception {
    done(
        database.query(
            "ALTER TABLE archived_task ADD CONSTRAINT planted CHECK (result <> '\"poison\"')"));
    FinishedRound poison = poisoned(rounds.succeeded(0));
    finished.add(poison);
    for (int i = 1; i < 8; i++) {
      finished.add(rounds.succeeded(i));
    }

    done(deploy(archive));

    Await.until("all others are released", () -> finished.size() == 1);
    assertThat(stored()).hasSize(7);
    done(database.query("ALTER TABLE archived_task DROP CONSTRAINT planted"));
    Await.until("the last is released", () -> finished.size() == 0);
    assertThat(stored()).hasSize(8).contains(poison.task());
  }

  @Test
  void whatEndedLongerAgoThanItsTimeToLiveGoesWithItsEventsAndTheIndexIsTold() throws Exception {
    var log = new PostgresChangeLog(database);
    FinishedRound old = rounds.succeeded(0);
    FinishedRound fresh = rounds.succeeded(1);
    done(archive.store(List.of(old, fresh)));
    done(
        database.query(
            "UPDATE archived_task SET finished_at = finished_at - interval '3 days' WHERE id = '"
                + old.task().id()
                + "'"));
    long before = await(log.head()).n();
    Duration ttl = Duration.ofDays(2);
    Instant now = fresh.task().finishedAt().orElseThrow();
    var settings = new ArchiveSettings(10, Duration.ofMillis(5), 1_000, Optional.of(ttl));

    String _ =
        await(
            vertx.deployVerticle(
                new ArchiveVerticle(finished, archive, settings, InstantSource.fixed(now), meters),
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));

    Await.until("one is gone", () -> meters.scrape().contains("millrace_archive_expired_total 1"));
    assertThat(stored()).containsExactly(fresh.task());
    assertThat(await(archive.read(old.task().id(), Optional.empty(), 10))).isEmpty();
    assertThat(await(archive.read(fresh.task().id(), Optional.empty(), 10))).isNotEmpty();
    assertThat(await(log.after(before, 10)).stream().map(Change::entityId))
        .containsExactly(old.task().id().value());
  }

  @Test
  void stoppingFlushesWhatIsFinished() throws Exception {
    String verticle =
        await(
            deploy(
                archive, new ArchiveSettings(10, Duration.ofMinutes(1), 1_000, Optional.empty())));
    Await.until(
        "the verticle waits for its interval",
        () -> meters.scrape().contains("millrace_archive_backlog 0"));
    for (int i = 0; i < 25; i++) {
      finished.add(rounds.succeeded(i));
    }

    done(vertx.undeploy(verticle));

    assertThat(finished.size()).isZero();
    assertThat(stored()).hasSize(25);
  }

  private static FinishedRound poisoned(FinishedRound round) {
    Task t = round.task();
    var task =
        new Task(
            t.id(),
            t.owner(),
            t.handler(),
            t.status(),
            t.priority(),
            t.input(),
            t.epoch(),
            t.round(),
            t.attempts(),
            t.deliveries(),
            t.cancelRequested(),
            t.worker(),
            t.createdAt(),
            t.runAt(),
            t.startedAt(),
            t.finishedAt(),
            Optional.of(new Payload("\"poison\"")),
            t.error());
    return new FinishedRound(round.entry(), task, round.events());
  }

  private Future<String> deploy(PostgresArchive target) {
    return deploy(target, SETTINGS);
  }

  private Future<String> deploy(PostgresArchive target, ArchiveSettings settings) {
    return vertx.deployVerticle(
        new ArchiveVerticle(finished, target, settings, InstantSource.system(), meters),
        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
  }

  private List<Task> stored() throws TimeoutException {
    return await(archive.after(Optional.empty(), 1_000));
  }

  private long count(String sql) throws TimeoutException {
    return await(database.query(sql)).iterator().next().getLong(0);
  }

  private static void done(Future<?> future) throws TimeoutException {
    var _ = future.await(20, TimeUnit.SECONDS);
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(20, TimeUnit.SECONDS);
  }
}
