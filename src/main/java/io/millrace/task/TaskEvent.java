package io.millrace.task;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * One entry of a task's append-only log.
 *
 * @param id the Redis stream id, {@code <milliseconds>-<sequence>}, strictly rising; also the SSE
 *     id
 * @param task the task it belongs to
 * @param type {@code task.status}, {@code task.progress}, {@code task.output}, {@code task.attempt}
 *     or a handler's own
 * @param data a JSON object
 * @param last whether it is the last event of a round
 */
public record TaskEvent(String id, TaskId task, String type, Payload data, boolean last) {
  /** The status of the task changed. */
  public static final String STATUS = "task.status";

  /** A running handler reports how far it is. */
  public static final String PROGRESS = "task.progress";

  /** A piece of output. */
  public static final String OUTPUT = "task.output";

  /** A new attempt starts; a reader drops the output it showed. */
  public static final String ATTEMPT = "task.attempt";

  /** The task as it stands, for a reader that missed the beginning of the log. */
  public static final String SNAPSHOT = "task.snapshot";

  private static final Pattern ID = Pattern.compile("\\d{1,15}-\\d{1,10}");

  /** Whether {@code text} has the form of an event id. */
  public static boolean isEventId(String text) {
    return ID.matcher(text).matches();
  }

  /** The moment of the event, by Redis's clock. */
  public Instant at() {
    return Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-'))));
  }

  /** Compares two event ids by time, then sequence; a negative number when {@code a} is older. */
  public static int compareIds(String a, String b) {
    int dashA = a.indexOf('-');
    int dashB = b.indexOf('-');
    int byTime =
        Long.compare(Long.parseLong(a.substring(0, dashA)), Long.parseLong(b.substring(0, dashB)));
    return byTime != 0
        ? byTime
        : Long.compare(
            Long.parseLong(a.substring(dashA + 1)), Long.parseLong(b.substring(dashB + 1)));
  }
}
