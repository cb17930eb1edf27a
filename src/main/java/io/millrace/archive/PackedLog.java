package io.millrace.archive;

import io.millrace.task.Payload;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A short log as one text, a line per event: id, type, whether it is the last, data. Most tasks
 * tell three things; three rows with their index cost the database more than all the rest of the
 * task.
 */
final class PackedLog {
  private static final int EVENTS_MAX = 16;

  /** Longer texts would be compressed and moved out of the row. */
  private static final int DATA_MAX = 1_500;

  private PackedLog() {}

  /** The text, or empty when these events are better kept as rows. */
  static Optional<String> of(List<TaskEvent> events) {
    boolean isShort =
        events.size() <= EVENTS_MAX
            && events.stream().mapToInt(event -> event.data().json().length()).sum() <= DATA_MAX
            && events.stream().allMatch(PackedLog::isOneLine);
    return isShort
        ? Optional.of(events.stream().map(PackedLog::line).collect(Collectors.joining("\n")))
        : Optional.empty();
  }

  private static boolean isOneLine(TaskEvent event) {
    return event.data().json().indexOf('\n') < 0 && event.type().indexOf(' ') < 0;
  }

  private static String line(TaskEvent event) {
    String last = event.last() ? "1" : "0";
    return String.join(" ", event.id(), event.type(), last, event.data().json());
  }

  /** The events of {@code task} that {@link #of} made {@code text} of. */
  static Stream<TaskEvent> events(TaskId task, String text) {
    return Stream.of(text.split("\n")).map(line -> event(task, line));
  }

  private static TaskEvent event(TaskId task, String line) {
    String[] parts = line.split(" ", 4);
    return new TaskEvent(parts[0], task, parts[1], new Payload(parts[3]), parts[2].equals("1"));
  }
}
