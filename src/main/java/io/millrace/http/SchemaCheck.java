package io.millrace.http;

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

  private final Validator validator;

  /** {@code schema} holds everything it refers to; it is copied. */
  SchemaCheck(JsonObject schema) {
    validator =
        Validator.create(
            JsonSchema.of(schema.copy()),
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
            .map(SchemaCheck::told)
            .orElse(new Fault("", "The value is not as it should be.")));
  }

  private static Optional<OutputUnit> first(List<OutputUnit> errors, Set<String> keywords) {
    return errors.stream().filter(error -> keywords.contains(keyword(error))).findFirst();
  }

  private static String keyword(OutputUnit error) {
    String location = error.getKeywordLocation();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static Fault told(OutputUnit error) {
    String pointer = pointer(error.getInstanceLocation());
    String message = String.valueOf(error.getError());
    return switch (keyword(error)) {
      case "additionalProperties", "unevaluatedProperties" ->
          new Fault(pointer, "There is no such member here.");
      case "required" -> {
        String name = message.substring(message.indexOf('"') + 1, message.lastIndexOf('"'));
        yield new Fault(
            pointer + "/" + name.replace("~", "~0").replace("/", "~1"), "This member is missing.");
      }
      case "type" ->
          new Fault(
              pointer,
              "The value must be of type " + message.replaceAll("(?s).*Expected ", "") + ".");
      case "enum", "const" ->
          new Fault(
              pointer, message.replaceAll("(?s)^.*?(\\[|match )", "The value must be one of $1"));
      case "pattern", "format" -> new Fault(pointer, "The text does not have the right form.");
      default -> new Fault(pointer, message.replace("Instance", "The value") + ".");
    };
  }

  /** The library percent-encodes the pointer into a fragment. */
  private static String pointer(String fragment) {
    String encoded = fragment.startsWith("#") ? fragment.substring(1) : fragment;
    return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
