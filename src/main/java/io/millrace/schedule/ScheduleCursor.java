package io.millrace.schedule;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** The place of a schedule in the list, newest first; it holds when the schedule is gone. */
record ScheduleCursor(Instant createdAt, String id) {
  private static final Pattern FORM = Pattern.compile("\\d{1,17}\\.[0-9a-f]{32}");

  static ScheduleCursor of(Schedule schedule) {
    return new ScheduleCursor(schedule.createdAt(), schedule.id());
  }

  static boolean isCursor(String text) {
    return FORM.matcher(text).matches();
  }

  static ScheduleCursor parse(String text) {
    int dot = text.indexOf('.');
    long micros = Long.parseLong(text.substring(0, dot));
    return new ScheduleCursor(
        Instant.EPOCH.plus(micros, ChronoUnit.MICROS), text.substring(dot + 1));
  }

  String text() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, createdAt) + "." + id;
  }
}
