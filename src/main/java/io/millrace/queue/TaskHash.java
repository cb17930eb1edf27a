package io.millrace.queue;

import io.millrace.access.Scope;
import io.millrace.task.Children;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Reads a task from the hash that holds it; the scripts alone write that hash. */
final class TaskHash {
  private final TaskId id;
  private final Map<String, String> fields;

  private TaskHash(TaskId id, Map<String, String> fields) {
    this.id = id;
    this.fields = fields;
  }

  static Task read(TaskId id, Map<String, String> fields) {
    return new TaskHash(id, fields).task();
  }

  private Task task() {
    return new Task(
        id,
        new Scope(text("tenant"), text("project"), text("user")),
        text("handler"),
        TaskStatus.ofLabel(text("status")).orElseThrow(() -> damaged("status")),
        Priority.ofLabel(text("priority")).orElseThrow(() -> damaged("priority")),
        new Payload(text("input")),
        number("epoch"),
        Math.toIntExact(number("round")),
        Math.toIntExact(number("attempts")),
        Math.toIntExact(number("deliveries")),
        "1".equals(fields.get("cancel")),
        optional("worker"),
        Instant.ofEpochMilli(number("created")),
        moment("runAt"),
        moment("started"),
        moment("finished"),
        optional("result").map(Payload::new),
        optional("errorType")
            .map(type ->
                new TaskError(
                    type, text("errorMessage"), "1".equals(fields.get("errorRetryable")))),
        optional("parent").map(TaskId::new),
        optional("children").map(total -> children(Integer.parseInt(total))));
  }

  private Children children(int total) {
    return new Children(
        total, ended("succeeded"), ended("failed"), ended("dead"), ended("cancelled"));
  }

  private int ended(String status) {
    return optional("children:" + status).map(Integer::parseInt).orElse(0);
  }

  private String text(String name) {
    return optional(name).orElseThrow(() -> damaged(name));
  }

  private long number(String name) {
    return Long.parseLong(text(name));
  }

  private Optional<Instant> moment(String name) {
    return optional(name).map(ms -> Instant.ofEpochMilli(Long.parseLong(ms)));
  }

  private Optional<String> optional(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  private IllegalStateException damaged(String name) {
    return new IllegalStateException("task " + id + " has no valid field " + name);
  }
}
