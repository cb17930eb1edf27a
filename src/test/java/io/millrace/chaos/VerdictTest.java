package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.chaos.Verdict.Event;
import io.millrace.chaos.Verdict.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VerdictTest {
  private static final Map<Integer, String> TWO = Map.of(1, "a", 2, "b");
  private static final Row A = new Row("a", "succeeded", "1", 1, 1, "");
  private static final Row B = new Row("b", "dead", "2", 1, 3, "worker_lost");
  private static final List<Event> EVENTS =
      List.of(new Event("a", false), new Event("a", true), new Event("b", true));

  @Test
  void everyTaskOnceIsWell() {
    Verdict verdict = Verdict.of(TWO, List.of(A, B), EVENTS, 1);

    assertThat(verdict.wrongs()).isEmpty();
    assertThat(verdict.statuses()).isEqualTo(Map.of("succeeded", 1, "dead", 1));
  }

  @Test
  void aLostTaskIsCaught() {
    Verdict verdict = Verdict.of(TWO, List.of(A), EVENTS, 1);

    assertThat(verdict.wrongs()).containsExactly("task 2 was accepted as b and is lost");
  }

  @Test
  void aDoubledTaskIsCaught() {
    Row again = new Row("c", "succeeded", "2", 1, 1, "");

    Verdict verdict = Verdict.of(TWO, List.of(A, B, again), EVENTS, 1);

    assertThat(verdict.wrongs())
        .contains("one submit became two tasks: b and c", "c has no final event");
  }

  @Test
  void anEventAfterTheEndAndASecondEndAreCaught() {
    List<Event> events =
        List.of(
            new Event("a", true),
            new Event("a", false),
            new Event("b", true),
            new Event("b", true));

    Verdict verdict = Verdict.of(TWO, List.of(A, B), events, 1);

    assertThat(verdict.wrongs())
        .containsExactlyInAnyOrder("a has an event after its end", "b ended twice");
  }

  @Test
  void aTaskThatIsNotOverIsCaught() {
    Verdict verdict =
        Verdict.of(TWO, List.of(A, new Row("b", "running", "2", 1, 1, "")), EVENTS, 1);

    assertThat(verdict.wrongs()).containsExactly("b is archived as running ");
  }

  @Test
  void anEndThatNothingExplainsIsCaught() {
    Row timedOut = new Row("b", "failed", "2", 1, 1, "timed-out");

    Verdict verdict = Verdict.of(TWO, List.of(A, timedOut), EVENTS, 1);

    assertThat(verdict.wrongs()).containsExactly("b is archived as failed timed-out");
  }
}
