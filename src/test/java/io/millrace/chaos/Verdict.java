package io.millrace.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What PostgreSQL holds in the end, against what clients were promised.
 *
 * @param statuses how many accepted tasks ended in each status
 * @param wrongs everything that must not be, in words; empty when all is well
 */
record Verdict(Map<String, Integer> statuses, List<String> wrongs) {
  /** One row of the archive. */
  record Row(String id, String status, String input, int round, int deliveries, String errorType) {
    /** Whether the tasks of {@link Clients} may end so: dead by lost workers alone. */
    boolean isExplained() {
      return switch (status) {
        case "succeeded" -> errorType.isEmpty();
        case "failed" -> errorType.equals("conflict");
        case "dead" -> errorType.equals("worker_lost") && deliveries >= 3;
        default -> false;
      };
    }
  }

  /** One archived event, in the order of its log. */
  record Event(String task, boolean last) {}

  /**
   * Compares.
   *
   * @param accepted the client's number of each task, and the id it was answered
   * @param kills how often the process was killed
   */
  static Verdict of(Map<Integer, String> accepted, List<Row> rows, List<Event> events, int kills) {
    List<String> wrongs = new ArrayList<>();
    Map<String, Row> byId = new HashMap<>();
    Map<String, String> byInput = new HashMap<>();
    for (Row row : rows) {
      if (byId.put(row.id(), row) != null) {
        wrongs.add("two rows of " + row.id());
      }
      String other = byInput.put(row.input(), row.id());
      if (other != null) {
        wrongs.add("one submit became two tasks: " + other + " and " + row.id());
      }
    }
    Map<String, Integer> statuses = new TreeMap<>();
    accepted.forEach((number, id) -> {
      Row row = byId.get(id);
      if (row == null) {
        wrongs.add("task %d was accepted as %s and is lost".formatted(number, id));
        return;
      }
      statuses.merge(row.status(), 1, Integer::sum);
      if (!row.isExplained()) {
        wrongs.add("%s is archived as %s %s".formatted(id, row.status(), row.errorType()));
      }
      if (row.round() != 1) {
        wrongs.add(id + " ended in round " + row.round());
      }
      if (row.deliveries() > 2 + kills) {
        wrongs.add("%s was delivered %d times".formatted(id, row.deliveries()));
      }
    });
    checkEvents(byId.keySet(), events, wrongs);
    return new Verdict(statuses, wrongs);
  }

  /** Each task has one final event, and nothing after it. */
  private static void checkEvents(Set<String> tasks, List<Event> events, List<String> wrongs) {
    Set<String> ended = new HashSet<>();
    for (Event event : events) {
      if (ended.contains(event.task())) {
        wrongs.add(event.task() + (event.last() ? " ended twice" : " has an event after its end"));
      } else if (event.last()) {
        ended.add(event.task());
      }
    }
    for (String task : tasks) {
      if (!ended.contains(task)) {
        wrongs.add(task + " has no final event");
      }
    }
  }
}
