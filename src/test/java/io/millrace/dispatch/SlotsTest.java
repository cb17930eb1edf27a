package io.millrace.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.handler.ActiveHandler;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.RetryPolicy;
import io.millrace.queue.TaskQueue.Claims;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private static final Duration LEASE = Duration.ofSeconds(15);

  private final Vertx vertx = Vertx.vertx();
  private final Slots slots = new Slots();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static ActiveHandler handler(int concurrency) {
    var declaration =
        new HandlerDeclaration(
            "h",
            "test",
            Optional.empty(),
            "",
            1,
            concurrency,
            Optional.empty(),
            LEASE,
            Duration.ofMinutes(1),
            RetryPolicy.DEFAULT,
            Payload.EMPTY);
    return new ActiveHandler(declaration, (task, context) -> new Outcome.Cancelled());
  }

  private List<Demand> demand(int concurrency) {
    return slots.demand(List.of(handler(concurrency)), _ -> true);
  }

  private Claims claims(int tasks) {
    var queue = new MemoryTaskQueue(vertx);
    queue.addMany(tasks, "h");
    return queue.claim("w", List.of(new Demand("h", tasks, LEASE))).await();
  }

  @Test
  void suspectsGetAnEighthOfTheSlotsAndTheGravestOne() {
    assertThat(demand(32)).containsExactly(new Demand("h", 32, 32, 32, 4, 1, LEASE));

    slots.take("h", 2, 0);
    slots.take("h", 1, 1);
    slots.take("h", 1, 2);
    slots.take("h", 1, 3);

    assertThat(demand(32)).containsExactly(new Demand("h", 27, 32, 27, 3, 0, LEASE));
  }

  @Test
  void aRunThatEndedMakesRoomForTheNextOfItsKind() {
    slots.take("h", 1, 3);
    slots.free("h", 1, 3);

    assertThat(demand(1)).containsExactly(new Demand("h", 1, 1, 1, 1, 1, LEASE));
  }

  @Test
  void aHandlerThatGaveLessThanAskedIsAskedAgainAfterNews() {
    slots.claimed(demand(4), claims(3));
    assertThat(demand(4)).isEmpty();

    slots.refill();

    assertThat(demand(4)).hasSize(1);
  }

  @Test
  void aHandlerWhoseNextTaskNeedsMoreSlotsIsAskedAgainWhenARunHasEnded() {
    slots.take("h", 2, 0);
    slots.claimed(demand(4), new Claims(List.of(), Set.of("h")));
    assertThat(demand(4)).isEmpty();

    slots.free("h", 2, 0);

    assertThat(demand(4)).hasSize(1);
  }

  @Test
  void aRunThatEndedDuringTheClaimMayHaveMadeTheRoomThatWasMissing() {
    slots.take("h", 2, 0);
    List<Demand> asked = demand(4);
    slots.free("h", 2, 0);
    slots.claimed(asked, new Claims(List.of(), Set.of("h")));

    assertThat(demand(4)).hasSize(1);
  }

  @Test
  void aHandlerThatStartedAllItMightIsAskedOn() {
    List<Demand> few = demand(4).stream().map(one -> one.starting(2)).toList();
    slots.claimed(few, claims(2));

    assertThat(demand(4)).hasSize(1);
  }

  @Test
  void noMoreIsAskedForThanIsFree() {
    slots.take("h", 1, 0);

    assertThat(slots.busy("h")).isEqualTo(1);
    assertThat(demand(1)).isEmpty();
  }
}
