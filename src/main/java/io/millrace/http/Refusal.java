package io.millrace.http;

import io.millrace.problem.Problem;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One error as it goes over the wire: RFC 9457 problem+json with its status and headers.
 *
 * @param type the last part of the stable {@code type}
 * @param members further members of the body
 */
record Refusal(
    int status,
    String type,
    String title,
    String detail,
    Map<String, Object> members,
    Map<String, String> headers) {
  static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPE_PREFIX = "urn:millrace:problem:";

  /** The one place that decides how each problem is told. */
  static Refusal of(Problem problem) {
    String detail = problem.detail();
    return switch (problem) {
      case Problem.Invalid(String pointer, String _) ->
          told(422, problem, "The request is invalid", Map.of("pointer", pointer));
      case Problem.NotFound _ -> told(404, problem, "Not found", Map.of());
      case Problem.Conflict _ -> told(409, problem, "Conflict", Map.of());
      case Problem.Incomplete _ -> told(409, problem, "Incomplete", Map.of());
      case Problem.Unreadable _ -> told(422, problem, "The file cannot be read", Map.of());
      case Problem.TooLarge(String _, long bytesMax) ->
          told(413, problem, "The request is too large", Map.of("bytesMax", bytesMax));
      case Problem.TooMany(String _, Duration after) ->
          later(429, problem, "Too many requests", after, Map.of());
      case Problem.Unavailable(String dependency, String _, Duration after) ->
          later(503, problem, "Service unavailable", after, Map.of("dependency", dependency));
      case Problem.TimedOut _ -> told(504, problem, "It took too long", Map.of());
      case Problem.Internal(String _, String incident) ->
          new Refusal(
              500,
              problem.type(),
              "Millrace failed",
              detail,
              Map.of("incident", incident),
              Map.of());
    };
  }

  private static Refusal told(
      int status, Problem problem, String title, Map<String, Object> members) {
    return new Refusal(status, problem.type(), title, problem.detail(), members, Map.of());
  }

  private static Refusal later(
      int status, Problem problem, String title, Duration after, Map<String, Object> members) {
    long seconds = Math.max(1, after.plusMillis(999).toSeconds());
    var all = new java.util.HashMap<>(members);
    all.put("retryAfterSeconds", seconds);
    return new Refusal(
        status,
        problem.type(),
        title,
        problem.detail(),
        all,
        Map.of("Retry-After", Long.toString(seconds)));
  }

  /** The request cannot be read at all. */
  static Refusal malformed(String detail) {
    return plain(400, "malformed", "The request cannot be read", detail);
  }

  /** {@code parameter} says where it stands, then its name: {@code query/limit}. */
  static Refusal badParameter(String parameter, String detail) {
    return new Refusal(
        400,
        "malformed",
        "The request cannot be read",
        detail,
        Map.of("parameter", parameter),
        Map.of());
  }

  static Refusal forbidden(String detail) {
    return plain(403, "forbidden", "Forbidden", detail);
  }

  static Refusal notFound(String detail) {
    return of(new Problem.NotFound(detail));
  }

  static Refusal methodNotAllowed(String method, List<String> allowed) {
    return new Refusal(
        405,
        "method-not-allowed",
        "Method not allowed",
        method + " is not allowed here; " + String.join(", ", allowed) + " are.",
        Map.of(),
        Map.of("Allow", String.join(", ", allowed)));
  }

  static Refusal notAcceptable(String offered) {
    return plain(
        406, "not-acceptable", "Not acceptable", "The answer can only be " + offered + ".");
  }

  static Refusal uriTooLong() {
    return plain(414, "uri-too-long", "URI too long", "The request line is too long.");
  }

  static Refusal unsupportedMediaType(String taken) {
    return plain(
        415, "unsupported-media-type", "Unsupported media type", "The body must be " + taken + ".");
  }

  static Refusal headersTooLarge() {
    return plain(
        431, "headers-too-large", "Request header fields too large", "The headers are too large.");
  }

  private static Refusal plain(int status, String type, String title, String detail) {
    return new Refusal(status, type, title, detail, Map.of(), Map.of());
  }

  /** The body. */
  JsonObject toJson() {
    var body =
        new JsonObject()
            .put("type", TYPE_PREFIX + type)
            .put("title", title)
            .put("status", status)
            .put("detail", detail);
    members.forEach(body::put);
    return body;
  }

  /** Carries this down a failed future. */
  RefusedException asException() {
    return new RefusedException(this);
  }
}
