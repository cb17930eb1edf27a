package io.millrace.handler;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks a value against a JSON schema and says in words what is wrong with it. Each property's
 * {@code description} says what is allowed there.
 */
final class SchemaCheck {
  /** Keywords under which the validator only repeats that something below them failed. */
  private static final Set<String> OUTER =
      Set.of("properties", "additionalProperties", "$ref", "propertyNames");

  private final JsonObject schema;
  private final Validator validator;

  SchemaCheck(JsonObject schema) {
    this.schema = schema;
    this.validator =
        Validator.create(
            JsonSchema.of(schema),
            new JsonSchemaOptions()
                .setBaseUri("https://millrace.example/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic));
  }

  /** The innermost thing wrong: the key by its path, and what is allowed there. */
  Optional<String> wrong(JsonObject value) {
    OutputUnit result = validator.validate(value);
    List<OutputUnit> errors = result.getErrors();
    if (result.getValid() || errors == null) {
      return Optional.empty();
    }
    return errors.stream()
        .max(
            Comparator.comparingInt((OutputUnit error) -> steps(error.getInstanceLocation()).length)
                .thenComparing(error -> !OUTER.contains(keyword(error)))
                .thenComparing(error -> keyword(error).equals("additionalProperties")))
        .map(this::words);
  }

  private String words(OutputUnit error) {
    String[] key = steps(error.getInstanceLocation());
    String path = String.join(".", key);
    JsonObject at = schemaBeside(error);
    return switch (keyword(error)) {
      case "additionalProperties" ->
          "%s: unknown key; allowed: %s"
              .formatted(
                  path,
                  String.join(", ", new TreeSet<>(at.getJsonObject("properties").fieldNames())));
      case "required" -> "%s: %s is missing".formatted(path, quoted(error.getError()));
      case "pattern" ->
          "%s: must be %s"
              .formatted(
                  path, at.getString("description", "a name like " + at.getString("pattern")));
      default ->
          "%s: must be %s".formatted(path, at.getString("description", "as its schema says"));
    };
  }

  /** The validator names the missing property in quotation marks. */
  private static String quoted(String message) {
    return message.substring(message.indexOf('"') + 1, message.lastIndexOf('"'));
  }

  private static String keyword(OutputUnit error) {
    String[] steps = steps(error.getKeywordLocation());
    return steps[steps.length - 1];
  }

  /** The part of the schema that holds the keyword. */
  private JsonObject schemaBeside(OutputUnit error) {
    String[] steps = steps(error.getAbsoluteKeywordLocation());
    JsonObject at = schema;
    for (int i = 0; i < steps.length - 1; i++) {
      at = at.getJsonObject(steps[i]);
    }
    return at;
  }

  /** The steps of a JSON pointer in a URI's fragment. */
  private static String[] steps(String location) {
    String pointer = location.substring(location.indexOf('#') + 1);
    String[] steps = pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1);
    for (int i = 0; i < steps.length; i++) {
      steps[i] = steps[i].replace("~1", "/").replace("~0", "~");
    }
    return steps;
  }
}
