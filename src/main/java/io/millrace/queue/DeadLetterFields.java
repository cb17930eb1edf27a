package io.millrace.queue;

import io.millrace.access.Scope;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Reads a dead letter from the entry that holds it; the scripts alone write it. */
final class DeadLetterFields {
  private DeadLetterFields() {}

  static DeadLetter read(Map<String, String> fields) {
    return new DeadLetter(
        new TaskId(text(fields, "task")),
        new Scope(text(fields, "tenant"), text(fields, "project"), text(fields, "user")),
        text(fields, "handler"),
        Priority.ofLabel(text(fields, "priority")).orElseThrow(),
        new Payload(text(fields, "input")),
        new TaskError(
            text(fields, "errorType"),
            text(fields, "errorMessage"),
            text(fields, "errorRetryable").equals("1")),
        Integer.parseInt(text(fields, "attempts")),
        Integer.parseInt(text(fields, "deliveries")),
        Optional.of(text(fields, "worker")).filter(worker -> !worker.isEmpty()),
        Integer.parseInt(text(fields, "round")),
        Instant.ofEpochMilli(Long.parseLong(text(fields, "created"))),
        Instant.ofEpochMilli(Long.parseLong(text(fields, "at"))));
  }

  private static String text(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalStateException("a dead letter has no field " + name);
    }
    return value;
  }
}
