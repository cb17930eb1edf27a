package io.millrace.settings;

import java.util.List;

/**
 * A stream in Redis that others write: each entry becomes a task.
 *
 * @param stream its key
 * @param group the consumer group that Millrace reads it with; made at the entries' beginning
 * @param handler what its tasks ask for
 * @param field the field of an entry that holds the input as JSON; when empty, all fields are the
 *     input, as texts
 * @param priority the label of its tasks' priority
 * @param project what its tasks belong to
 */
public record StreamSettings(
    String stream, String group, String handler, String field, String priority, String project) {
  static StreamSettings read(Section section) {
    return new StreamSettings(
        needed(section, "stream", "a key in Redis"),
        section.text("group", "millrace"),
        needed(section, "handler", "the name of a handler"),
        section.text("field", ""),
        oneOf(section, "priority", "normal", "high, normal, low"),
        section.text("project", "default"));
  }

  private static String needed(Section section, String name, String allowed) {
    String text = section.text(name, "");
    if (text.isBlank()) {
      throw section.refused(name, text, allowed);
    }
    return text;
  }

  private static String oneOf(Section section, String name, String byDefault, String allowed) {
    String text = section.text(name, byDefault);
    if (!List.of(allowed.split(", ")).contains(text)) {
      throw section.refused(name, text, allowed);
    }
    return text;
  }
}
