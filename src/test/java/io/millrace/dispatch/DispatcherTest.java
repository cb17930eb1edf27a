package io.millrace.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.handler.ActiveHandler;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.RetryPolicy;
import io.millrace.handler.RetryPolicy.Jitter;
import io.millrace.handler.TaskHandler;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.queue.RateLimits.Rate;
import io.millrace.queue.TaskQueue.Emission;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.task.ChildRequest;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.millrace.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DispatcherTest {
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Payload DONE = new Payload("\"done\"");

  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters();
  private final MemoryTaskQueue queue = new MemoryTaskQueue(vertx);
  private final MemoryRateLimits limits = new MemoryRateLimits();
  private final AtomicLong nanos = new AtomicLong();
  private final Dispatcher dispatcher = dispatcher(Duration.ofMinutes(1));
  private final LeaseKeeper keeper =
      new LeaseKeeper(queue, dispatcher.runs(), STOP_DEADLINE, nanos::get, dispatcher::giveUp);

  @BeforeEach
  void claim() {
    Thread.ofVirtual().start(dispatcher::claimLoop);
  }

  @AfterEach
  void end() throws InterruptedException {
    queue.away(false);
    Thread.ofVirtual().start(dispatcher::stop).join();
    vertx.close().await();
    meters.close();
  }

  private Dispatcher dispatcher(Duration grace) {
    var settings =
        new DispatchSettings(
            Duration.ofMillis(20),
            Duration.ofSeconds(1),
            Duration.ofMillis(40),
            STOP_DEADLINE,
            grace,
            Duration.ofHours(1));
    return new Dispatcher(
        vertx,
        queue,
        limits,
        "w1",
        settings,
        new Endings(new Random(3)),
        nanos::get,
        new RunReport(meters));
  }

  private void offer(int concurrency, TaskHandler handler) {
    offer(dispatcher, concurrency, handler);
  }

  private static void offer(Dispatcher to, int concurrency, TaskHandler handler) {
    HandlerDeclaration declaration =
        new HandlerDeclaration(
            "h",
            "test",
            Optional.empty(),
            "",
            1,
            concurrency,
            Optional.empty(),
            Duration.ofSeconds(15),
            TIMEOUT,
            new RetryPolicy(3, Duration.ofSeconds(1), 2, Duration.ofMinutes(1), Jitter.NONE),
            Payload.EMPTY);
    to.use(Map.of("h", new ActiveHandler(declaration, handler)), _ -> true);
  }

  /** Whatever a stop waits for, it has announced itself before. */
  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }

  private void awaitStatus(TaskId id, TaskStatus status) {
    Await.until(id + " " + status, () -> queue.status(id) == status);
  }

  private void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    keeper.tick().await();
  }

  @Test
  void aClaimedTaskRunsAndEndsWithItsResult() {
    TaskId id = queue.add("h", "{}");

    offer(1, (task, context) -> new Outcome.Succeeded(DONE));

    awaitStatus(id, TaskStatus.SUCCEEDED);
    assertThat(queue.endings(id)).containsExactly(new Ending.Succeed(DONE));
  }

  @Test
  void aRunThatWaitsForItsChildrenGivesItsSlotUp() {
    var child = new ChildRequest("h", Payload.EMPTY, Priority.LOW, 1);
    TaskId first = queue.add("h", "{}");
    TaskId second = queue.add("h", "{}");

    offer(1, (task, context) -> new Outcome.Wait(List.of(child)));

    awaitStatus(first, TaskStatus.WAITING);
    awaitStatus(second, TaskStatus.WAITING);
    assertThat(queue.endings(first)).containsExactly(new Ending.Wait(List.of(child)));
  }

  @Test
  void runsOfARateLimitedHandlerStartOnlyAsOftenAsTheyMayAndUnusedStartsGoBack() {
    queue.addMany(3, "h");
    limits.add(2);
    HandlerDeclaration limited = HandlerDeclarations.limited("h", new Rate(Duration.ofDays(1), 2));
    TaskHandler handler = (task, context) -> new Outcome.Succeeded(DONE);
    dispatcher.use(Map.of("h", new ActiveHandler(limited, handler)), _ -> true);

    Await.until("two done", () -> queue.count(TaskStatus.SUCCEEDED) == 2);
    Await.until("asked on in vain", () -> limits.asked() > 5);
    assertThat(queue.count(TaskStatus.QUEUED)).isEqualTo(1);

    limits.add(3);
    Await.until("all done", () -> queue.count(TaskStatus.SUCCEEDED) == 3);
    Await.until("two starts are back", () -> limits.left() == 2);
  }

  @Test
  void aHandlerThatMayNotStartHoldsNoOtherUp() {
    TaskId id = queue.add("free", "{}");
    TaskId held = queue.add("h", "{}");
    HandlerDeclaration limited = HandlerDeclarations.limited("h", new Rate(Duration.ofDays(1), 2));
    TaskHandler handler = (task, context) -> new Outcome.Succeeded(DONE);
    dispatcher.use(
        Map.of(
            "h",
            new ActiveHandler(limited, handler),
            "free",
            new ActiveHandler(HandlerDeclarations.plain("free"), handler)),
        _ -> true);

    awaitStatus(id, TaskStatus.SUCCEEDED);
    assertThat(queue.status(held)).isEqualTo(TaskStatus.QUEUED);
  }

  @Test
  void noMoreTasksRunAtOnceThanThereAreSlots() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch together = new CountDownLatch(3);
    queue.addMany(50, "h");

    offer(
        3,
        (task, context) -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          together.countDown();
          awaitUnchecked(together);
          now.decrementAndGet();
          return new Outcome.Succeeded(DONE);
        });

    Await.until("all done", () -> queue.count(TaskStatus.SUCCEEDED) == 50);
    assertThat(most.get()).isEqualTo(3);
  }

  @Test
  void finishesThatComeTogetherShareACall() {
    AtomicInteger ended = new AtomicInteger();
    Promise<Void> line = queue.holdFinishes();
    queue.addMany(200, "h");

    offer(
        256,
        (task, context) -> {
          ended.incrementAndGet();
          return new Outcome.Succeeded(DONE);
        });
    Await.until("all have ended", () -> ended.get() == 200 && dispatcher.busy("h") == 0);
    line.complete();

    Await.until("all done", () -> queue.count(TaskStatus.SUCCEEDED) == 200);
    assertThat(queue.finishCalls()).isLessThan(20);
  }

  @Test
  void aRetryableFailureIsTriedAgainUntilTheAttemptsAreUsedUp() {
    TaskId id = queue.add("h", "{}");

    offer(
        1,
        (task, context) ->
            new Outcome.Failed(new Problem.Unavailable("x", "not now", Duration.ZERO)));

    // The real queue waits between; the one in memory queues at once and waits for the next look.
    Await.until(
        "dead",
        () -> {
          dispatcher.wake();
          return queue.status(id) == TaskStatus.DEAD;
        });
    assertThat(queue.endings(id))
        .extracting(ending -> ending instanceof Ending.Retry(var delay, _) ? delay.toMillis() : -1L)
        .containsExactly(1000L, 2000L, -1L);
    Await.until(
        "its death to be counted",
        () ->
            meters
                .scrape()
                .contains("messages_dlq_total{error_type=\"unavailable\",queue=\"h\"} 1.0"));
    assertThat(meters.scrape())
        .contains("message_processing_retries_total{queue=\"h\"} 2.0")
        .contains("message_processing_duration_seconds_count{status=\"retried\"} 2")
        .contains("message_processing_duration_seconds_bucket{status=\"dead\",le=\"60.0\"} 1");
  }

  @Test
  void aFailureThatRepeatingCannotMendEndsAtOnce() {
    TaskId id = queue.add("h", "{}");

    offer(1, (task, context) -> new Outcome.Failed(new Problem.Invalid("/a", "a is wrong")));

    awaitStatus(id, TaskStatus.FAILED);
    assertThat(((Ending.Fail) queue.endings(id).getFirst()).error().type()).isEqualTo("invalid");
  }

  @Test
  void aHandlerThatThrowsFailsWithAnIncidentAndNoDetails() {
    TaskId id = queue.add("h", "{}");

    offer(
        1,
        (task, context) -> {
          throw new IllegalStateException("secret");
        });

    awaitStatus(id, TaskStatus.FAILED);
    var error = ((Ending.Fail) queue.endings(id).getFirst()).error();
    assertThat(error.type()).isEqualTo("internal");
    assertThat(error.message()).contains("incident").doesNotContain("secret");
  }

  @Test
  void aCheckedExceptionOutOfAnAwaitEndsItsTaskToo() {
    TaskId id = queue.add("h", "{}");

    offer(1, (task, context) -> Future.<Outcome>failedFuture(new IOException("gone")).await());

    awaitStatus(id, TaskStatus.FAILED);
  }

  @Test
  void evenAnOverflownStackEndsItsTask() {
    TaskId id = queue.add("h", "{}");

    offer(1, (task, context) -> overflow(task.input()));

    awaitStatus(id, TaskStatus.FAILED);
  }

  @SuppressWarnings("InfiniteRecursion")
  private static Outcome overflow(Payload input) {
    return overflow(input);
  }

  @Test
  void aRunningTaskIsToldToStopWhenSomebodyCancelsIt() {
    TaskId id = queue.add("h", "{}");
    offer(1, DispatcherTest::untilStopped);
    Await.until("running", () -> dispatcher.runs().size() == 1);

    queue.requestCancel(id);
    pass(Duration.ofSeconds(1));

    awaitStatus(id, TaskStatus.CANCELLED);
    assertThat(queue.endings(id)).containsExactly(new Ending.Cancel());
  }

  private static Outcome untilStopped(io.millrace.task.Task task, TaskHandler.Context context) {
    context.sleep(Duration.ofHours(1));
    return context.stopping() ? new Outcome.Cancelled() : new Outcome.Succeeded(DONE);
  }

  @Test
  void aHandlerThatIgnoresItsStopIsGivenUpAfterTheDeadlineButKeepsItsSlot() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    AtomicBoolean freed = new AtomicBoolean();
    TaskId id = queue.add("h", "{}");
    offer(
        1,
        (task, context) -> {
          entered.countDown();
          while (!freed.get()) {
            try {
              never.await();
            } catch (InterruptedException ignored) {
              // Stubborn on purpose: it goes on until the test lets it end.
            }
          }
          return new Outcome.Succeeded(DONE);
        });
    Await.until("entered", () -> entered.getCount() == 0);
    dispatcher.cancel(id);

    pass(STOP_DEADLINE.minusMillis(1));
    assertThat(queue.status(id)).isEqualTo(TaskStatus.RUNNING);
    pass(Duration.ofMillis(1));
    awaitStatus(id, TaskStatus.CANCELLED);

    assertThat(dispatcher.busy("h")).isEqualTo(1);
    freed.set(true);
    never.countDown();
    Await.until("slot free", () -> dispatcher.busy("h") == 0);
    assertThat(queue.endings(id)).containsExactly(new Ending.Cancel());
  }

  @Test
  void aRunThatTakesLongerThanItsTimeoutIsStoppedAndTriedAgain() {
    TaskId id = queue.add("h", "{}");
    offer(
        1,
        (task, context) ->
            task.attempts() == 0 ? untilStopped(task, context) : new Outcome.Succeeded(DONE));
    awaitStatus(id, TaskStatus.RUNNING);
    Await.until("running", () -> dispatcher.runs().size() == 1);

    pass(TIMEOUT);

    Await.until("ended", () -> !queue.endings(id).isEmpty());
    assertThat(((Ending.Retry) queue.endings(id).getFirst()).error().type()).isEqualTo("timed-out");
    dispatcher.wake();
    awaitStatus(id, TaskStatus.SUCCEEDED);
  }

  @Test
  void aRunThatLostItsLeaseStopsAndWritesNothing() {
    AtomicBoolean stopped = new AtomicBoolean();
    TaskId id = queue.add("h", "{}");
    offer(
        1,
        (task, context) -> {
          context.onStop(() -> stopped.set(true));
          return untilStopped(task, context);
        });
    awaitStatus(id, TaskStatus.RUNNING);
    Await.until("running", () -> dispatcher.runs().size() == 1);

    queue.steal(id);
    pass(Duration.ofSeconds(1));

    Await.until("let go", () -> dispatcher.runs().isEmpty());
    assertThat(stopped).isTrue();
    assertThat(queue.endings(id)).isEmpty();
  }

  @Test
  void aStaleWorkerLearnsItFromItsFirstEventToo() {
    CountDownLatch told = new CountDownLatch(1);
    TaskId id = queue.add("h", "{}");
    offer(
        1,
        (task, context) -> {
          queue.steal(task.id());
          context.progress(1, 2, "half");
          told.countDown();
          return untilStopped(task, context);
        });

    Await.until("told", () -> told.getCount() == 0);
    Await.until("let go", () -> dispatcher.runs().isEmpty());
    assertThat(queue.events(id)).isEmpty();
    assertThat(queue.endings(id)).isEmpty();
  }

  @Test
  void aFinishIsRepeatedUntilRedisIsBack() {
    CountDownLatch go = new CountDownLatch(1);
    TaskId id = queue.add("h", "{}");
    offer(
        1,
        (task, context) -> {
          awaitUnchecked(go);
          return new Outcome.Succeeded(DONE);
        });
    awaitStatus(id, TaskStatus.RUNNING);
    Await.until("running", () -> dispatcher.runs().size() == 1);

    queue.away(true);
    go.countDown();
    Await.until("handler ended", () -> dispatcher.busy("h") == 0);
    pass(Duration.ofSeconds(1));
    assertThat(dispatcher.runs()).hasSize(1);
    queue.away(false);

    awaitStatus(id, TaskStatus.SUCCEEDED);
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eventsCloseTogetherTravelTogetherAndBeforeTheEnd() {
    TaskId id = queue.add("h", "{}");

    offer(
        1,
        (task, context) -> {
          for (int i = 1; i <= 100; i++) {
            context.progress(i, 100, "count");
          }
          context.output("a");
          context.output("b");
          context.emit("own", new Payload("{\"x\":1}"));
          return new Outcome.Succeeded(DONE);
        });

    awaitStatus(id, TaskStatus.SUCCEEDED);
    assertThat(queue.events(id))
        .extracting(Emission::type)
        .containsExactly("task.progress", "task.progress", "task.output", "own");
    assertThat(queue.events(id).get(1).data().json())
        .isEqualTo("{\"done\":100,\"total\":100,\"stage\":\"count\"}");
    assertThat(queue.events(id).get(2).data().json()).isEqualTo("{\"text\":\"ab\"}");
  }

  @Test
  void aStopLetsRunsEndWithinTheGraceAndClaimsNothingMore() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    TaskId running = queue.add("h", "{}");
    offer(
        1,
        (task, context) -> {
          awaitUnchecked(go);
          return new Outcome.Succeeded(DONE);
        });
    awaitStatus(running, TaskStatus.RUNNING);
    TaskId waiting = queue.add("h", "{}");

    Thread stopping = Thread.ofVirtual().start(dispatcher::stop);
    Await.until("the stop waits for the run", () -> isWaiting(stopping));
    go.countDown();
    stopping.join();

    assertThat(queue.status(running)).isEqualTo(TaskStatus.SUCCEEDED);
    assertThat(queue.status(waiting)).isEqualTo(TaskStatus.QUEUED);
    assertThat(queue.endings(waiting)).isEmpty();
  }

  @Test
  void aStopHandsBackWhatDoesNotEndWithinTheGrace() throws InterruptedException {
    Dispatcher hasty = dispatcher(Duration.ofMillis(1));
    Thread.ofVirtual().start(hasty::claimLoop);
    TaskId id = queue.add("h", "{}");
    offer(hasty, 1, DispatcherTest::untilStopped);
    Await.until("running", () -> hasty.runs().size() == 1);

    Thread.ofVirtual().start(hasty::stop).join();

    Await.until("handed back", () -> !queue.endings(id).isEmpty());
    assertThat(queue.endings(id)).isEqualTo(List.of(new Ending.HandBack()));
  }

  @Test
  void whatMayNotBeClaimedStaysQueued() {
    TaskId id = queue.add("h", "{}");
    offer(1, (task, context) -> new Outcome.Succeeded(DONE));
    awaitStatus(id, TaskStatus.SUCCEEDED);
    HandlerDeclaration declaration = HandlerDeclarations.plain("h");
    dispatcher.use(
        Map.of(
            "h",
            new ActiveHandler(declaration, (task, context) -> new Outcome.Succeeded(DONE)),
            "other",
            new ActiveHandler(
                HandlerDeclarations.plain("other"),
                (task, context) -> new Outcome.Succeeded(DONE))),
        candidate -> !candidate.name().equals("h"));

    // Once one of the other kind has ended, no claim under the old offering is under way.
    TaskId first = queue.add("other", "{}");
    dispatcher.wake();
    awaitStatus(first, TaskStatus.SUCCEEDED);

    TaskId superseded = queue.add("h", "{}");
    TaskId other = queue.add("other", "{}");
    dispatcher.wake();

    awaitStatus(other, TaskStatus.SUCCEEDED);
    assertThat(queue.status(superseded)).isEqualTo(TaskStatus.QUEUED);
  }
}
