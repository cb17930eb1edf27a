package io.millrace.chaos;

import io.millrace.chaos.Observations.Event;
import io.millrace.chaos.Verdict.Kind;
import io.millrace.chaos.Verdict.Wrong;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Walks the log of one task, and finds every step that the states of a task do not allow. */
final class TaskLog {
  private final String task;
  private final List<Wrong> wrongs;
  private String status = "";
  private int round;
  private int executions;
  private int deliveries;
  private int attempts;
  private int losses;
  private int lossesInRow;
  private int handedBack;
  private long claimedMs;
  private boolean wrote;
  private final List<Long> silentlyLost = new ArrayList<>();

  private TaskLog(String task, List<Wrong> wrongs) {
    this.task = task;
    this.wrongs = wrongs;
  }

  /** Walks {@code events}; adds to {@code wrongs}. */
  static TaskLog walk(String task, List<Event> events, List<Wrong> wrongs) {
    var log = new TaskLog(task, wrongs);
    Event before = null;
    for (Event event : events) {
      if (before != null && !isBefore(before, event)) {
        log.wrong(Kind.ORDER, "%s comes after %s".formatted(event.id(), before.id()));
      }
      before = event;
      log.step(event);
    }
    if (!isFinal(log.status)) {
      log.wrong(Kind.LOST, "its log does not end but is at " + log.status);
    }
    return log;
  }

  private static boolean isBefore(Event a, Event b) {
    return a.atMs() < b.atMs() || (a.atMs() == b.atMs() && a.sequence() < b.sequence());
  }

  static boolean isFinal(String status) {
    return switch (status) {
      case "succeeded", "failed", "dead", "cancelled" -> true;
      default -> false;
    };
  }

  private void step(Event event) {
    if (event.isStatus()) {
      status(event, new JsonObject(event.data()));
      return;
    }
    if (event.last()) {
      wrong(Kind.AFTER_END, "ends with " + event.type());
    }
    // A new attempt is announced by its claim, just before the task runs.
    String wanted = event.type().equals("task.attempt") ? "queued" : "running";
    if (isFinal(status)) {
      wrong(Kind.AFTER_END, "%s %s after %s".formatted(event.type(), event.id(), status));
    } else if (status.equals("running")) {
      wrote = true;
    }
    if (!isFinal(status) && !status.equals(wanted)) {
      wrong(Kind.TWICE, "%s %s while %s".formatted(event.type(), event.id(), status));
    }
  }

  private void status(Event event, JsonObject data) {
    String next = data.getString("status");
    String from = status;
    if (event.last() != isFinal(next)) {
      wrong(Kind.AFTER_END, "%s has final: %s".formatted(next, event.last()));
    }
    if (isFinal(from)) {
      afterEnd(next, data, event);
    } else {
      boolean legal =
          switch (next) {
            case "queued" -> queued(from, data);
            case "scheduled" -> scheduled(from, data);
            case "running" -> running(event.atMs(), from, data);
            case "waiting" -> waiting(from, data);
            case "cancelled" -> !from.isEmpty();
            case "dead" -> dead(from, data);
            default -> isFinal(next) && endedByItself(from);
          };
      if (!legal) {
        wrong(Kind.TWICE, "%s %s after \"%s\"".formatted(next, event.id(), from));
      }
    }
    if (data.getInteger("round") != round) {
      wrong(
          Kind.TWICE,
          "%s says round %d in round %d".formatted(event.id(), data.getInteger("round"), round));
    }
    status = next;
  }

  /** Only a dead task begins another round, when somebody asked for it. */
  private void afterEnd(String next, JsonObject data, Event event) {
    if (isFinal(next)) {
      wrong(Kind.DOUBLED, "ends %s and %s (%s)".formatted(status, next, event.id()));
    } else if (!status.equals("dead") || !"redriven".equals(data.getString("reason"))) {
      wrong(Kind.AFTER_END, "%s %s after %s".formatted(next, event.id(), status));
    }
    begin();
  }

  private void begin() {
    round++;
    deliveries = 0;
    attempts = 0;
    lossesInRow = 0;
  }

  private boolean queued(String from, JsonObject data) {
    if (from.isEmpty()) {
      begin();
      return true;
    }
    String reason = data.getString("reason", "");
    if (!from.equals("running")) {
      return from.equals("scheduled")
          || (from.equals("waiting") && reason.equals("children_ended"));
    }
    if (reason.equals("worker_lost")) {
      lost();
    } else if (reason.equals("handed_back")) {
      handedBack++;
      deliveries--;
    } else {
      return endedByItself(from) && data.containsKey("attempts");
    }
    return true;
  }

  private boolean scheduled(String from, JsonObject data) {
    if (from.isEmpty()) {
      begin();
      return true;
    }
    return endedByItself(from) && data.containsKey("attempts");
  }

  /** For its children: the attempt goes on when they have ended. */
  private boolean waiting(String from, JsonObject data) {
    if (from.equals("waiting")) {
      return data.getBoolean("cancelRequested", false);
    }
    lossesInRow = 0;
    return from.equals("running");
  }

  private void lost() {
    losses++;
    lossesInRow++;
    if (!wrote) {
      silentlyLost.add(claimedMs);
    }
  }

  private boolean running(long atMs, String from, JsonObject data) {
    if (from.equals("running")) {
      return data.getBoolean("cancelRequested", false);
    }
    executions++;
    deliveries++;
    claimedMs = atMs;
    wrote = false;
    return from.equals("queued");
  }

  private boolean dead(String from, JsonObject data) {
    if ("worker_lost".equals(data.getJsonObject("error", new JsonObject()).getString("type"))) {
      lost();
      return from.equals("running") && lossesInRow >= 4;
    }
    return endedByItself(from);
  }

  private boolean endedByItself(String from) {
    attempts++;
    lossesInRow = 0;
    return from.equals("running");
  }

  private void wrong(Kind kind, String what) {
    wrongs.add(new Wrong(kind, task, what));
  }

  /** How often it began to run, in all its rounds. */
  int executions() {
    return executions;
  }

  /** How often its worker was lost, in all its rounds. */
  int losses() {
    return losses;
  }

  /** When those runs were claimed whose worker was lost before it wrote anything. */
  List<Long> silentlyLost() {
    return silentlyLost;
  }

  /** How often a worker that stopped in order handed it back, in all its rounds. */
  int handedBack() {
    return handedBack;
  }

  /** In which round it is. */
  int round() {
    return round;
  }

  /** Claims of its last round that were not handed back. */
  int deliveries() {
    return deliveries;
  }

  /** Runs of its last round that ended by themselves. */
  int attempts() {
    return attempts;
  }

  /** Its last status. */
  String status() {
    return status;
  }
}
