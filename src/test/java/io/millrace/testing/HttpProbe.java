package io.millrace.testing;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Speaks to a running jar as a user's script would; every answer must keep the contract. */
public final class HttpProbe {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
  private static final Duration STATE_WITHIN = Duration.ofSeconds(60);

  private final JarProcess jar;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Speaks to {@code jar}. */
  public HttpProbe(JarProcess jar) {
    this.jar = jar;
  }

  /** An answer: status and text; status 0 when there was none. */
  public record Answer(int status, String body) {
    /** The body as an object. */
    public JsonObject json() {
      return new JsonObject(body);
    }
  }

  /** Reads {@code path}. */
  public Answer get(String path) {
    return send(request(jar.uri(path)).GET());
  }

  /** Reads a page of the management server. */
  public Answer management(String path) {
    return send(request(jar.managementUri(path)).GET());
  }

  /** Posts a JSON body. */
  public Answer post(String path, JsonObject body) {
    return send(
        request(jar.uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
  }

  /** Cancels or deletes {@code path}. */
  public Answer delete(String path) {
    return send(request(jar.uri(path)).DELETE());
  }

  /** Submits a task; its id. */
  public String submit(String handler, JsonObject input) {
    Answer answer =
        post("/api/v1/tasks", new JsonObject().put("handler", handler).put("input", input));
    if (answer.status() != 202) {
      throw new AssertionError("not accepted: " + answer);
    }
    return answer.json().getString("id");
  }

  /** The task as it stands. */
  public JsonObject task(String id) {
    return get("/api/v1/tasks/" + id).json();
  }

  /** Waits for the end of a task; its final status. */
  public String awaitEnd(String id) {
    await(
        "task " + id + " to end",
        () -> {
          Answer answer = get("/api/v1/tasks/" + id);
          return answer.status() == 200 && answer.json().getString("finishedAt") != null;
        });
    return task(id).getString("status");
  }

  /**
   * As {@link #awaitEnd}, on the task's event stream, which ends with the task: for measurements,
   * where asking again and again would be part of what is measured.
   */
  public String followToEnd(String id) {
    Answer _ = get("/api/v1/tasks/" + id + "/events");
    return awaitEnd(id);
  }

  /** Uploads a text file into a collection and waits for its ingest; the task's final status. */
  public String uploadText(String collection, String name, String text) {
    return awaitEnd(upload(collection, name, text).json().getString("taskId"));
  }

  /** Uploads a text file into a collection. */
  public Answer upload(String collection, String name, String text) {
    String boundary = "millrace-test-boundary";
    String body =
        "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: text/plain\r\n\r\n%s\r\n--%s--\r\n"
            .formatted(boundary, name, text, boundary);
    return send(
        request(jar.uri("/api/v1/collections/" + collection + "/documents"))
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
  }

  /** Searches every collection, hybrid. */
  public Answer search(String query) {
    return search(query, Map.of());
  }

  /** Searches with further members of the body. */
  public Answer search(String query, Map<String, Object> more) {
    var body = new JsonObject().put("query", query);
    more.forEach(body::put);
    return post("/api/v1/search", body);
  }

  /** Polls {@code state} until it is true. */
  public void await(String what, BooleanSupplier state) {
    long deadline = System.nanoTime() + STATE_WITHIN.toNanos();
    while (!state.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for " + what + ":\n" + jar.log());
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(ANSWER_WITHIN);
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      ContractClient.check(response);
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      return new Answer(0, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
