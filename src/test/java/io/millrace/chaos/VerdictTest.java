package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.chaos.Observations.Accepted;
import io.millrace.chaos.Observations.Event;
import io.millrace.chaos.Observations.FeedReading;
import io.millrace.chaos.Observations.Reading;
import io.millrace.chaos.Observations.Row;
import io.millrace.chaos.Verdict.Kind;
import io.millrace.chaos.Verdict.Wrong;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Plants each kind of damage into the records of a run in which all was well. */
final class VerdictTest {
  private static final Accepted A = new Accepted(1, "a", Set.of("succeeded"));
  private static final Accepted B = new Accepted(2, "b", Set.of("dead:unavailable"));
  private static final Row ROW_A = new Row("a", "succeeded", "one", 1, 1, 2, "", "");
  private static final Row ROW_B = new Row("b", "dead", "two", 2, 1, 1, "unavailable", "");

  /** Task a lost its worker once; task b died, was redriven, and died again. */
  private final List<Event> logA =
      new ArrayList<>(
          List.of(
              status(1, "queued", 1, ""),
              status(2, "running", 1, ",\"attempt\":1"),
              event(3, "task.progress"),
              status(4, "queued", 1, ",\"reason\":\"worker_lost\""),
              event(5, "task.attempt"),
              status(6, "running", 1, ",\"attempt\":1"),
              status(7, "succeeded", 1, "")));

  private final List<Event> logB =
      new ArrayList<>(
          List.of(
              status(11, "scheduled", 1, ""),
              status(12, "queued", 1, ""),
              status(13, "running", 1, ",\"attempt\":1"),
              status(14, "dead", 1, ",\"error\":{\"type\":\"unavailable\"}"),
              status(15, "queued", 2, ",\"reason\":\"redriven\""),
              status(16, "running", 2, ",\"attempt\":1"),
              status(17, "dead", 2, ",\"error\":{\"type\":\"unavailable\"}")));

  private final List<Accepted> accepted = new ArrayList<>(List.of(A, B));
  private final List<Row> rows = new ArrayList<>(List.of(ROW_A, ROW_B));
  private final List<String> seenOfA =
      new ArrayList<>(List.of("1-0", "2-0", "3-0", "4-0", "5-0", "6-0", "7-0"));
  private final List<FeedReading.Entry> feed = new ArrayList<>();
  private final Map<String, List<Event>> logs = new HashMap<>(Map.of("a", logA, "b", logB));
  private int crashesOfA = 1;
  private List<Long> cutsMs = List.of();

  VerdictTest() {
    for (long at : List.of(1, 2, 4, 6, 7)) {
      feed.add(new FeedReading.Entry("9" + at + "-0", "a", at + "-0"));
    }
    for (long at = 11; at <= 17; at++) {
      feed.add(new FeedReading.Entry("9" + at + "-0", "b", at + "-0"));
    }
  }

  private static Event event(long at, String type) {
    return new Event(at, 0, type, "{}", false);
  }

  private static Event status(long at, String status, int round, String more) {
    String data = "{\"status\":\"%s\",\"round\":%d%s}".formatted(status, round, more);
    return new Event(at, 0, "task.status", data, TaskLog.isFinal(status));
  }

  private Verdict judged() {
    return Verdict.of(
        new Observations(
            accepted,
            rows,
            logs,
            Map.of("a", crashesOfA),
            cutsMs,
            0,
            List.of(new Reading("a", seenOfA, true)),
            List.of(new FeedReading("feed", feed, 0)),
            List.of()));
  }

  private List<Kind> wrongs() {
    return judged().wrongs().stream().map(Wrong::kind).distinct().toList();
  }

  @Test
  void aRunInWhichAllIsWellHasNoWrongs() {
    Verdict verdict = judged();

    assertThat(verdict.wrongs()).isEmpty();
    assertThat(verdict.ends()).isEqualTo(Map.of("succeeded", 1, "dead:unavailable", 1));
    assertThat(verdict.executions()).isEqualTo(4);
    assertThat(verdict.losses()).isEqualTo(1);
  }

  @Test
  void aLostTaskIsCaught() {
    accepted.add(new Accepted(3, "c", Set.of("succeeded")));

    assertThat(wrongs()).containsExactly(Kind.LOST);
  }

  @Test
  void aTaskWhoseLogDoesNotEndIsCaught() {
    logA.removeLast();

    assertThat(wrongs()).contains(Kind.LOST);
  }

  @Test
  void aSubmitThatBecameTwoTasksIsCaught() {
    rows.set(1, new Row("b", "dead", "one", 2, 1, 1, "unavailable", ""));

    assertThat(wrongs()).containsExactly(Kind.DOUBLED);
  }

