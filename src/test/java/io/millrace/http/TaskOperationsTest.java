package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.problem.Problem;
import io.millrace.task.TaskId;
import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskOperationsTest {
  private static final String ECHO = "{\"handler\":\"echo\",\"input\":{\"text\":\"hello\"}}";

  @TempDir Path directory;
  private ServerUnderTest server;

  @BeforeEach
  void start() {
    server = new ServerUnderTest(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void submit(String body) {
    assertThat(server.client.post("/api/v1/tasks", body).status()).isEqualTo(202);
  }

  @Test
  void aSubmittedTaskIsAcceptedAndCanBeReadWhereItsLocationSays() {
    Answer accepted = server.client.post("/api/v1/tasks", ECHO);

    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.json().getString("status")).isEqualTo("queued");
    assertThat(accepted.json().getString("priority")).isEqualTo("normal");
    Answer read = server.client.get(accepted.header("Location").orElseThrow());
    assertThat(read.json()).isEqualTo(accepted.json());
  }

  @Test
  void aWaitAnswersWithTheResultWhenTheTaskEndsInTime() {
    server.tasks.onSubmit(task ->
        server.tasks.succeed(
            task.id(),
            "{\"said\":\"hello\",\"relevantDocuments\":[{\"documentId\":\"d1\",\"name\":\"a.md\","
                + "\"collection\":\"manual\"}]}"));

    Answer ended = server.client.post("/api/v1/tasks?wait=10s", ECHO);

    assertThat(ended.status()).isEqualTo(200);
    assertThat(ended.json().getString("priority")).isEqualTo("high");
    assertThat(ended.json().getJsonObject("result").getString("said")).isEqualTo("hello");
    assertThat(ended.json().getJsonArray("relevantDocuments")).hasSize(1);
    assertThat(server.tasks.watching()).isZero();
  }

  @Test
  void aWaitThatIsTooShortAnswersWithTheTaskAsItStands() {
    Answer accepted = server.client.post("/api/v1/tasks?wait=20ms", ECHO);

    assertThat(accepted.status()).isEqualTo(202);
    assertThat(server.tasks.watching()).isZero();
  }

  @Test
  void theSameIdempotencyKeyGivesTheSameTaskAndRefusesAnotherBody() {
    Answer first = submitWithKey(ECHO);
    Answer second = submitWithKey(ECHO);
    Answer other = submitWithKey(ECHO.replace("hello", "bye"));

    assertThat(second.json().getString("id")).isEqualTo(first.json().getString("id"));
    assertThat(other.status()).isEqualTo(409);
  }

  private Answer submitWithKey(String body) {
    return server.client.send(
        server
            .client
            .request("/api/v1/tasks")
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Idempotency-Key", "k-1")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Test
  void aTaskMayStartLater() {
    Answer delayed =
        server.client.post(
            "/api/v1/tasks",
            "{\"handler\":\"echo\",\"input\":{\"text\":\"x\"},\"delay\":\"5s\",\"priority\":\"low\"}");

    assertThat(delayed.json().getString("status")).isEqualTo("scheduled");
    assertThat(delayed.json().getString("runAt")).endsWith("Z");
  }

  @Test
  void eachTaskOfABatchIsAcceptedOrRefusedByItself() {
    assertThat(submitWithKey(ECHO).status()).isEqualTo(202);
    var other = new JsonObject(ECHO.replace("hello", "bye")).put("idempotencyKey", "k-1");
    var batch = new JsonObject().put("tasks", new JsonArray().add(new JsonObject(ECHO)).add(other));

    Answer outcome = server.client.post("/api/v1/tasks/batch", batch.encode());

    JsonArray results = outcome.json().getJsonArray("results");
    assertThat(results.getJsonObject(0).containsKey("task")).isTrue();
    assertThat(results.getJsonObject(1).getJsonObject("problem").getInteger("status"))
        .isEqualTo(409);
  }

  @Test
  void oneInvalidRequestRefusesTheBatchWithItsPlace() {
    Answer refused =
        server.client.post(
            "/api/v1/tasks/batch",
            "{\"tasks\":[" + ECHO + ",{\"handler\":\"echo\",\"input\":{\"text\":7}}]}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().getString("pointer")).isEqualTo("/tasks/1/input/text");
    assertThat(server.client.get("/api/v1/tasks").json().getJsonArray("items")).isEmpty();
  }

  @Test
  void inputIsCheckedAgainstTheSchemaOfItsHandler() {
    assertThat(pointerOf("{\"handler\":\"echo\",\"input\":{}}")).isEqualTo("/input/text");
    assertThat(pointerOf("{\"handler\":\"echo\"}")).isEqualTo("/input/text");
    assertThat(pointerOf("{\"handler\":\"echo\",\"input\":{\"text\":\"x\",\"more\":1}}"))
        .isEqualTo("/input/more");
    assertThat(pointerOf("{\"handler\":\"echo\",\"input\":{\"text\":\"x\",\"a~/b\":\"1\"}}"))
        .isEqualTo("/input/a~0~1b");
    assertThat(pointerOf("{\"handler\":\"nobody\",\"input\":{}}")).isEqualTo("/handler");
    assertThat(pointerOf("{\"handler\":\"echo\",\"input\":{\"text\":\"\\u0000\"}}"))
        .isEqualTo("/input/text");
  }

  private String pointerOf(String body) {
    Answer refused = server.client.post("/api/v1/tasks", body);
    assertThat(refused.status()).isEqualTo(422);
    return refused.json().getString("pointer");
  }

  @Test
  void aListGoesThroughAllTasksOnceByItsCursor() {
    for (int i = 0; i < 7; i++) {
      submit(ECHO);
    }

    Set<String> seen = new HashSet<>();
    Optional<String> next = Optional.of("/api/v1/tasks?limit=3");
    while (next.isPresent()) {
      JsonObject page = server.client.get(next.get()).json();
      page.getJsonArray("items")
          .forEach(item -> assertThat(seen.add(((JsonObject) item).getString("id"))).isTrue());
      next =
          Optional.ofNullable(page.getString("next"))
              .map(cursor -> "/api/v1/tasks?limit=3&cursor=" + cursor);
    }

    assertThat(seen).hasSize(7);
  }

  @Test
  void aListIsFilteredByStatusHandlerAndTime() {
    TaskId id = new TaskId(server.client.post("/api/v1/tasks", ECHO).json().getString("id"));
    submit(ECHO);
    server.tasks.succeed(id, "{}");

    assertThat(count("status=succeeded&handler=echo")).isEqualTo(1);
    assertThat(count("handler=other")).isZero();
    assertThat(count("from=2020-01-01T00:00:00Z&to=2100-01-01T00%3A00%3A00%2B02:00")).isEqualTo(2);
    assertThat(count("from=2100-01-01T00:00:00.5Z")).isZero();
  }

  private int count(String query) {
    return server.client.get("/api/v1/tasks?" + query).json().getJsonArray("items").size();
  }

  @Test
  void wordsAreLookedForInTheIndex() {
    server.serveIndex();
    submit(ECHO);
    submit(ECHO.replace("hello", "grüße"));

    assertThat(count("q=gr%C3%BC%C3%9Fe")).isEqualTo(1);
    assertThat(count("q=hello&status=failed")).isZero();
  }

  @Test
  void aSearchThatNobodyAnswersIsSoonUnavailable() {
    Answer unavailable = server.client.get("/api/v1/tasks?q=hello");

    assertThat(unavailable.status()).isEqualTo(503);
    assertThat(unavailable.json().getString("dependency")).isEqualTo("index");
  }

  @Test
  void aTaskIsCancelledOnceAndNotAfterItsEnd() {
    String location = server.client.post("/api/v1/tasks", ECHO).header("Location").orElseThrow();

    Answer cancelled = server.client.delete(location);
    Answer again = server.client.delete(location);

    assertThat(cancelled.status()).isEqualTo(202);
    assertThat(cancelled.json().getString("status")).isEqualTo("cancelled");
    assertThat(again.status()).isEqualTo(409);
  }

  @Test
  void whatIsDownBelowIsToldAsItsProblem() {
    server.tasks.breakWith(
        Optional.of(new Problem.Unavailable("redis", "Redis is away.", Duration.ofMillis(1500))));

    Answer unavailable = server.client.post("/api/v1/tasks", ECHO);

    assertThat(unavailable.status()).isEqualTo(503);
    assertThat(unavailable.header("Retry-After")).hasValue("2");
    server.tasks.breakWith(Optional.of(new Problem.TooMany("Full.", Duration.ofSeconds(7))));
    Answer tooMany = server.client.post("/api/v1/tasks", ECHO);
    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.header("Retry-After")).hasValue("7");
  }

  @Test
  void anInputThatIsTooLargeForATaskIsRefused() {
    Answer refused = server.client.post("/api/v1/tasks", ECHO.replace("hello", "x".repeat(70_000)));

    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.json().getInteger("bytesMax")).isEqualTo(65_536);
  }
}
