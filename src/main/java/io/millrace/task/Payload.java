package io.millrace.task;

import java.nio.charset.StandardCharsets;

/**
 * One JSON value as text: the input or the result of a task. Well-formedness is checked at the
 * edge.
 */
public record Payload(String json) {
  /** The empty JSON object. */
  public static final Payload EMPTY = new Payload("{}");

  /** The size in bytes as UTF-8. */
  public int bytes() {
    return json.getBytes(StandardCharsets.UTF_8).length;
  }
}