  @Test
  void aChildOfTwoRoundsOfItsParentIsTwoTasksAndAThirdIsCaught() {
    List<Event> log = List.of(status(21, "queued", 1, ""), status(22, "cancelled", 1, ""));
    for (String id : List.of("c1", "c2", "c3")) {
      logs.put(id, log);
      feed.add(new FeedReading.Entry(id + 21, id, "21-0"));
      feed.add(new FeedReading.Entry(id + 22, id, "22-0"));
    }
    rows.add(new Row("c1", "cancelled", "child", 1, 0, 0, "", "b"));
    rows.add(new Row("c2", "cancelled", "child", 1, 0, 0, "", "b"));
    List<Kind> two = wrongs();
    rows.add(new Row("c3", "cancelled", "child", 1, 0, 0, "", "b"));

    assertThat(two).isEmpty();
    assertThat(wrongs()).containsExactly(Kind.DOUBLED);
  }

  @Test
  void aSecondEndIsCaught() {
    logA.add(status(8, "succeeded", 1, ""));

    assertThat(wrongs()).contains(Kind.DOUBLED);
  }

  @Test
  void anEventAfterTheEndIsCaught() {
    logA.add(event(8, "task.progress"));

    assertThat(wrongs()).contains(Kind.AFTER_END);
  }

  @Test
  void aTaskThatLivesOnAfterItsEndIsCaught() {
    logA.add(status(8, "queued", 2, ",\"reason\":\"redriven\""));

    assertThat(wrongs()).contains(Kind.AFTER_END);
  }

  @Test
  void aTaskGivenToTwoWorkersAtATimeIsCaught() {
    logA.add(3, status(3, "running", 1, ",\"attempt\":1"));

    assertThat(wrongs()).contains(Kind.TWICE);
  }

  @Test
  void anEventOfAWorkerThatLostTheTaskIsCaught() {
    logA.add(4, event(4, "task.output"));

    assertThat(wrongs()).contains(Kind.TWICE);
  }

  @Test
  void aRunThatWasTakenFromALiveWorkerIsCaught() {
    crashesOfA = 0;

    assertThat(wrongs()).containsExactly(Kind.TWICE);
  }

  @Test
  void aRunThatWroteWasNotOneWhoseClaimWasNotHeardOf() {
    crashesOfA = 0;
    cutsMs = List.of(2L);

    assertThat(wrongs()).containsExactly(Kind.TWICE);
  }

  @Test
  void aClaimThatWasNotHeardOfBecauseItsConnectionBrokeIsNoLostRun() {
    crashesOfA = 0;
    logA.remove(2);
    seenOfA.remove(2);
    List<Kind> withoutCut = wrongs();
    cutsMs = List.of(2L);
    Verdict withCut = judged();

    assertThat(withoutCut).containsExactly(Kind.TWICE);
    assertThat(withCut.wrongs()).isEmpty();
    assertThat(withCut.unheard()).isEqualTo(1);
  }

  @Test
  void eventsOutOfOrderAreCaught() {
    logA.set(2, event(1, "task.progress"));

    assertThat(wrongs()).contains(Kind.ORDER);
  }

  @Test
  void anEventThatAReaderMissedIsCaught() {
    seenOfA.remove(2);

    assertThat(wrongs()).containsExactly(Kind.READER);
  }

  @Test
  void anEventThatAReaderSawTwiceIsCaught() {
    seenOfA.add(3, "3-0");

    assertThat(wrongs()).containsExactly(Kind.READER);
  }

  @Test
  void anEntryThatTheFeedLeftOutIsCaught() {
    feed.removeLast();

    assertThat(wrongs()).containsExactly(Kind.READER);
  }

  @Test
  void anEntryThatTheFeedBroughtTwiceIsCaught() {
    feed.add(feed.getLast());

    assertThat(wrongs()).containsOnly(Kind.READER);
  }

  @Test
  void anEndThatNothingExplainsIsCaught() {
    accepted.set(0, new Accepted(1, "a", Set.of("failed:conflict")));

    assertThat(wrongs()).containsExactly(Kind.UNEXPLAINED);
  }

  @Test
  void aRowThatDiffersFromItsLogIsCaught() {
    rows.set(0, new Row("a", "failed", "one", 1, 1, 2, "", ""));

    assertThat(wrongs()).containsExactly(Kind.UNEXPLAINED);
  }

  @Test
  void aDeliveryThatWasNotCountedIsCaught() {
    rows.set(0, new Row("a", "succeeded", "one", 1, 1, 1, "", ""));

    assertThat(wrongs()).containsExactly(Kind.UNEXPLAINED);
  }
}
