package io.millrace.testing;

import io.millrace.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An HTTP client that holds every answer against {@code openapi.yaml}: its status, its media type,
 * its body, and each frame of an event stream. What the contract does not say fails the test.
 */
public final class ContractClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String PROBLEM = "application/problem+json";
  private static final JsonObject CONTRACT = contract();
  private static final Set<String> ANSWERED = ConcurrentHashMap.newKeySet();
  private static final Map<String, Validator> VALIDATORS = new ConcurrentHashMap<>();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final URI base;

  /** Talks to the server at {@code base}, such as {@code http://localhost:8080}. */
  public ContractClient(String base) {
    this.base = URI.create(base);
  }

  /** An answer that keeps the contract. */
  public record Answer(int status, Map<String, java.util.List<String>> headers, String text) {
    /** The body as a JSON object. */
    public JsonObject json() {
      return new JsonObject(text);
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
      return headers.entrySet().stream()
          .filter(entry -> entry.getKey().equalsIgnoreCase(name))
          .map(entry -> entry.getValue().getFirst())
          .findFirst();
    }
  }

  /** Starts a request to {@code target}, a path with its query as they go over the wire. */
  public HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create(base + target)).timeout(TIMEOUT);
  }

  /** GETs {@code target}. */
  public Answer get(String target) {
    return send(request(target).GET());
  }

  /** POSTs a JSON text to {@code target}. */
  public Answer post(String target, String json) {
    return send(
        request(target)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** DELETEs {@code target}. */
  public Answer delete(String target) {
    return send(request(target).DELETE());
  }

  /** Sends {@code builder}'s request and checks what comes back. */
  public Answer send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    try {
      HttpResponse<String> response =
          client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      check(response);
      return answer(response);
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Opens an event stream whose frames are checked as they come. */
  public EventReader events(String target, Optional<String> lastEventId) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(base + target)).header("Accept", "text/event-stream");
    lastEventId.ifPresent(id -> builder.header("Last-Event-ID", id));
    return new EventReader(client, builder.GET().build(), ContractClient::checkFrame);
  }

  /** The operations that nobody has asked yet in this run of tests. */
  public static Set<String> unasked() {
    var ids = new TreeSet<String>();
    for (Object item : CONTRACT.getJsonObject("paths").getMap().values()) {
      for (Object operation : ((Map<?, ?>) item).values()) {
        if (operation instanceof Map<?, ?> map && map.get("operationId") instanceof String id) {
          ids.add(id);
        }
      }
    }
    ids.removeAll(ANSWERED);
    return ids;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /** Fails unless {@code response} is one the contract foresees. */
  public static void check(HttpResponse<String> response) {
    check(response.request().method(), response.uri().getRawPath(), answer(response));
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers().map(), response.body());
  }

  private static void check(String method, String rawPath, Answer answer) {
    String about = method + " " + rawPath + " -> " + answer.status() + " " + answer.text();
    String type = mediaType(answer);
    if (answer.status() >= 500 && answer.status() != 503 && answer.status() != 504) {
      throw new AssertionError("a defect: " + about);
    }
    Optional<JsonObject> operation = operation(method, rawPath);
    if (operation.isEmpty()) {
      if (answer.status() >= 400 && !method.equals("HEAD")) {
        checkError(rawPath, answer, type, about);
      }
      return;
    }
    ANSWERED.add(operation.get().getString("operationId"));
    JsonObject responses = operation.get().getJsonObject("responses");
    JsonObject response = responses.getJsonObject(Integer.toString(answer.status()));
    if (response == null && answer.status() >= 400) {
      response = responses.getJsonObject("default");
    }
    if (response == null) {
      throw new AssertionError("no such status in the contract: " + about);
    }
    JsonObject content = resolve(response).getJsonObject("content", new JsonObject());
    if (content.isEmpty() ? !answer.text().isEmpty() : !content.containsKey(type)) {
      throw new AssertionError("not the media type of the contract: " + type + ": " + about);
    }
    if (type.endsWith("json") && !method.equals("HEAD")) {
      checkValue(content.getJsonObject(type).getJsonObject("schema"), answer.json(), about);
    }
    if (type.equals("text/event-stream")) {
      EventReader.frames(answer.text()).forEach(frame -> checkFrame(rawPath, frame));
    }
    if (answer.status() >= 400 && type.equals(PROBLEM) && !method.equals("HEAD")) {
      checkProblem(answer, type, about);
    }
  }

  private static void checkError(String rawPath, Answer answer, String type, String about) {
    if (rawPath.startsWith("/v1/")) {
      checkValue(
          new JsonObject().put("$ref", "#/components/schemas/ApiError"), answer.json(), about);
    } else {
      checkProblem(answer, type, about);
    }
  }

  private static void checkProblem(Answer answer, String type, String about) {
    if (!type.equals(PROBLEM)) {
      throw new AssertionError("an error that is no problem: " + about);
    }
    JsonObject problem = answer.json();
    checkValue(new JsonObject().put("$ref", "#/components/schemas/Problem"), problem, about);
    if (problem.getInteger("status") != answer.status()) {
      throw new AssertionError("two statuses: " + about);
    }
    boolean later = answer.status() == 429 || answer.status() == 503;
    if (later && answer.header("Retry-After").isEmpty()) {
      throw new AssertionError("no Retry-After: " + about);
    }
    if (answer.status() == 405 && answer.header("Allow").isEmpty()) {
      throw new AssertionError("no Allow: " + about);
    }
  }

  private static void checkFrame(String rawPath, EventReader.Frame frame) {
    JsonObject operation = operation("GET", rawPath).orElseThrow();
    ANSWERED.add(operation.getString("operationId"));
    JsonObject events =
        operation
            .getJsonObject("responses")
            .getJsonObject("200")
            .getJsonObject("content")
            .getJsonObject("text/event-stream")
            .getJsonObject("x-sse-events");
    JsonObject schema = events.getJsonObject(frame.event(), events.getJsonObject("*"));
    checkValue(schema, new JsonObject(frame.data()), rawPath + " " + frame);
    boolean control = events.containsKey(frame.event()) || frame.event().equals("task.snapshot");
    if (control == frame.id().isPresent()) {
      throw new AssertionError("control frames alone carry no id: " + frame);
    }
  }

  private static String mediaType(Answer answer) {
    String type = answer.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    int end = type.indexOf(';');
    return end < 0 ? type : type.substring(0, end).strip();
  }

  private static Optional<JsonObject> operation(String method, String rawPath) {
    String key = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
    JsonObject paths = CONTRACT.getJsonObject("paths");
    return paths.fieldNames().stream()
        .sorted(java.util.Comparator.comparing(path -> path.contains("{")))
        .filter(path -> rawPath.matches(path.replaceAll("\\{\\w+}", "[^/]+")))
        .map(path -> paths.getJsonObject(path).getJsonObject(key))
        .filter(java.util.Objects::nonNull)
        .findFirst();
  }

  private static JsonObject resolve(JsonObject node) {
    String ref = node.getString("$ref");
    if (ref == null) {
      return node;
    }
    JsonObject at = CONTRACT;
    for (String step : ref.substring(2).split("/", -1)) {
      at = at.getJsonObject(step);
    }
    return at;
  }

  private static void checkValue(JsonObject schema, JsonObject value, String about) {
    OutputUnit outcome =
        VALIDATORS.computeIfAbsent(schema.encode(), ContractClient::validator).validate(value);
    if (!outcome.getValid()) {
      var errors = new JsonArray();
      outcome.getErrors().forEach(error -> errors.add(error.toJson()));
      throw new AssertionError("not as the contract says: " + about + "\n" + errors);
    }
  }

  private static Validator validator(String schema) {
    JsonObject all =
        new JsonObject(schema)
            .put("$defs", CONTRACT.getJsonObject("components").getJsonObject("schemas"));
    String local = all.encode().replace("#/components/schemas/", "#/$defs/");
    return Validator.create(
        JsonSchema.of(new JsonObject(local)),
        new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("urn:contract")
            .setOutputFormat(OutputFormat.Basic));
  }

  private static JsonObject contract() {
    try (InputStream in = ContractClient.class.getResourceAsStream("/openapi.yaml")) {
      return new JsonObject(Json.fromYaml(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
