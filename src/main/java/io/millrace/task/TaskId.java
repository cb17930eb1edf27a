package io.millrace.task;

import java.time.Instant;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of a task for its whole life: {@code <shard>-<26 characters>}, where the characters are
 * 48 bits of Unix milliseconds and 80 random bits in lower-case Crockford base 32 (a ULID), so ids
 * cannot be guessed and sort by the time they were minted.
 */
public record TaskId(String value) {
  private static final Pattern FORM = Pattern.compile("\\d{1,3}-[0-9a-hjkmnp-tv-z]{26}");
  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

  /** Refuses anything but the form above. */
  public TaskId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a task id: " + value);
    }
  }

  /** Whether {@code text} has the form of a task id. */
  public static boolean isTaskId(String text) {
    return FORM.matcher(text).matches();
  }

  /** A new id in {@code shard}, minted at {@code now}. */
  public static TaskId mint(int shard, Instant now, RandomGenerator random) {
    var text = new StringBuilder(30).append(shard).append('-');
    appendBase32(text, now.toEpochMilli(), 10);
    appendBase32(text, random.nextLong(), 8);
    appendBase32(text, random.nextLong(), 8);
    return new TaskId(text.toString());
  }

  private static void appendBase32(StringBuilder text, long bits, int characters) {
    for (int i = characters - 1; i >= 0; i--) {
      text.append(ALPHABET[(int) (bits >>> (5 * i)) & 31]);
    }
  }

  /** The shard whose keys hold this task. */
  public int shard() {
    return Integer.parseInt(value.substring(0, value.indexOf('-')));
  }

  @Override
  public String toString() {
    return value;
  }
}
