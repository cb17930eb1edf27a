package io.millrace.queue;

import static io.millrace.queue.LiveQueue.LEASE;
import static io.millrace.queue.LiveQueue.await;
import static io.millrace.queue.LiveQueue.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Claims;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose turn it is. */
final class FairnessIT {
  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  private static void submit(int count, String tenant, Priority priority) {
    var requests =
        Collections.nCopies(count, request(new Scope(tenant, "default", "user"), priority));
    assertThat(await(LIVE.queue().submit(requests))).hasSize(count);
  }

  private static <K> Map<K, Long> counted(List<Claimed> claimed, Function<Claimed, K> by) {
    return claimed.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
  }

  @Test
  void whileAllPrioritiesHaveWorkTheyShareSixteenToFourToOne() {
    submit(60, "a", Priority.LOW);
    submit(60, "a", Priority.NORMAL);
    submit(60, "a", Priority.HIGH);
    var claimed = new ArrayList<Claimed>();
    for (int i = 0; i < 6; i++) {
      claimed.addAll(LIVE.claim("w1", 7));
    }

    assertThat(counted(claimed, c -> c.task().priority()))
        .isEqualTo(Map.of(Priority.HIGH, 32L, Priority.NORMAL, 8L, Priority.LOW, 2L));
    assertThat(claimed.getFirst().task().priority()).isEqualTo(Priority.HIGH);
  }

  @Test
  void aPriorityWithoutWorkHoldsNobodyUp() {
    submit(10, "a", Priority.LOW);
    submit(2, "a", Priority.HIGH);

    assertThat(counted(LIVE.claim("w1", 8), c -> c.task().priority()))
        .isEqualTo(Map.of(Priority.HIGH, 2L, Priority.LOW, 6L));
  }

  @Test
  void oneTenantsManyTasksDoNotDelayAnothersFirst() {
    submit(500, "big", Priority.NORMAL);
    submit(1, "small", Priority.NORMAL);
    submit(2, "other", Priority.NORMAL);
    List<Claimed> claimed = LIVE.claim("w1", 5);

    assertThat(claimed)
        .extracting(c -> c.task().owner().tenant())
        .containsExactly("big", "small", "other", "big", "other");
  }

  @Test
  void aTenantThatComesBackHasOnePlaceInTheRing() {
    submit(1, "a", Priority.NORMAL);
    submit(4, "b", Priority.NORMAL);
    assertThat(LIVE.claim("w1", 1)).hasSize(1);
    submit(4, "a", Priority.NORMAL);
    List<Claimed> claimed = LIVE.claim("w1", 8);

    assertThat(claimed)
        .extracting(c -> c.task().owner().tenant())
        .containsExactly("b", "a", "b", "a", "b", "a", "b", "a");
  }

  @Test
  void tasksOfOneTenantAndPriorityAreFirstInFirstOut() {
    var requests = new ArrayList<TaskRequest>();
    for (int i = 0; i < 20; i++) {
      requests.add(TaskRequest.now(Scope.DEFAULT, "echo", new Payload("" + i), Priority.NORMAL));
    }
    assertThat(await(LIVE.queue().submit(requests))).hasSize(20);

    assertThat(LIVE.claim("w1", 20))
        .extracting(c -> c.task().input().json())
        .containsExactlyElementsOf(requests.stream().map(r -> r.input().json()).toList());
  }

  private static TaskRequest wide(int cost, String tenant) {
    return new TaskRequest(
        new Scope(tenant, "default", "user"),
        "echo",
        Payload.EMPTY,
        Priority.NORMAL,
        cost,
        new TaskRequest.Start.Now(),
        Optional.empty());
  }

  private static Claims claim(int free, int capacity) {
    return await(
        LIVE.queue()
            .claim(
                "w1",
                List.of(new Demand("echo", free, capacity, free, capacity, capacity, LEASE))));
  }

  @Test
  void aTaskTakesAsManySlotsAsItCosts() {
    var requests = List.of(wide(3, "a"), wide(1, "a"), wide(2, "a"), wide(1, "a"));
    assertThat(await(LIVE.queue().submit(requests))).hasSize(4);

    assertThat(claim(6, 6).tasks()).extracting(Claimed::cost).containsExactly(3, 1, 2);
  }

  @Test
  void aWideTaskThatDoesNotFitIsNotPassedByNarrowOnes() {
    var first = LIVE.submit(wide(1, "a"));
    var requests = List.of(wide(3, "b"), wide(1, "a"), wide(1, "b"));
    assertThat(await(LIVE.queue().submit(requests))).hasSize(3);
    Claims now = claim(3, 4);

    assertThat(now.tasks()).extracting(c -> c.task().id()).containsExactly(first.id());
    assertThat(now.blocked()).containsExactly("echo");
    Claims later = claim(4, 4);
    assertThat(later.tasks()).extracting(Claimed::cost).containsExactly(3, 1);
    assertThat(later.tasks())
        .as("and its tenant has had its turn")
        .extracting(c -> c.task().owner().tenant())
        .containsExactly("b", "a");
    assertThat(claim(4, 4).tasks()).hasSize(1);
  }

  @Test
  void aWideTaskOfALoneTenantKeepsItsPlaceToo() {
    var requests = List.of(wide(1, "a"), wide(3, "a"), wide(1, "a"), wide(1, "a"));
    assertThat(await(LIVE.queue().submit(requests))).hasSize(4);

    assertThat(claim(3, 4).tasks()).extracting(Claimed::cost).containsExactly(1);
    assertThat(claim(4, 4).tasks()).extracting(Claimed::cost).containsExactly(3, 1);
    assertThat(claim(4, 4).tasks()).extracting(Claimed::cost).containsExactly(1);
  }

  @Test
  void aTaskThatCostsMoreThanAWorkerHasTakesAllOfIt() {
    var _ = LIVE.submit(wide(64, "a"));

    assertThat(claim(3, 4).tasks()).isEmpty();
    assertThat(claim(4, 4).tasks()).hasSize(1);
  }

  @Test
  void noMoreTasksStartThanMayStart() {
    submit(9, "a", Priority.NORMAL);
    submit(9, "b", Priority.LOW);

    var demand = new Demand("echo", 8, LEASE).starting(3);
    assertThat(await(LIVE.queue().claim("w1", List.of(demand))).tasks()).hasSize(3);
  }

  @Test
  void oneCallServesSeveralHandlersUpToTheSlotsOfEach() {
    var requests = new ArrayList<TaskRequest>();
    for (String handler : List.of("echo", "embed", "search")) {
      for (int i = 0; i < 5; i++) {
        requests.add(TaskRequest.now(Scope.DEFAULT, handler, Payload.EMPTY, Priority.NORMAL));
      }
    }
    assertThat(await(LIVE.queue().submit(requests))).hasSize(15);
    List<Claimed> claimed =
        await(
                LIVE.queue()
                    .claim(
                        "w1", List.of(new Demand("echo", 2, LEASE), new Demand("embed", 9, LEASE))))
            .tasks();

    assertThat(counted(claimed, c -> c.task().handler()))
        .isEqualTo(Map.of("echo", 2L, "embed", 5L));
  }
}
