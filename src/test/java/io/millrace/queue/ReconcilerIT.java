package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.ERROR;
import static io.millrace.queue.LiveQueue.LEASE;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static io.millrace.queue.LiveQueue.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.queue.Reconciler.Kind;
import io.millrace.queue.Reconciler.Repair;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.redis.Keys;
import io.millrace.task.ChildRequest;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each kind of damage is planted in a queue that holds tasks in every state. */
final class ReconcilerIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  private TaskId queued;
  private TaskId scheduled;
  private TaskId running;
  private TaskId waiting;
  private TaskId child;
  private TaskId lost;
  private TaskId dead;
  private TaskId ended;

  @BeforeEach
  void fill() {
    scheduled = LIVE.submit(request(new TaskRequest.Start.After(Duration.ofHours(1)))).id();
    dead = end(claimed(), new Ending.Bury(ERROR));
    ended = end(claimed(), new Ending.Succeed(RESULT));
    Claimed parent = claimed();
    Claimed runs = claimed();
    running = runs.task().id();
    lost = claimed().task().id();
    LIVE.advance(LEASE.dividedBy(2));
    assertThat(await(LIVE.queue().renew(List.of(runs.hold(), parent.hold()), LEASE))).hasSize(2);
    LIVE.advance(LEASE.dividedBy(2).plusMillis(1));
    assertThat(await(LIVE.queue().sweep()).lapsed()).isEqualTo(1);
    waiting =
        end(
            parent,
            new Ending.Wait(List.of(new ChildRequest("echo", Payload.EMPTY, Priority.LOW, 1))));
    child = await(LIVE.queue().children(waiting)).getFirst();
    queued = LIVE.submit().id();
    assertThat(pass()).as("nothing is wrong yet").isEmpty();
  }

  private static Claimed claimed() {
    Task task = LIVE.submit();
    Claimed claimed = LIVE.claimOne("w1");
    assertThat(claimed.task().id()).isEqualTo(task.id());
    return claimed;
  }

  private static TaskId end(Claimed claimed, Ending ending) {
    assertThat(LIVE.finish(claimed.hold(), ending)).isTrue();
    return claimed.task().id();
  }

  private static String key(TaskId id) {
    return Keys.TASK.of(0, id.value());
  }

  private static void redis(String command, String... args) {
    assertThat(await(LIVE.gateway().command(command, args)).number()).isPositive();
  }

  private static List<Repair> pass() {
    var reconciler =
        new RedisReconciler(
            LIVE.vertx(), LIVE.gateway(), LiveQueue.settings(1, 1_000), "me", Duration.ZERO);
    var repairs = new CompletableFuture<List<Repair>>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            repairs.complete(reconciler.pass().await());
          } catch (Exception e) {
            repairs.completeExceptionally(e);
          }
        });
    return repairs.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** What is mended, and that a second pass finds nothing. */
  private static void assertMended(Repair... expected) {
    assertThat(pass()).containsExactlyInAnyOrder(expected);
    assertThat(pass()).isEmpty();
  }

  private static Set<String> claimAll() {
    var ids = new TreeSet<String>();
    LIVE.claim("w9", 9).forEach(one -> ids.add(one.task().id().value()));
    return ids;
  }

  @Test
  void aQueuedTaskInNoListIsPutIntoItsOwn() {
    redis("DEL", Keys.READY.of(0, "echo", "normal", "acme"));
    redis("DEL", Keys.RING.of(0, "echo", "normal"));
    redis("DEL", Keys.LOST.of(0, "echo", "1"));

    assertMended(new Repair(Kind.QUEUED, queued.value()), new Repair(Kind.QUEUED, lost.value()));
    assertThat(claimAll()).containsExactlyInAnyOrder(queued.value(), lost.value(), child.value());
  }

  @Test
  void alsoAmongManyThatAreInTheirLists() {
    var many = Collections.nCopies(900, request(ALICE, Priority.NORMAL));
    assertThat(await(LIVE.queue().submit(many))).hasSize(900);
    redis("LREM", Keys.READY.of(0, "echo", "normal", "acme"), "1", queued.value());

    assertMended(new Repair(Kind.QUEUED, queued.value()));
  }

  @Test
  void ofVeryManyQueuedTasksEachPassTakesASliceAndAllTogetherTakeAll() {
    assertThat(RedisReconciler.slice(100_000, 5)).hasSize(32);
    var slices = new TreeSet<String>();
    for (int pass = 0; pass < 16; pass++) {
      slices.add(RedisReconciler.slice(1_000_000, pass));
    }

    assertThat(slices).hasSize(16).allSatisfy(slice -> assertThat(slice).hasSize(2));
    assertThat(String.join("", slices).chars().distinct().count()).isEqualTo(32);
  }

  @Test
  void aListThatIsNotInItsRingGetsItsTurnAgain() {
    redis("DEL", Keys.RING.of(0, "echo", "normal"));

    assertMended(new Repair(Kind.RING, "echo normal acme"));
    assertThat(claimAll()).contains(queued.value());
  }

  @Test
  void aRunningTaskWithoutALeaseGetsOne() {
    redis("DEL", Keys.LEASES.of(0));

    assertMended(new Repair(Kind.LEASE, running.value()));
    LIVE.advance(LEASE.plusMillis(1));
    assertThat(await(LIVE.queue().sweep()).lapsed()).isEqualTo(1);
  }

  @Test
  void aScheduledTaskWithoutADueTimeGetsItBack() {
    redis("DEL", Keys.SCHEDULED.of(0));

    assertMended(new Repair(Kind.SCHEDULED, scheduled.value()));
    LIVE.advance(Duration.ofHours(2));
    assertThat(await(LIVE.queue().sweep()).promoted()).isEqualTo(1);
  }

  @Test
  void aWaitingTaskLearnsThatItsLastChildIsGone() {
    redis("DEL", key(child));

    List<Repair> repairs = pass();
    assertThat(repairs).contains(new Repair(Kind.CHILDREN, waiting.value()));
    assertThat(repairs).as("the child itself").contains(new Repair(Kind.LIVE, child.value()));
    assertThat(pass()).isEmpty();
    assertThat(LIVE.get(waiting).status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(claimAll()).contains(waiting.value());
  }

  @Test
  void anEndedTaskIsHandedToTheArchiveAgain() {
    redis("DEL", Keys.FINISHED.of(0));

    assertMended(new Repair(Kind.FINISHED, ended.value()), new Repair(Kind.FINISHED, dead.value()));
    assertThat(LIVE.take(10))
        .extracting(round -> round.task().id())
        .containsExactlyInAnyOrder(ended, dead);
  }

  @Test
  void oneThatTheArchiveHasInHandIsLeftAlone() {
    assertThat(LIVE.take(1)).hasSize(1);

    assertThat(pass()).isEmpty();
  }

  @Test
  void aDeadTaskGetsItsLetterBack() {
    redis("DEL", Keys.DLQ.of(0, "echo"));

    assertMended(new Repair(Kind.DEAD_LETTER, dead.value()));
    assertThat(await(LIVE.letters().get(ALICE, dead))).isPresent();
  }

  @Test
  void aLetterThatWasDeletedBeforeItsTaskWasArchivedStaysDeleted() {
    assertThat(await(LIVE.letters().discard(ALICE, dead))).isPresent();

    assertThat(pass()).isEmpty();
  }

  @Test
  void aLetterOfAReleasedTaskWithoutContentGoes() {
    await(LIVE.finished().release(LIVE.take(10)));
    redis("DEL", Keys.DLQ.of(0, "echo"));

    assertMended(new Repair(Kind.DEAD_LETTER, dead.value()));
    assertThat(await(LIVE.letters().count())).isZero();
  }

  @Test
  void theListOfATenantsTasksIsMendedBothWays() {
    redis("ZREM", Keys.LIVE.of(0, "acme"), queued.value());
    redis("ZADD", Keys.LIVE.of(0, "acme"), "0", "0-00000000000000000000000000");

    assertMended(
        new Repair(Kind.LIVE, queued.value()),
        new Repair(Kind.LIVE, "0-00000000000000000000000000"));
  }

  @Test
  void wrongCountsAreCountedAnew() {
    var before = await(LIVE.queue().depths());
    redis("HINCRBY", Keys.COUNTS.of(0), "live", "7");
    redis("HINCRBY", Keys.COUNTS.of(0), "echo:queued", "3");
    redis("HDEL", Keys.COUNTS.of(0), "@acme");
    redis("HSET", Keys.COUNTS.of(0), "@nobody", "3");

    assertMended(
        new Repair(Kind.COUNT, "live"),
        new Repair(Kind.COUNT, "echo:queued"),
        new Repair(Kind.COUNT, "@acme"),
        new Repair(Kind.COUNT, "@nobody"));
    assertThat(await(LIVE.queue().depths())).isEqualTo(before);
  }

  @Test
  void whatCannotBeMendedIsToldAndLeft() {
    redis("HDEL", key(queued), "handler");

    assertThat(pass()).contains(new Repair(Kind.DAMAGED, queued.value()));
    assertThat(await(LIVE.gateway().command("EXISTS", key(queued))).number()).isEqualTo(1);
  }

  @Test
  void anotherProcessThatIsAtItIsNotDisturbed() {
    redis("DEL", Keys.RING.of(0, "echo", "normal"));
    var _ = await(LIVE.gateway().command("SET", Keys.RECONCILER.of(0), "another"));
    assertThat(pass()).isEmpty();

    redis("DEL", Keys.RECONCILER.of(0));
    assertThat(pass()).hasSize(1);
  }
}
