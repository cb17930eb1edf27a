package io.millrace.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.observe.Meters;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.schedule.Firing.Fired;
import io.millrace.schedule.MissedRuns.Policy;
import io.millrace.schedule.Schedule.Plan;
import io.millrace.schedule.Schedule.Run;
import io.millrace.settings.QueueSettings;
import io.millrace.sql.Database;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskRequest;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.millrace.testing.LocalRedis;
import io.millrace.testing.UnusedTaskQueue;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Schedules over a real database and a real queue, with a clock of the test's own. */
final class SchedulesIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final Scope ALICE = new Scope("acme", "default", "alice");
  private static final Scope MALLORY = new Scope("other", "default", "mallory");
  private static final MissedRuns ONCE = new MissedRuns(Policy.ONCE, 1);
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration EVERY = Duration.ofMillis(5);

  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters();
  private final AtomicReference<Instant> clock = new AtomicReference<>(NOON);
  private Database database;
  private RedisGateway redis;
  private RedisTaskQueue queue;
  private PostgresSchedules schedules;
  private Firing firing;

  @BeforeEach
  void open() throws Exception {
    REDIS.flush();
    database = POSTGRES.database(vertx);
    var _ = await(database.query("TRUNCATE schedule, schedule_task CASCADE"));
    redis = await(RedisGateway.connect(vertx, REDIS.uri(), RedisLimits.DEFAULT));
    queue = queue(100_000);
    schedules = new PostgresSchedules(database, clock::get, new SecureRandom());
    firing = new Firing(database, queue, clock::get);
  }

  private RedisTaskQueue queue(int depthMax) {
    var settings = new QueueSettings(1, depthMax, depthMax, 1_000, 10_000, Duration.ofHours(1));
    return new RedisTaskQueue(redis, settings, 100_000, clock::get, new SecureRandom());
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    meters.close();
  }

  @Test
  void twoSchedulersFireEveryMomentOnce() throws Exception {
    int count = 40;
    int minutes = 5;
    for (int i = 0; i < count; i++) {
      var _ = schedule("s" + i, "* * * * *", ONCE);
    }
    deploy(queue);
    deploy(queue);

    for (int minute = 1; minute <= minutes; minute++) {
      Instant now = NOON.plus(Duration.ofMinutes(minute));
      clock.set(now);
      Await.until("all of " + now, () -> nextFires().stream().allMatch(now::isBefore));
    }

    assertThat(tasks()).hasSize(count * minutes);
    for (Schedule schedule : await(schedules.list(ALICE, Optional.empty(), count)).schedules()) {
      assertThat(await(schedules.runs(ALICE, schedule.id())))
          .extracting(Run::fireAt)
          .doesNotHaveDuplicates()
          .hasSize(minutes);
    }
    assertThat(meters.scrape())
        .contains("millrace_schedule_fired_total{handler=\"echo\"} " + count * minutes + ".0");
  }

  @Test
  void aCrashBetweenSubmitAndCommitFiresOnce() throws Exception {
    Schedule schedule = schedule("nightly", "0 * * * *", ONCE);
    clock.set(NOON.plus(Duration.ofHours(1)));
    var crashing = new Firing(POSTGRES.database(vertx), crashing(), clock::get);

    assertThatThrownBy(() -> fireDue(crashing)).hasMessageContaining("unavailable");
    assertThat(tasks()).as("it was submitted").hasSize(1);
    assertThat(get(schedule).lastFire()).as("nothing was committed").isEmpty();
    clock.set(clock.get().plus(Duration.ofMinutes(10)));
    List<Fired> fired = fireDue(firing);

    assertThat(tasks()).hasSize(1);
    assertThat(fired.getFirst().shots()).singleElement().matches(Firing.Shot::repeated);
    assertThat(get(schedule).lastTask()).contains(tasks().getFirst().id());
    assertThat(get(schedule).nextFire()).contains(NOON.plus(Duration.ofHours(2)));
  }

  @Test
  void aScheduleThatWasChangedAfterTheCrashStillFiresOnce() throws Exception {
    Schedule schedule = schedule("nightly", "0 * * * *", ONCE);
    clock.set(NOON.plus(Duration.ofHours(1)));
    var crashing = new Firing(POSTGRES.database(vertx), crashing(), clock::get);
    assertThatThrownBy(() -> fireDue(crashing)).hasMessageContaining("unavailable");
    Plan other = plan("nightly", "0 * * * *", ONCE, "{\"text\":\"changed\"}");
    var _ = await(schedules.update(ALICE, schedule.id(), "default", other));

    var _ = fireDue(firing);

    assertThat(tasks()).hasSize(1);
    assertThat(get(schedule).lastFire()).contains(NOON.plus(Duration.ofHours(1)));
  }

  @Test
  void missedRunsFollowThePolicy() throws Exception {
    Schedule skip = schedule("skip", "0 * * * *", new MissedRuns(Policy.SKIP, 1));
    Schedule once = schedule("once", "0 * * * *", ONCE);
    Schedule all = schedule("all", "0 * * * *", new MissedRuns(Policy.ALL, 3));
    clock.set(NOON.plus(Duration.ofMinutes(5 * 60 + 10)));

    List<Fired> fired = fireDue(firing);

    assertThat(moments(skip)).isEmpty();
    assertThat(moments(once)).containsExactly(hours(5));
    assertThat(moments(all)).containsExactlyInAnyOrder(hours(3), hours(4), hours(5));
    assertThat(fired).extracting(Fired::missed).containsExactlyInAnyOrder(5, 4, 2);
    assertThat(nextFires()).containsOnly(hours(6));
  }

  @Test
  void aMomentSeenInTimeFiresUnderEveryPolicy() throws Exception {
    Schedule skip = schedule("skip", "0 * * * *", new MissedRuns(Policy.SKIP, 1));
    clock.set(hours(2).plus(DueMoments.ON_TIME));

    List<Fired> fired = fireDue(firing);

    assertThat(moments(skip)).containsExactly(hours(2));
    assertThat(fired.getFirst().missed()).isEqualTo(1);
  }

  @Test
  void aRefusedTaskIsTriedAgainUntilThereIsRoom() throws Exception {
    Schedule skip = schedule("skip", "0 * * * *", new MissedRuns(Policy.SKIP, 1));
    var full = queue(1);
    var other = TaskRequest.now(ALICE, "echo", Payload.EMPTY, Priority.LOW);
    var _ = await(full.submit(List.of(other)));
    Task waiting = tasks().getFirst();
    var firingIntoFull = new Firing(database, full, clock::get);
    clock.set(hours(1));

    assertThat(fireDue(firingIntoFull).getFirst().refusal()).isPresent();
    assertThat(get(skip).error().orElseThrow().type()).isEqualTo("too-many");
    assertThat(fireDue(firingIntoFull)).as("not at once").isEmpty();
    clock.set(hours(1).plus(Duration.ofMinutes(10)));
    assertThat(fireDue(firingIntoFull).getFirst().refusal()).isPresent();
    var _ = await(full.cancel(ALICE, waiting.id()));
    clock.set(hours(1).plus(Duration.ofMinutes(20)));
    assertThat(fireDue(firingIntoFull).getFirst().refusal()).isEmpty();

    assertThat(moments(skip)).containsExactly(hours(1));
    assertThat(get(skip).error()).isEmpty();
    assertThat(get(skip).nextFire()).contains(hours(2));
  }

  @Test
  void schedulesGoOnByThemselvesAfterRedisAndTheDatabaseWereAway() throws Exception {
    Schedule schedule = schedule("hourly", "0 * * * *", ONCE);
    deploy(queue);
    REDIS.kill();
    clock.set(hours(1));
    Await.until("the refusal", () -> get(schedule).error().isPresent());
    assertThat(get(schedule).error().orElseThrow().type()).isEqualTo("unavailable");
    var _ = await(cut());
    REDIS.restart();

    clock.set(hours(1).plus(Duration.ofMinutes(1)));
    Await.until(
        "the task",
        () -> {
          // Each refusal puts the next try off by the clock, which only this test moves.
          clock.set(clock.get().plus(Duration.ofSeconds(1)));
          return get(schedule).lastFire().isPresent();
        });

    assertThat(moments(schedule)).containsExactly(hours(1));
    assertThat(tasks()).hasSize(1);
    assertThat(get(schedule).error()).isEmpty();
  }

  @Test
  void whatPassesDuringAPauseIsNotMissed() throws Exception {
    Schedule schedule = schedule("hourly", "0 * * * *", new MissedRuns(Policy.ALL, 100));
    Schedule paused = await(schedules.pause(ALICE, schedule.id(), true));
    clock.set(hours(5).plus(Duration.ofMinutes(1)));
    assertThat(fireDue(firing)).isEmpty();

    Schedule resumed = await(schedules.pause(ALICE, schedule.id(), false));

    assertThat(paused.paused()).isTrue();
    assertThat(paused.nextFire()).isEmpty();
    assertThat(resumed.nextFire()).contains(hours(6));
    assertThat(fireDue(firing)).isEmpty();
  }

  @Test
  void otherTimesBeginAnewAndOtherInputsDoNot() throws Exception {
    Schedule schedule = schedule("hourly", "0 * * * *", ONCE);
    clock.set(hours(2));

    Schedule renamed = update(schedule, plan("renamed", "0 * * * *", ONCE, "{}"));
    Schedule moved = update(schedule, plan("renamed", "30 * * * *", ONCE, "{}"));

    assertThat(renamed.nextFire()).contains(hours(1));
    assertThat(renamed.plan().name()).isEqualTo("renamed");
    assertThat(moved.nextFire()).contains(hours(2).plus(Duration.ofMinutes(30)));
    assertThat(moved.createdAt()).isEqualTo(NOON);
    assertThat(moved.updatedAt()).isEqualTo(hours(2));
  }

  @Test
  void aNameIsTakenOncePerProject() throws Exception {
    Schedule first = schedule("hourly", "0 * * * *", ONCE);
    Schedule second = schedule("daily", "@daily", ONCE);
    Plan same = first.plan();

    assertThatThrownBy(() -> await(schedules.create(ALICE, same))).hasMessageContaining("conflict");
    assertThatThrownBy(() -> update(second, same)).hasMessageContaining("conflict");
    var _ = await(schedules.create(new Scope("acme", "second", "alice"), same));
    var _ = await(schedules.create(MALLORY, same));
    var _ = update(first, same);

    assertThat(get(second).plan().name()).isEqualTo("daily");
  }

  @Test
  void anotherTenantSeesAndChangesNothing() throws Exception {
    Schedule mine = schedule("mine", "@daily", ONCE);
    String id = mine.id();
    List<Future<?>> attempts =
        List.of(
            schedules.get(MALLORY, id),
            schedules.update(MALLORY, id, "default", mine.plan()),
            schedules.delete(MALLORY, id),
            schedules.pause(MALLORY, id, true));

    for (Future<?> attempt : attempts) {
      assertThatThrownBy(() -> await(attempt)).hasMessageContaining("not-found");
    }
    assertThat(await(schedules.list(MALLORY, Optional.empty(), 10)).schedules()).isEmpty();
    assertThat(await(schedules.runs(MALLORY, id))).isEmpty();
    assertThat(get(mine)).isEqualTo(mine);
  }

  @Test
  void theListPagesNewestFirst() throws Exception {
    for (int i = 0; i < 5; i++) {
      clock.set(NOON.plusSeconds(i / 2));
      var _ = schedule("s" + i, "@daily", ONCE);
    }
    var seen = new ArrayList<String>();
    Optional<String> cursor = Optional.empty();
    do {
      Schedules.Page page = await(schedules.list(ALICE, cursor, 2));
      page.schedules().forEach(schedule -> seen.add(schedule.plan().name()));
      cursor = page.next();
      assertThat(cursor.filter(Schedules::isCursor)).isEqualTo(cursor);
    } while (cursor.isPresent());

    assertThat(seen).hasSize(5).doesNotHaveDuplicates().startsWith("s4");
  }

  @Test
  void onlyTheLastTasksAreRemembered() throws Exception {
    Schedule schedule = schedule("minutely", "* * * * *", new MissedRuns(Policy.ALL, 15));
    for (int i = 1; i <= 2; i++) {
      clock.set(NOON.plus(Duration.ofMinutes(30L * i)));
      var _ = fireDue(firing);
    }

    assertThat(tasks()).hasSize(30);
    assertThat(await(schedules.runs(ALICE, schedule.id()))).hasSize(PostgresSchedules.RUNS_MAX);
    await(schedules.delete(ALICE, schedule.id()));
    assertThat(await(schedules.runs(ALICE, schedule.id()))).isEmpty();
  }

  private Schedule schedule(String name, String cron, MissedRuns missed) throws TimeoutException {
    return await(schedules.create(ALICE, plan(name, cron, missed, "{\"text\":\"hello\"}")));
  }

  private static Plan plan(String name, String cron, MissedRuns missed, String input) {
    return new Plan(name, cron, "UTC", "echo", new Payload(input), Priority.NORMAL, missed);
  }

  private Schedule update(Schedule schedule, Plan plan) throws TimeoutException {
    return await(schedules.update(ALICE, schedule.id(), "default", plan));
  }

  private Schedule get(Schedule schedule) {
    try {
      return await(schedules.get(ALICE, schedule.id()));
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private List<Instant> moments(Schedule schedule) throws TimeoutException {
    return await(schedules.runs(ALICE, schedule.id())).stream()
        .map(run -> run.fireAt().orElseThrow())
        .toList();
  }

  private List<Instant> nextFires() {
    try {
      return await(schedules.list(ALICE, Optional.empty(), 100)).schedules().stream()
          .map(schedule -> schedule.nextFire().orElseThrow())
          .toList();
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static Instant hours(int count) {
    return NOON.plus(Duration.ofHours(count));
  }

  private List<Task> tasks() throws TimeoutException {
    return await(queue.list(ALICE, Optional.empty(), 1_000));
  }

  private void deploy(TaskQueue into) throws TimeoutException {
    var options = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    var verticle = new ScheduleVerticle(database, into, clock::get, EVERY, meters);
    var _ = await(vertx.deployVerticle(verticle, options));
  }

  private static List<Fired> fireDue(Firing firing) throws TimeoutException {
    return await(firing.fireDue());
  }

  /** The queue, but after each submit and before its answer the transaction is lost. */
  private TaskQueue crashing() {
    return new UnusedTaskQueue() {
      @Override
      public Future<List<Submitted>> submit(List<TaskRequest> requests) {
        return queue.submit(requests).compose(answer -> cut().map(answer));
      }
    };
  }

  /**
   * Cuts the connection of the open transaction, as the end of its process would. That is one of a
   * pool of its own: a pool may hand out a cut connection once more before it notices.
   */
  private Future<?> cut() {
    return database.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'idle in transaction'
        """);
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(20, TimeUnit.SECONDS);
  }
}
