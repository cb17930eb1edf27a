package io.millrace.json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The one written form of a time: RFC 3339 in UTC with milliseconds and {@code Z}. */
public final class Times {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Times() {}

  /** For example {@code 2026-11-21T09:30:00.000Z}. */
  public static String format(Instant moment) {
    return FORM.format(moment);
  }
}
