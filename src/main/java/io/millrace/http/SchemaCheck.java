package io.millrace.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks values against one JSON schema (2020-12) and says plainly where the first fault lies. */
final class SchemaCheck {
  /** Keywords whose own error is the news; the others only say that something below is wrong. */
  private static final Set<String> TELLING =
      Set.of(
          "type",
          "enum",
          "const",
          "required",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "minLength",
          "maxLength",
          "pattern",
          "format",
          "minItems",
          "maxItems",
          "uniqueItems",
          "contains",
          "minProperties",
          "maxProperties",
          "propertyNames",
          "dependentRequired",
          "not",
          "anyOf",
          "oneOf");

  private static final Set<String> UNKNOWN =
      Set.of("additionalProperties", "unevaluatedProperties");

  private final JsonObject schema;
  private final Validator validator;

  /** {@code schema} holds everything it refers to; it is copied. */
  SchemaCheck(JsonObject schema) {
    this.schema = schema.copy();
    validator =
        Validator.create(
            JsonSchema.of(this.schema),
            new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setBaseUri("urn:millrace:schema")
                .setOutputFormat(OutputFormat.Basic));
  }

  /**
   * What is wrong, and where.
   *
   * @param pointer a JSON pointer into the checked value
   */
  record Fault(String pointer, String detail) {}

  /** The first fault of {@code value}; empty when it is as the schema wants it. */
  Optional<Fault> fault(Object value) {
    OutputUnit outcome = validator.validate(value);
    if (Boolean.TRUE.equals(outcome.getValid())) {
      return Optional.empty();
    }
    List<OutputUnit> errors = outcome.getErrors() == null ? List.of() : outcome.getErrors();
    return Optional.of(
        first(errors, TELLING)
            .or(() -> first(errors, UNKNOWN))
            .map(this::told)
            .orElse(new Fault("", "The value is not as it should be.")));
  }

  private static Optional<OutputUnit> first(List<OutputUnit> errors, Set<String> keywords) {
    return errors.stream().filter(error -> keywords.contains(keyword(error))).findFirst();
  }

  private static String keyword(OutputUnit error) {
    String location = error.getKeywordLocation();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private Fault told(OutputUnit error) {
    String pointer = pointer(error.getInstanceLocation());
    String keyword = keyword(error);
    if (UNKNOWN.contains(keyword)) {
      return new Fault(pointer, "There is no such member here.");
    }
    String message = String.valueOf(error.getError());
    if (keyword.equals("required")) {
      String name = message.substring(message.indexOf('"') + 1, message.lastIndexOf('"'));
      return new Fault(
          pointer + "/" + name.replace("~", "~0").replace("/", "~1"), "This member is missing.");
    }
    return new Fault(pointer, wanted(keyword, schemaBeside(error), message));
  }

  private static String wanted(String keyword, JsonObject beside, String message) {
    Object limit = beside.getValue(keyword);
    return switch (keyword) {
      case "type" -> "The value must be of type " + either(limit) + ".";
      case "enum" -> "The value must be " + either(limit) + ".";
      case "const" -> "The value must be " + limit + ".";
      case "pattern", "format" -> "The text must " + form(beside) + ".";
      case "minimum" -> "The number must be at least " + limit + ".";
      case "maximum" -> "The number must be at most " + limit + ".";
      case "minLength" -> "The text must have at least " + counted(limit, "character") + ".";
      case "maxLength" -> "The text may have at most " + counted(limit, "character") + ".";
      case "minItems" -> "The list must have at least " + counted(limit, "item") + ".";
      case "maxItems" -> "The list may have at most " + counted(limit, "item") + ".";
      default -> message.replace("Instance", "The value") + ".";
    };
  }

  /** One value, or several as {@code a, b or c}. */
  private static String either(Object allowed) {
    if (!(allowed instanceof JsonArray several) || several.isEmpty()) {
      return String.valueOf(allowed);
    }
    List<String> names = several.stream().map(String::valueOf).toList();
    String last = names.getLast();
    return names.size() == 1
        ? last
        : String.join(", ", names.subList(0, names.size() - 1)) + " or " + last;
  }

  /** What a text must look like: an example tells more than a pattern. */
  private static String form(JsonObject beside) {
    JsonArray examples = beside.getJsonArray("examples", new JsonArray());
    if (!examples.isEmpty()) {
      return "be such as " + either(examples);
    }
    return beside.containsKey("pattern")
        ? "match " + beside.getString("pattern")
        : "be a " + beside.getString("format");
  }

  private static String counted(Object limit, String noun) {
    return limit + " " + noun + (limit.equals(1) ? "" : "s");
  }

  /** The part of the schema that holds the keyword. */
  private JsonObject schemaBeside(OutputUnit error) {
    String[] steps = pointer(error.getAbsoluteKeywordLocation()).split("/", -1);
    Object at = schema;
    for (int i = 1; i < steps.length - 1; i++) {
      String step = steps[i].replace("~1", "/").replace("~0", "~");
      at =
          switch (at) {
            case JsonObject object -> object.getValue(step);
            case JsonArray array -> array.getValue(Integer.parseInt(step));
            default -> throw new IllegalStateException("no schema at " + step);
          };
    }
    return (JsonObject) at;
  }

  /** The library percent-encodes the pointer into a fragment. */
  private static String pointer(String fragment) {
    String encoded = fragment.substring(fragment.indexOf('#') + 1);
    return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
