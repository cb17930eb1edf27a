package io.millrace.chaos;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that was recorded in one run, for the {@link Verdict}.
 *
 * @param accepted tasks that clients were promised
 * @param rows the archive's rows
 * @param logs the archive's events of each task, by their ids
 * @param crashes how many injected crashes hit each task while it ran
 * @param cutsMs when connections to Redis broke, by its clock
 * @param stops how many workers were stopped in order
 * @param readings what readers of single tasks saw
 * @param feeds what readers of all tasks saw
 * @param remarks what went wrong in other ways, in words
 */
record Observations(
    List<Accepted> accepted,
    List<Row> rows,
    Map<String, List<Event>> logs,
    Map<String, Integer> crashes,
    List<Long> cutsMs,
    int stops,
    List<Reading> readings,
    List<FeedReading> feeds,
    List<String> remarks) {
  /**
   * A promise.
   *
   * @param number the client's own number of the task
   * @param id what the server called it
   * @param ends how it may end: a status, with the type of its error after a colon
   */
  record Accepted(int number, String id, Set<String> ends) {}

  /** One row of the archive; {@code parent} is empty where there is none. */
  record Row(
      String id,
      String status,
      String input,
      int round,
      int attempts,
      int deliveries,
      String errorType,
      String parent) {
    /** In the form of {@link Accepted#ends}. */
    String end() {
      return errorType.isEmpty() ? status : status + ":" + errorType;
    }
  }

  /**
   * One archived event.
   *
   * @param data its JSON
   * @param last whether it says that it ends a round
   */
  record Event(long atMs, long sequence, String type, String data, boolean last) {
    String id() {
      return atMs + "-" + sequence;
    }

    boolean isStatus() {
      return type.equals("task.status");
    }
  }

  /**
   * The ids that a reader of one task saw, over all its connections.
   *
   * @param whole whether it came to the final event
   */
  record Reading(String task, List<String> ids, boolean whole) {}

  /** Place, task and event of each entry that a reader of the feed saw. */
  record FeedReading(String reader, List<Entry> entries, int gaps) {
    record Entry(String place, String task, String event) {}
  }
}
