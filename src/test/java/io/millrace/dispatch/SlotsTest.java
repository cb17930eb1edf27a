package io.millrace.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.handler.ActiveHandler;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.RetryPolicy;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private static final Duration LEASE = Duration.ofSeconds(15);

  private final Slots slots = new Slots();

  private static ActiveHandler handler(int concurrency) {
    var declaration =
        new HandlerDeclaration(
            "h",
            "test",
            Optional.empty(),
            "",
            1,
            concurrency,
            LEASE,
            Duration.ofMinutes(1),
            RetryPolicy.DEFAULT,
            Payload.EMPTY);
    return new ActiveHandler(declaration, (task, context) -> new Outcome.Cancelled());
  }

  private List<Demand> demand(int concurrency) {
    return slots.demand(List.of(handler(concurrency)), _ -> true);
  }

  @Test
  void suspectsGetAnEighthOfTheSlotsAndTheGravestOne() {
    assertThat(demand(32)).containsExactly(new Demand("h", 32, 4, 1, LEASE));

    slots.take("h", 0);
    slots.take("h", 1);
    slots.take("h", 2);

    assertThat(demand(32)).containsExactly(new Demand("h", 29, 3, 0, LEASE));
  }

  @Test
  void aRunThatEndedMakesRoomForTheNextOfItsKind() {
    slots.take("h", 2);
    slots.free("h", 2);

    assertThat(demand(1)).containsExactly(new Demand("h", 1, 1, 1, LEASE));
  }

  @Test
  void aHandlerThatGaveLessThanAskedIsAskedAgainAfterNews() {
    slots.claimed(demand(4), Map.of("h", 3));
    assertThat(demand(4)).isEmpty();

    slots.refill();

    assertThat(demand(4)).hasSize(1);
  }

  @Test
  void noMoreIsAskedForThanIsFree() {
    slots.take("h", 0);

    assertThat(slots.busy("h")).isEqualTo(1);
    assertThat(demand(1)).isEmpty();
  }
}
