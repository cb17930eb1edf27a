package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.BOB;
import static io.millrace.queue.LiveQueue.ERROR;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.problem.ProblemException;
import io.millrace.queue.DeadLetters.Bulk;
import io.millrace.queue.DeadLetters.Filter;
import io.millrace.queue.DeadLetters.Page;
import io.millrace.queue.DeadLetters.Portion;
import io.millrace.queue.DeadLetters.Redriven;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead tasks are kept, found, run again and at last removed. */
final class DeadLettersIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  private static TaskId die(Scope owner, TaskError error) {
    Task task = LIVE.submit(LiveQueue.request(owner, Priority.HIGH));
    Claimed claimed = LIVE.claimOne("w1");
    assertThat(LIVE.finish(claimed.hold(), new Ending.Bury(error))).isTrue();
    return task.id();
  }

  private static TaskId die() {
    return die(ALICE, ERROR);
  }

  private static void archive() {
    await(LIVE.finished().release(await(LIVE.finished().take(100))));
  }

  private static List<TaskId> listed(Filter filter) {
    return ids(await(LIVE.letters().list(ALICE, filter, Optional.empty(), 100)));
  }

  private static List<TaskId> ids(Page page) {
    return page.letters().stream().map(DeadLetter::task).toList();
  }

  private static Task live(Redriven answer) {
    assertThat(answer).isInstanceOf(Redriven.Live.class);
    return ((Redriven.Live) answer).task();
  }

  @Test
  void aDeadLetterTellsTheWholeStoryBeforeAndAfterItsTaskIsArchived() {
    TaskId id = die();

    for (int i = 0; i < 2; i++) {
      DeadLetter letter = await(LIVE.letters().get(ALICE, id)).orElseThrow();
      assertThat(letter.error()).isEqualTo(ERROR);
      assertThat(letter.owner()).isEqualTo(ALICE);
      assertThat(letter.input()).isEqualTo(new Payload("{\"text\":\"hello\"}"));
      assertThat(letter.priority()).isEqualTo(Priority.HIGH);
      assertThat(letter.worker()).contains("w1");
      assertThat(List.of(letter.attempts(), letter.deliveries(), letter.round()))
          .containsExactly(1, 1, 1);
      assertThat(letter.diedAt()).isAfterOrEqualTo(letter.createdAt());
      archive();
    }
    assertThat(await(LIVE.letters().count())).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRedriveStartsTheNextRoundOfTheSameTaskWithAllCountersAtZero(boolean archived) {
    TaskId id = die();
    if (archived) {
      archive();
    }

    Task task = live(await(LIVE.letters().redrive(ALICE, id)));

    assertThat(task.id()).isEqualTo(id);
    assertThat(task.status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(List.of(task.round(), task.attempts(), task.deliveries())).containsExactly(2, 0, 0);
    assertThat(task.error()).isEmpty();
    assertThat(task.input()).isEqualTo(new Payload("{\"text\":\"hello\"}"));
    assertThat(await(LIVE.letters().get(ALICE, id))).isEmpty();
    Claimed again = LIVE.claimOne("w2");
    assertThat(again.hold().epoch()).as("never reset").isGreaterThan(2);
    assertThat(LIVE.finish(again.hold(), new Ending.Succeed(RESULT))).isTrue();
    assertThat(LIVE.get(id).status()).isEqualTo(TaskStatus.SUCCEEDED);
    assertThat(LIVE.take(10))
        .singleElement()
        .satisfies(round -> {
          assertThat(round.task().round()).isEqualTo(2);
        });
    assertThat(LIVE.events(id)).filteredOn(TaskEvent::last).hasSize(archived ? 1 : 2);
    assertThat(LIVE.events(id))
        .extracting(e -> e.data().json())
        .anyMatch(s -> s.contains("redriven"));
  }

  @Test
  void askedAgainARedriveChangesNothing() {
    TaskId id = die();
    Task first = live(await(LIVE.letters().redrive(ALICE, id)));

    Redriven second = await(LIVE.letters().redrive(ALICE, id));

    assertThat(second).isEqualTo(new Redriven.Live(first, true));
    assertThat(LIVE.claim("w2", 5)).hasSize(1);
  }

  @Test
  void aTaskThatDiesAgainIsOneDeadLetterOfItsSecondRound() {
    TaskId id = die();
    var _ = live(await(LIVE.letters().redrive(ALICE, id)));
    Claimed again = LIVE.claimOne("w2");
    assertThat(LIVE.finish(again.hold(), new Ending.Bury(ERROR))).isTrue();

    List<DeadLetter> letters =
        await(LIVE.letters().list(ALICE, Filter.ALL, Optional.empty(), 10)).letters();

    assertThat(letters).extracting(DeadLetter::task).containsExactly(id);
    assertThat(letters).extracting(DeadLetter::round).containsExactly(2);
  }

  @Test
  void nobodySeesOrTouchesAnothersDeadLetter() {
    TaskId id = die();

    assertThat(await(LIVE.letters().get(BOB, id))).isEmpty();
    assertThat(await(LIVE.letters().redrive(BOB, id))).isEqualTo(new Redriven.Unknown());
    assertThat(await(LIVE.letters().discard(BOB, id))).isEmpty();
    assertThat(await(LIVE.letters().list(BOB, Filter.ALL, Optional.empty(), 10)).letters())
        .isEmpty();
    assertThat(listed(Filter.ALL)).containsExactly(id);
    TaskId elsewhere = new TaskId("7" + id.value().substring(1));
    assertThat(await(LIVE.letters().redrive(ALICE, elsewhere))).isEqualTo(new Redriven.Unknown());
  }

  @Test
  void aDiscardedLetterIsGoneAndItsTaskStaysDead() {
    TaskId id = die();

    assertThat(await(LIVE.letters().discard(ALICE, id)).orElseThrow().task()).isEqualTo(id);

    assertThat(await(LIVE.letters().discard(ALICE, id))).isEmpty();
    assertThat(listed(Filter.ALL)).isEmpty();
    Redriven late = await(LIVE.letters().redrive(ALICE, id));
    assertThat(live(late).status()).isEqualTo(TaskStatus.DEAD);
  }

  @Test
  void filtersNarrowTheList() {
    TaskId mine = die();
    TaskId hers = die(new Scope("acme", "default", "carol"), ERROR);
    TaskId other = die(ALICE, new TaskError("timed-out", "slow", true));
    Instant now = await(LIVE.letters().get(ALICE, mine)).orElseThrow().diedAt();

    assertThat(listed(Filter.ALL)).containsExactlyInAnyOrder(other, hers, mine);
    assertThat(listed(by(Optional.of("echo"), none(), none()))).hasSize(3);
    assertThat(listed(by(Optional.of("embed"), none(), none()))).isEmpty();
    assertThat(listed(by(none(), Optional.of("timed-out"), none()))).containsExactly(other);
    assertThat(listed(by(none(), none(), Optional.of("carol")))).containsExactly(hers);
    assertThat(listed(from(Optional.of(now.plusSeconds(60)), Optional.empty()))).isEmpty();
    assertThat(listed(from(Optional.empty(), Optional.of(now)))).isEmpty();
    assertThat(listed(from(Optional.of(now), Optional.of(now.plusSeconds(60))))).hasSize(3);
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private static Filter by(
      Optional<String> handler, Optional<String> errorType, Optional<String> user) {
    return new Filter(handler, errorType, user, Optional.empty(), Optional.empty());
  }

  private static Filter from(Optional<Instant> from, Optional<Instant> before) {
    return new Filter(none(), none(), none(), from, before);
  }

  @Test
  void pagesGoOnWhereTheLastEndedAlsoAmongLettersOfOneMillisecond() {
    List<TaskId> dead = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      dead.add(die());
    }
    List<TaskId> seen = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page page = await(LIVE.letters().list(ALICE, Filter.ALL, cursor, 2));
      assertThat(page.next().map(DeadLetters::isCursor)).isNotEqualTo(Optional.of(false));
      seen.addAll(ids(page));
      cursor = page.next();
    } while (cursor.isPresent());

    assertThat(seen).containsExactlyInAnyOrderElementsOf(dead).doesNotHaveDuplicates();
  }

  @Test
  void aBulkRedriveStartsWhatMatchesAsFastAsItMay() {
    for (int i = 0; i < 5; i++) {
      var _ = die();
    }
    TaskId other = die(ALICE, new TaskError("timed-out", "slow", true));
    var unavailable = by(none(), Optional.of("unavailable"), none());

    assertThat(await(LIVE.letters().match(ALICE, unavailable, 100)))
        .isEqualTo(new Portion(5, false));
    assertThat(await(LIVE.letters().match(ALICE, unavailable, 3))).isEqualTo(new Portion(3, true));
    assertThat(await(LIVE.letters().match(BOB, Filter.ALL, 100))).isEqualTo(new Portion(0, false));
    Portion first = await(LIVE.letters().redrive(ALICE, new Bulk(unavailable, 3, 0.001)));
    Portion rest = await(LIVE.letters().redrive(ALICE, new Bulk(unavailable, 100, 0)));

    assertThat(first).isEqualTo(new Portion(3, true));
    assertThat(rest).isEqualTo(new Portion(2, false));
    assertThat(listed(Filter.ALL)).containsExactly(other);
    assertThat(LIVE.claim("w2", 10)).as("two of three wait for their turn").hasSize(3);
  }

  @Test
  void aFullQueueTakesNoneBackAndSaysSo() {
    TaskId id = die();
    for (int i = 0; i < 1_000; i++) {
      var _ =
          LIVE.submit(
              new TaskRequest(
                  ALICE,
                  "fill",
                  Payload.EMPTY,
                  Priority.LOW,
                  new TaskRequest.Start.Now(),
                  Optional.empty()));
    }

    assertThat(await(LIVE.letters().redrive(ALICE, id))).isInstanceOf(Redriven.Refused.class);
    assertThatThrownBy(() -> await(LIVE.letters().redrive(ALICE, new Bulk(Filter.ALL, 10, 0))))
        .isInstanceOf(ProblemException.class);
    assertThat(listed(Filter.ALL)).containsExactly(id);
  }

  @Test
  void oldLettersGoOnceTheirTaskIsArchived() {
    var _ = die();
    LIVE.advance(LiveQueue.LETTERS_KEPT.plus(Duration.ofMillis(1)));

    assertThat(await(LIVE.letters().expire())).as("not archived yet").isZero();
    archive();
    assertThat(await(LIVE.letters().expire())).isEqualTo(1);
    assertThat(listed(Filter.ALL)).isEmpty();
    assertThat(await(LIVE.letters().count())).isZero();
  }

  @Test
  void theOldestLettersMakeWayWhenThereAreTooMany() {
    List<TaskId> dead = new ArrayList<>();
    for (int i = 0; i < LiveQueue.LETTERS_MAX + 3; i++) {
      dead.add(die());
      LIVE.advance(Duration.ofMillis(1));
    }
    archive();

    assertThat(await(LIVE.letters().expire())).isEqualTo(3);
    assertThat(listed(Filter.ALL)).doesNotContainAnyElementsOf(dead.subList(0, 3));
  }
}
