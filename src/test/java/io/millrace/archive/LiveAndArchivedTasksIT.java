package io.millrace.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.archive.Tasks.ChildPage;
import io.millrace.archive.Tasks.Filter;
import io.millrace.archive.Tasks.Page;
import io.millrace.events.RedisEventLogs;
import io.millrace.observe.Meters;
import io.millrace.problem.ProblemException;
import io.millrace.queue.DeadLetters;
import io.millrace.queue.FinishedTasks.FinishedRound;
import io.millrace.queue.RedisDeadLetters;
import io.millrace.queue.RedisFinishedTasks;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.settings.ArchiveSettings;
import io.millrace.settings.DlqSettings;
import io.millrace.settings.QueueSettings;
import io.millrace.sql.Database;
import io.millrace.task.ChildRequest;
import io.millrace.task.Children;
import io.millrace.task.Children.Standing;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskStatus;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.millrace.testing.LocalRedis;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LiveAndArchivedTasksIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final Scope ALICE = new Scope("acme", "default", "alice");
  private static final Scope MALLORY = new Scope("other", "default", "mallory");
  private static final Filter DEAD =
      new Filter(
          Optional.of(TaskStatus.DEAD), Optional.empty(), Optional.empty(), Optional.empty());
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters();
  private RedisTaskQueue queue;
  private RedisFinishedTasks finished;
  private PostgresArchive archive;
  private LiveAndArchivedTasks tasks;
  private RedisDeadLetters letters;
  private RedisEventLogs logs;

  @BeforeEach
  void open() throws Exception {
    REDIS.flush();
    RedisGateway gateway = await(RedisGateway.connect(vertx, REDIS.uri(), RedisLimits.DEFAULT));
    var settings = new QueueSettings(1, 100_000, 100_000, 1_000, 10_000, Duration.ofHours(1));
    queue =
        new RedisTaskQueue(gateway, settings, 100_000, InstantSource.system(), new SecureRandom());
    finished = new RedisFinishedTasks(gateway, 1, "reader");
    Database database = POSTGRES.database(vertx);
    archive = new PostgresArchive(database);
    tasks = new LiveAndArchivedTasks(queue, archive);
    letters = new RedisDeadLetters(gateway, settings, new DlqSettings(Duration.ofDays(1), 100));
    logs = new RedisEventLogs(vertx, gateway, archive, 1);
    done(database.query("TRUNCATE archived_task, archived_event"));
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
    meters.close();
  }

  @Test
  void aTaskIsFoundLiveAndArchivedByItsTenantOnly() throws Exception {
    TaskId live = submit(2).getFirst();
    TaskId gone = finish(1).getFirst();
    done(deployArchive());
    Await.until("archived", () -> backlog() == 0);

    assertThat(await(queue.get(ALICE, gone))).isEmpty();
    assertThat(await(tasks.get(ALICE, gone)).status()).isEqualTo(TaskStatus.SUCCEEDED);
    assertThat(ids(await(tasks.byIds(ALICE, List.of(gone, live))))).contains(gone);
    assertThat(await(tasks.byIds(MALLORY, List.of(gone, live)))).isEmpty();
    assertThat(await(tasks.list(MALLORY, Filter.ALL, Optional.empty(), 10)).tasks()).isEmpty();
    assertThatThrownBy(() -> await(tasks.get(MALLORY, gone)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("not-found");
  }

  @Test
  void eventsAreTheSameAfterTheRelease() throws Exception {
    var _ = submit(1);
    TaskId id = finish(1).getFirst();
    List<FinishedRound> rounds = await(finished.take(10));
    List<TaskEvent> live = rounds.getFirst().events();

    done(archive.store(rounds));
    done(finished.release(rounds));

    assertThat(await(archive.read(id, Optional.empty(), 100))).isEqualTo(live);
    assertThat(live).hasSizeGreaterThanOrEqualTo(2);
    assertThat(live.getLast().last()).isTrue();
  }

  @Test
  void aTaskThatIsRunAgainAfterItsReleaseKeepsItsWholeLogAndIsNotListedAsDead() throws Exception {
    TaskId id = submit(1).getFirst();
    end(new Ending.Bury(new TaskError("unavailable", "away", true)));
    release();
    assertThat(await(letters.redrive(ALICE, id))).isInstanceOf(DeadLetters.Redriven.Live.class);

    assertThat(await(tasks.list(ALICE, DEAD, Optional.empty(), 10)).tasks()).isEmpty();
    assertThat(await(tasks.list(ALICE, Filter.ALL, Optional.empty(), 10)).tasks())
        .extracting(Task::round)
        .containsExactly(2);
    end(new Ending.Succeed(Payload.EMPTY));
    List<TaskEvent> live = wholeLog(id);
    assertThat(await(logs.read(id, Optional.empty(), 100)).events())
        .as("in one page too, or the end of the first round were taken for the end")
        .isEqualTo(live);
    release();

    assertThat(wholeLog(id)).isEqualTo(live);
    assertThat(live).filteredOn(TaskEvent::last).hasSize(2);
    assertThat(live).extracting(TaskEvent::id).isSortedAccordingTo(TaskEvent::compareIds);
    assertThat(await(tasks.get(ALICE, id)).status()).isEqualTo(TaskStatus.SUCCEEDED);
  }

  private void end(Ending ending) throws TimeoutException {
    Claimed claimed =
        await(queue.claim("worker", List.of(new Demand("echo", 1, LEASE)))).tasks().getFirst();
    assertThat(await(queue.finish(List.of(new Finish(claimed.hold(), ending)))))
        .containsExactly(true);
  }

  private void release() throws TimeoutException {
    List<FinishedRound> rounds = await(finished.take(10));
    done(archive.store(rounds));
    done(finished.release(rounds));
  }

  private List<TaskEvent> wholeLog(TaskId id) throws TimeoutException {
    var all = new ArrayList<TaskEvent>();
    List<TaskEvent> page;
    do {
      Optional<String> after = all.isEmpty() ? Optional.empty() : Optional.of(all.getLast().id());
      page = await(logs.read(id, after, 2)).events();
      all.addAll(page);
    } while (!page.isEmpty());
    return all;
  }

  @Test
  void pagesShowEachTaskOnceWhileTasksAreArchivedUnderneath() throws Exception {
    Set<TaskId> all = new HashSet<>(submit(400));
    done(deployArchive());
    for (int round = 0; round < 8; round++) {
      Future<?> _ = finishLater(50);

      List<TaskId> seen = walk(Filter.ALL, 7);

      assertThat(seen).doesNotHaveDuplicates();
      assertThat(Set.copyOf(seen)).isEqualTo(all);
      assertThat(seen).isSortedAccordingTo((a, b) -> b.value().compareTo(a.value()));
    }
    Await.until("all archived", () -> backlog() == 0);
    assertThat(Set.copyOf(walk(Filter.ALL, 50))).isEqualTo(all);
  }

  @Test
  void filtersHoldOnBothSides() throws Exception {
    var _ = submit(30);
    List<TaskId> ended = finish(20);
    done(deployArchive());
    Await.until("archived", () -> backlog() == 0);
    var _ = finish(5);

    assertThat(walk(filter(TaskStatus.SUCCEEDED), 4)).hasSize(25).containsAll(ended);
    assertThat(walk(filter(TaskStatus.QUEUED), 4)).hasSize(5);
    assertThat(walk(filter(TaskStatus.FAILED), 4)).isEmpty();
    Task some = await(tasks.get(ALICE, ended.getFirst()));
    var sinceThen =
        new Filter(
            Optional.empty(), Optional.of("echo"), Optional.of(some.createdAt()), Optional.empty());
    var untilThen =
        new Filter(
            Optional.empty(), Optional.of("echo"), Optional.empty(), Optional.of(some.createdAt()));
    assertThat(walk(sinceThen, 10)).contains(some.id());
    assertThat(walk(untilThen, 10)).doesNotContain(some.id());
    assertThat(walk(sinceThen, 10).size() + walk(untilThen, 10).size()).isEqualTo(30);
    var otherHandler =
        new Filter(Optional.empty(), Optional.of("none"), Optional.empty(), Optional.empty());
    assertThat(walk(otherHandler, 10)).isEmpty();
  }

  @Test
  void theChildrenOfALiveTaskComeInPagesAndByWhereTheyStand() throws Exception {
    TaskId parent = submit(1).getFirst();
    end(new Ending.Wait(children(7)));
    List<TaskId> succeeded = finish(2);
    end(new Ending.Fail(new TaskError("invalid", "no", false)));

    assertThat(await(queue.children(parent))).hasSize(7);
    assertChildren(parent, succeeded, 4);
    assertThatThrownBy(
            () -> await(tasks.children(MALLORY, parent, Optional.empty(), Optional.empty(), 10)))
        .hasMessageContaining("not-found");
  }

  @Test
  void theChildrenOfAnEndedTaskAreCountedAsTheyStandLiveAndArchived() throws Exception {
    TaskId parent = submit(1).getFirst();
    end(new Ending.Wait(children(7)));
    List<TaskId> succeeded = finish(2);
    end(new Ending.Fail(new TaskError("invalid", "no", false)));
    var _ = await(queue.cancel(ALICE, parent));

    assertChildren(parent, succeeded, 0);
    release();
    assertThat(await(queue.children(parent))).isEmpty();
    assertChildren(parent, succeeded, 0);
  }

  /** Of 7, 2 that succeeded, 1 that failed; of the others {@code open} are open. */
  private void assertChildren(TaskId parent, List<TaskId> succeeded, int open)
      throws TimeoutException {
    var counts = Optional.of(new Children(7, 2, 1, 0, 4 - open));
    List<TaskId> all = childrenOf(parent, Optional.empty(), 3, counts);
    assertThat(all).hasSize(7).doesNotHaveDuplicates().containsAll(succeeded);
    assertThat(childrenOf(parent, Optional.empty(), 7, counts)).isEqualTo(all);
    assertThat(childrenOf(parent, Optional.of(Standing.SUCCEEDED), 1, counts))
        .containsExactlyInAnyOrderElementsOf(succeeded);
    assertThat(childrenOf(parent, Optional.of(Standing.FAILED), 5, counts)).hasSize(1);
    assertThat(childrenOf(parent, Optional.of(Standing.OPEN), 2, counts)).hasSize(open);
    assertThat(childrenOf(parent, Optional.of(Standing.CANCELLED), 2, counts)).hasSize(4 - open);
    assertThat(await(tasks.children(ALICE, all.getFirst(), Optional.empty(), Optional.empty(), 5)))
        .isEqualTo(new ChildPage(Optional.empty(), new Page(List.of(), Optional.empty())));
  }

  private List<TaskId> childrenOf(
      TaskId parent, Optional<Standing> only, int limit, Optional<Children> counts)
      throws TimeoutException {
    var seen = new ArrayList<TaskId>();
    Optional<TaskId> after = Optional.empty();
    do {
      ChildPage page = await(tasks.children(ALICE, parent, only, after, limit));
      assertThat(page.counts()).isEqualTo(counts);
      assertThat(page.page().tasks()).hasSizeLessThanOrEqualTo(limit);
      seen.addAll(ids(page.page().tasks()));
      after = page.page().next();
    } while (after.isPresent());
    return seen;
  }

  private static List<ChildRequest> children(int count) {
    return Collections.nCopies(count, new ChildRequest("echo", Payload.EMPTY, Priority.NORMAL, 1));
  }

  private static Filter filter(TaskStatus status) {
    return new Filter(Optional.of(status), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private List<TaskId> walk(Filter filter, int limit) throws TimeoutException {
    var seen = new ArrayList<TaskId>();
    Optional<TaskId> before = Optional.empty();
    do {
      Page page = await(tasks.list(ALICE, filter, before, limit));
      assertThat(page.tasks()).hasSizeLessThanOrEqualTo(limit);
      seen.addAll(ids(page.tasks()));
      before = page.next();
    } while (before.isPresent());
    return seen;
  }

  private List<TaskId> submit(int count) throws TimeoutException {
    List<TaskRequest> requests =
        IntStream.range(0, count)
            .mapToObj(i ->
                TaskRequest.now(
                    ALICE, "echo", new Payload("{\"text\":\"" + i + "\"}"), Priority.NORMAL))
            .toList();
    return await(queue.submit(requests)).stream()
        .map(answer -> ((Submitted.Accepted) answer).task().id())
        .toList();
  }

  private List<TaskId> finish(int count) throws TimeoutException {
    return await(finishLater(count));
  }

  private Future<List<TaskId>> finishLater(int count) {
    return queue
        .claim("worker", List.of(new Demand("echo", count, LEASE)))
        .compose(claimed ->
            queue
                .finish(
                    claimed.tasks().stream()
                        .map(c -> new Finish(c.hold(), new Ending.Succeed(Payload.EMPTY)))
                        .toList())
                .map(_ -> claimed.tasks().stream().map(Claimed::task).map(Task::id).toList()));
  }

  private long backlog() {
    try {
      return await(finished.backlog());
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private Future<String> deployArchive() {
    return vertx.deployVerticle(
        new ArchiveVerticle(
            finished,
            archive,
            new ArchiveSettings(10, Duration.ofMillis(2), 100_000, Optional.empty()),
            InstantSource.system(),
            meters),
        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
  }

  private static List<TaskId> ids(List<Task> found) {
    return found.stream().map(Task::id).toList();
  }

  private static void done(Future<?> future) throws TimeoutException {
    var _ = future.await(20, TimeUnit.SECONDS);
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(20, TimeUnit.SECONDS);
  }
}
