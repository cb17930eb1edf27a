package io.millrace.chaos;

import io.millrace.chaos.Observations.Accepted;
import io.millrace.chaos.Observations.Event;
import io.millrace.chaos.Observations.FeedReading;
import io.millrace.chaos.Observations.Reading;
import io.millrace.chaos.Observations.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was recorded, against what must hold. It looks at nothing else, so a test can plant every
 * kind of damage.
 *
 * @param ends how many accepted tasks ended in each way
 * @param executions runs that began
 * @param losses runs whose worker was lost
 * @param unheard claims whose answer was lost with the connection, so that nobody ran the task
 * @param wrongs everything that must not be; empty when all is well
 */
record Verdict(
    Map<String, Integer> ends, int executions, int losses, int unheard, List<Wrong> wrongs) {
  /** On a busy machine an answer takes so long until it is read. */
  private static final long ANSWER_MS_MAX = 500;

  /** What can go wrong. */
  enum Kind {
    /** Accepted, and never ended or never archived. */
    LOST,
    /** Ended twice in one round, or two tasks out of one submit. */
    DOUBLED,
    /** Something after the end. */
    AFTER_END,
    /** Run twice at a time, written to by somebody who did not hold it, or run without a cause. */
    TWICE,
    /** Event ids that do not rise. */
    ORDER,
    /** A reader missed an event, or saw one twice. */
    READER,
    /** An end or a count that nothing explains. */
    UNEXPLAINED,
    /** Anything else. */
    REMARK
  }

  /** One thing that must not be; {@code task} is empty when it is about none. */
  record Wrong(Kind kind, String task, String what) {
    @Override
    public String toString() {
      return kind + " " + task + " " + what;
    }
  }

  /** Judges. */
  static Verdict of(Observations seen) {
    return new Court(seen).verdict();
  }

  int count(Kind kind) {
    return (int) wrongs.stream().filter(wrong -> wrong.kind() == kind).count();
  }

  /** Judges one run. */
  private static final class Court {
    private final Observations seen;
    private final List<Wrong> wrongs = new ArrayList<>();
    private final Map<String, Row> rows = new HashMap<>();
    private final Map<String, Integer> ends = new TreeMap<>();
    private int executions;
    private int losses;
    private int handedBack;
    private int unheard;

    Court(Observations seen) {
      this.seen = seen;
    }

    Verdict verdict() {
      seen.remarks().forEach(remark -> wrong(Kind.REMARK, "", remark));
      indexRows();
      seen.accepted().forEach(this::judge);
      rows.forEach((id, row) -> judgeLog(id, row));
      seen.readings().forEach(this::judge);
      seen.feeds().forEach(this::judge);
      if (handedBack > 0 && seen.stops() == 0) {
        wrong(Kind.UNEXPLAINED, "", handedBack + " tasks were handed back, and nobody stopped");
      }
      return new Verdict(ends, executions, losses, unheard, wrongs);
    }

    private void indexRows() {
      Map<String, List<Row>> byInput = new HashMap<>();
      for (Row row : seen.rows()) {
        if (rows.put(row.id(), row) != null) {
          wrong(Kind.DOUBLED, row.id(), "has two rows");
        }
        byInput.computeIfAbsent(row.input(), _ -> new ArrayList<>()).add(row);
      }
      byInput.values().stream().filter(same -> same.size() > 1).forEach(this::judgeSame);
    }

    /** A parent that is run again begins anew, and so has its children once more in each round. */
    private void judgeSame(List<Row> same) {
      Row parent = rows.get(same.getFirst().parent());
      boolean siblings = same.stream().map(Row::parent).distinct().count() == 1;
      if (parent == null || !siblings || same.size() > parent.round()) {
        wrong(
            Kind.DOUBLED,
            same.getLast().id(),
            "is of the same submit as " + same.stream().map(Row::id).toList());
      }
    }

    private void judge(Accepted promise) {
      Row row = rows.get(promise.id());
      if (row == null) {
        wrong(Kind.LOST, promise.id(), "was accepted as number %d".formatted(promise.number()));
        return;
      }
      ends.merge(row.end(), 1, Integer::sum);
      // That a task is dead because of lost workers is explained by its log.
      if (!promise.ends().contains(row.end()) && !row.end().equals("dead:worker_lost")) {
        wrong(Kind.UNEXPLAINED, row.id(), "%s, not %s".formatted(row.end(), promise.ends()));
      }
    }

    private void judgeLog(String id, Row row) {
      List<Event> events = seen.logs().getOrDefault(id, List.of());
      TaskLog log = TaskLog.walk(id, events, wrongs);
      executions += log.executions();
      losses += log.losses();
      handedBack += log.handedBack();
      int crashes = seen.crashes().getOrDefault(id, 0);
      int surplus = log.losses() - crashes;
      if (surplus > 0) {
        int excused =
            (int) log.silentlyLost().stream().filter(this::isUnheard).limit(surplus).count();
        unheard += excused;
        surplus -= excused;
      }
      if (surplus > 0) {
        wrong(
            Kind.TWICE,
            id,
            "lost its worker %d times, but only %d crashes hit it"
                .formatted(log.losses(), crashes));
      }
      if (!log.status().equals(row.status()) || log.round() != row.round()) {
        wrong(
            Kind.UNEXPLAINED,
            id,
            "its row says %s in round %d, its log %s in round %d"
                .formatted(row.status(), row.round(), log.status(), log.round()));
      }
      // A cancel may come between the claim of a run and its end, which then counts as neither.
      if (!row.status().equals("cancelled")
          && (row.deliveries() != log.deliveries() || row.attempts() != log.attempts())) {
        wrong(
            Kind.UNEXPLAINED,
            id,
            "its row counts %d deliveries and %d attempts, its log %d and %d"
                .formatted(row.deliveries(), row.attempts(), log.deliveries(), log.attempts()));
      }
    }

    /** Whether a claim was made so shortly before a cut that its answer may be lost. */
    private boolean isUnheard(long claimedMs) {
      return seen.cutsMs().stream().anyMatch(cut -> Math.abs(cut - claimedMs) <= ANSWER_MS_MAX);
    }

    /** A reader of one task sees its first round: each event once, in order, to the final one. */
    private void judge(Reading reading) {
      if (!reading.whole()) {
        wrong(Kind.READER, reading.task(), "its reader never came to the end");
      }
      List<String> expected = new ArrayList<>();
      for (Event event : seen.logs().getOrDefault(reading.task(), List.of())) {
        expected.add(event.id());
        if (event.last()) {
          break;
        }
      }
      if (!expected.equals(reading.ids())) {
        wrong(
            Kind.READER,
            reading.task(),
            "its reader saw %s, the log has %s".formatted(reading.ids(), expected));
      }
    }

    /** A reader of all tasks sees each status event once, those of one task in their order. */
    private void judge(FeedReading feed) {
      if (feed.gaps() > 0) {
        wrong(Kind.READER, "", "%s was told of %d gaps".formatted(feed.reader(), feed.gaps()));
      }
      Map<String, List<String>> byTask = new HashMap<>();
      Set<String> places = new HashSet<>();
      for (FeedReading.Entry entry : feed.entries()) {
        if (!places.add(entry.place())) {
          wrong(Kind.READER, entry.task(), feed.reader() + " saw twice " + entry.place());
        }
        byTask.computeIfAbsent(entry.task(), _ -> new ArrayList<>()).add(entry.event());
      }
      for (String task : rows.keySet()) {
        List<String> expected =
            seen.logs().getOrDefault(task, List.of()).stream()
                .filter(Event::isStatus)
                .map(Event::id)
                .toList();
        List<String> got = byTask.getOrDefault(task, List.of());
        if (!expected.equals(got)) {
          wrong(
              Kind.READER,
              task,
              "%s saw %s, the log has %s".formatted(feed.reader(), got, expected));
        }
      }
    }

    private void wrong(Kind kind, String task, String what) {
      wrongs.add(new Wrong(kind, task, what));
    }
  }
}
