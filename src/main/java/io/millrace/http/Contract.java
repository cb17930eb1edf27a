package io.millrace.http;

import io.millrace.json.Json;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The contract, {@code openapi.yaml}: what is answered, and what requests must look like. */
final class Contract {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String DEFINITIONS = "#/$defs/";

  private final String yaml;
  private final JsonObject root;
  private final JsonObject definitions;
  private final List<Operation> operations;

  private Contract(String yaml) {
    this.yaml = yaml;
    this.root = new JsonObject(Json.fromYaml(yaml));
    this.definitions =
        (JsonObject) local(root.getJsonObject("components").getJsonObject("schemas"));
    this.operations = readOperations();
  }

  /** The contract in this jar. */
  static Contract load() {
    try (InputStream in = Contract.class.getResourceAsStream("/openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("openapi.yaml is not on the classpath");
      }
      return new Contract(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it is written. */
  String yaml() {
    return yaml;
  }

  /** As JSON. */
  String json() {
    return root.encode();
  }

  /** All operations; those with a literal path before those that leave places open. */
  List<Operation> operations() {
    return operations;
  }

  /** A check against a schema of the contract. */
  SchemaCheck check(JsonObject schema) {
    var root = (JsonObject) local(schema);
    var needed = new JsonObject();
    addReferenced(root, needed);
    return new SchemaCheck(needed.isEmpty() ? root : root.put("$defs", needed));
  }

  /** Adds the definitions that {@code node} refers to, directly or not; most need few of many. */
  private void addReferenced(Object node, JsonObject needed) {
    switch (node) {
      case JsonObject object -> {
        String ref = object.getString("$ref", "");
        String name = ref.substring(ref.lastIndexOf('/') + 1);
        if (ref.startsWith(DEFINITIONS) && !needed.containsKey(name)) {
          needed.put(name, definitions.getJsonObject(name));
          addReferenced(definitions.getJsonObject(name), needed);
        }
        object.fieldNames().forEach(field -> addReferenced(object.getValue(field), needed));
      }
      case JsonArray array -> array.forEach(value -> addReferenced(value, needed));
      case null, default -> {}
    }
  }

  /** The thing that a {@code $ref} names, or {@code node} itself. */
  JsonObject resolve(JsonObject node) {
    String ref = node.getString("$ref");
    if (ref == null) {
      return node;
    }
    JsonObject at = root;
    for (String step : ref.substring(2).split("/", -1)) {
      at = at.getJsonObject(step);
    }
    return resolve(at);
  }

  private List<Operation> readOperations() {
    var read = new ArrayList<Operation>();
    JsonObject paths = root.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        if (METHODS.contains(method)) {
          read.add(readOperation(path, method, item));
        }
      }
    }
    read.sort(Comparator.comparingInt(Operation::places));
    return List.copyOf(read);
  }

  private Operation readOperation(String path, String method, JsonObject item) {
    JsonObject operation = item.getJsonObject(method);
    JsonObject content =
        operation
            .getJsonObject("requestBody", new JsonObject())
            .getJsonObject("content", new JsonObject());
    Optional<String> bodyType = content.fieldNames().stream().findFirst();
    return new Operation(
        operation.getString("operationId"),
        HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
        path,
        Stream.concat(
                items(item.getJsonArray("parameters")), items(operation.getJsonArray("parameters")))
            .map(this::readParameter)
            .toList(),
        bodyType
            .filter(type -> type.equals("application/json"))
            .map(type -> check(content.getJsonObject(type).getJsonObject("schema"))),
        bodyType,
        produces(operation.getJsonObject("responses")));
  }

  private static Stream<JsonObject> items(@org.jspecify.annotations.Nullable JsonArray array) {
    return array == null ? Stream.empty() : array.stream().map(JsonObject.class::cast);
  }

  private Operation.Parameter readParameter(JsonObject node) {
    JsonObject parameter = resolve(node);
    JsonObject schema = parameter.getJsonObject("schema");
    return new Operation.Parameter(
        parameter.getString("name"),
        parameter.getString("in"),
        parameter.getBoolean("required", false),
        "integer".equals(resolve(schema).getString("type")),
        check(schema));
  }

  private Set<String> produces(JsonObject responses) {
    var types = new HashSet<String>();
    for (String status : responses.fieldNames()) {
      if (status.startsWith("2")) {
        JsonObject response = resolve(responses.getJsonObject(status));
        types.addAll(response.getJsonObject("content", new JsonObject()).fieldNames());
      }
    }
    return types;
  }

  /** A deep copy whose references point into its own {@code $defs}. */
  private static Object local(Object node) {
    return switch (node) {
      case JsonObject object -> {
        var copy = new JsonObject();
        for (String name : object.fieldNames()) {
          Object value = object.getValue(name);
          boolean reference = name.equals("$ref") && value instanceof String;
          copy.put(
              name,
              reference
                  ? ((String) value).replace(SCHEMAS, DEFINITIONS)
                  : value == null ? null : local(value));
        }
        yield copy;
      }
      case JsonArray array -> {
        var copy = new JsonArray();
        array.forEach(value -> copy.add(value == null ? null : local(value)));
        yield copy;
      }
      default -> node;
    };
  }
}
