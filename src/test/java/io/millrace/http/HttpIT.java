package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ContractClient;
import io.millrace.testing.ContractClient.Answer;
import io.millrace.testing.EventReader;
import io.millrace.testing.JarProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The whole API on the real jar with real engines; each answer is held against the contract. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HttpIT {
  private static final Duration STATE_WITHIN = Duration.ofSeconds(60);

  @TempDir static Path work;
  private static JarProcess jar;
  private static ContractClient client;
  private static ContractClient management;

  @BeforeAll
  static void start() {
    jar = JarProcess.start(work, work.resolve("data"), "--set", "documents.sample=false");
    client = new ContractClient("http://localhost:" + jar.port());
    management = new ContractClient(jar.managementUri("").toString());
    await("the handlers to be live", () -> client.get("/api/v1/handlers/ingest").status() == 200);
  }

  @AfterAll
  static void stop() {
    client.close();
    management.close();
    jar.close();
  }

  private static void await(String what, BooleanSupplier state) {
    long deadline = System.nanoTime() + STATE_WITHIN.toNanos();
    while (!state.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static String echo(String text, String more) {
    return "{\"handler\":\"echo\",\"input\":{\"text\":\"" + text + "\"" + more + "}}";
  }

  @Test
  void aWaitedForTaskAnswersWithItsResult() {
    Answer ended = client.post("/api/v1/tasks?wait=20s", echo("hello", ""));

    assertThat(ended.status()).isEqualTo(200);
    assertThat(ended.json().getString("status")).isEqualTo("succeeded");
    assertThat(ended.json().getString("priority")).isEqualTo("high");
    assertThat(ended.json().containsKey("result")).isTrue();
  }

  @Test
  void aTasksStreamResumesAfterEachOfItsEventsWithoutLossOrRepetition() {
    String id =
        client.post("/api/v1/tasks", echo("steps", ",\"progress\":5")).json().getString("id");
    String target = "/api/v1/tasks/" + id + "/events";
    List<EventReader.Frame> all;
    try (EventReader live = client.events(target, Optional.empty())) {
      all = live.rest();
    }
    assertThat(all.getLast().json().getBoolean("final")).isTrue();
    assertThat(all).extracting(EventReader.Frame::id).doesNotHaveDuplicates();

    for (int i = 0; i < all.size() - 1; i++) {
      try (EventReader again = client.events(target, all.get(i).id())) {
        assertThat(again.rest()).isEqualTo(all.subList(i + 1, all.size()));
      }
    }
    Answer over =
        client.send(
            client.request(target).header("Last-Event-ID", all.getLast().id().orElseThrow()));
    assertThat(over.status()).isEqualTo(204);
  }

  private static Answer job(String wait, String... tasks) {
    return client.post(
        "/api/v1/tasks" + wait,
        "{\"handler\":\"job\",\"input\":{\"tasks\":[" + String.join(",", tasks) + "]}}");
  }

  private static List<String> childStatuses(String job) {
    return client.get("/api/v1/tasks/" + job + "/children").json().getJsonArray("items").stream()
        .map(child -> ((JsonObject) child).getString("status"))
        .toList();
  }

  @Test
  void aJobEndsWithItsChildrenAndCountsThem() {
    JsonObject all = job("?wait=20s", echo("a", ""), echo("b", "")).json();
    assertThat(all.getString("status")).isEqualTo("succeeded");
    assertThat(all.getJsonObject("children").getInteger("total")).isEqualTo(2);
    JsonArray ids = all.getJsonObject("result").getJsonArray("tasks");
    assertThat(ids).hasSize(2);
    JsonObject child = client.get("/api/v1/tasks/" + ids.getString(0)).json();
    assertThat(child.getString("parent")).isEqualTo(all.getString("id"));

    JsonObject some = job("?wait=20s", echo("a", ""), echo("b", ",\"fail\":\"permanent\"")).json();
    assertThat(some.getString("status")).isEqualTo("failed");
    assertThat(some.getJsonObject("error").getString("type")).isEqualTo("incomplete");
    assertThat(childStatuses(some.getString("id")))
        .containsExactlyInAnyOrder("succeeded", "failed");
    String children = "/api/v1/tasks/" + some.getString("id") + "/children";
    JsonObject failed = client.get(children + "?status=failed&limit=1").json();
    assertThat(failed.getJsonArray("items").getJsonObject(0).getString("status"))
        .isEqualTo("failed");
    assertThat(failed.getJsonObject("counts")).isEqualTo(some.getJsonObject("children"));
    JsonObject first = client.get(children + "?limit=1").json();
    JsonObject second = client.get(children + "?limit=1&cursor=" + first.getString("next")).json();
    assertThat(second.containsKey("next")).isFalse();
    assertThat(second.getJsonArray("items")).hasSize(1).isNotEqualTo(first.getJsonArray("items"));
  }

  @Test
  void aJobOfAnUnknownHandlerIsTriedAgainAndSaysWhichItMisses() {
    String id = job("", echo("a", ""), "{\"handler\":\"nobody\"}").json().getString("id");

    await(
        "its first run",
        () -> client.get("/api/v1/tasks/" + id).json().getInteger("attempts") == 1);
    JsonObject task = client.get("/api/v1/tasks/" + id).json();
    assertThat(task.getString("status")).isEqualTo("scheduled");
    assertThat(task.getJsonObject("error").getString("message")).contains("named nobody");
    assertThat(task.containsKey("children")).isFalse();
    assertThat(client.delete("/api/v1/tasks/" + id).status()).isEqualTo(202);
  }

  @Test
  void cancellingAJobCancelsItsChildrenToo() {
    String id = job("", echo("long", ",\"sleep\":\"1h\"")).json().getString("id");
    await("the child to run", () -> childStatuses(id).equals(List.of("running")));

    assertThat(client.delete("/api/v1/tasks/" + id).status()).isEqualTo(202);

    await("the child to stop", () -> childStatuses(id).equals(List.of("cancelled")));
    assertThat(client.get("/api/v1/tasks/" + id).json().getString("status")).isEqualTo("cancelled");
  }

  @Test
  void theFeedTellsOfHandlersAndOfEachStatusOfATask() {
    try (EventReader feed = client.events("/api/v1/events", Optional.empty())) {
      assertThat(feed.nextOfKind("handlers").json().getJsonArray("items")).isNotEmpty();
      String id = client.post("/api/v1/tasks", echo("fed", "")).json().getString("id");

      var statuses = new ArrayList<String>();
      var first = Optional.<EventReader.Frame>empty();
      while (!statuses.contains("succeeded")) {
        EventReader.Frame frame = feed.next().orElseThrow();
        if (frame.json().getString("task").equals(id)) {
          first = first.or(() -> Optional.of(frame));
          statuses.add(frame.json().getJsonObject("data").getString("status"));
        }
      }

      assertThat(statuses).containsExactly("queued", "running", "succeeded");
      try (EventReader resumed = client.events("/api/v1/events", first.orElseThrow().id())) {
        assertThat(resumed.next().orElseThrow().json().getJsonObject("data").getString("status"))
            .isEqualTo("running");
      }
    }
  }

  @Test
  void aListNamesEachTaskOnceWhileTasksMoveToTheArchive() {
    var batch = new JsonArray();
    for (int i = 0; i < 60; i++) {
      batch.add(new JsonObject(echo("listed " + i, "")));
    }
    JsonArray results =
        client
            .post("/api/v1/tasks/batch", new JsonObject().put("tasks", batch).encode())
            .json()
            .getJsonArray("results");
    var submitted = new ArrayList<String>();
    results.forEach(
        result -> submitted.add(((JsonObject) result).getJsonObject("task").getString("id")));

    var seen = new ArrayList<String>();
    Optional<String> cursor = Optional.of("");
    while (cursor.isPresent()) {
      JsonObject page = client.get("/api/v1/tasks?limit=7" + cursor.get()).json();
      page.getJsonArray("items").forEach(item -> seen.add(((JsonObject) item).getString("id")));
      cursor = Optional.ofNullable(page.getString("next")).map(next -> "&cursor=" + next);
    }

    assertThat(seen).doesNotHaveDuplicates().containsAll(submitted);
  }

  @Test
  void anIdempotencyKeyHoldsAlsoAfterTheTaskHasEnded() {
    Answer first = withKey(echo("once", ""));
    String location = first.header("Location").orElseThrow();
    await("the end", () -> client.get(location).json().getString("status").equals("succeeded"));

    assertThat(withKey(echo("once", "")).json().getString("id"))
        .isEqualTo(first.json().getString("id"));
    assertThat(withKey(echo("twice", "")).status()).isEqualTo(409);
  }

  private static Answer withKey(String body) {
    return client.send(
        client
            .request("/api/v1/tasks")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "key-of-this-test")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Test
  void aScheduledTaskIsCancelledAndStaysSo() {
    Answer scheduled =
        client.post(
            "/api/v1/tasks",
            "{\"handler\":\"echo\",\"input\":{\"text\":\"never\"},\"delay\":\"1h\"}");
    assertThat(scheduled.json().getString("status")).isEqualTo("scheduled");
    String location = scheduled.header("Location").orElseThrow();

    assertThat(client.delete(location).json().getString("status")).isEqualTo("cancelled");

    assertThat(client.delete(location).status()).isEqualTo(409);
    await("it to be found", () -> found("q=never&status=cancelled"));
  }

  private static boolean found(String query) {
    return !client.get("/api/v1/tasks?" + query).json().getJsonArray("items").isEmpty();
  }

  @Test
  void aFailedTaskSaysWhyAndIsFoundByItsWords() {
    String input = echo("quagmire", ",\"fail\":\"permanent\"");

    Answer failed = client.post("/api/v1/tasks?wait=20s", input);

    assertThat(failed.json().getString("status")).isEqualTo("failed");
    assertThat(failed.json().getJsonObject("error").getBoolean("retryable")).isFalse();
    await("it to be found", () -> found("q=quagmire&status=failed&handler=echo"));
  }

  @Test
  void aDocumentGoesItsWholeWay() {
    JsonObject uploaded = upload("guide/race.md", "# Races\n\nThe sluice gate opens at dawn.\n");
    String document = "/api/v1/documents/" + uploaded.getString("documentId");
    await("ready", () -> client.get(document).json().getString("status").equals("ready"));
    JsonObject again = upload("other.md", "# Races\n\nThe sluice gate opens at dawn.\n");
    assertThat(again.getBoolean("repeated")).isTrue();
    assertThat(again.getString("documentId")).isEqualTo(uploaded.getString("documentId"));

    await("searchable", () -> !hits("sluice gate").isEmpty());
    JsonObject hit = hits("sluice gate").getJsonObject(0);
    String text = client.get(document + "/text").text();
    assertThat(text.substring(hit.getInteger("start"), hit.getInteger("end")))
        .isEqualTo(hit.getString("text"));
    assertThat(client.get(document + "/passages").json().getJsonArray("items")).isNotEmpty();
    assertThat(client.get(document + "/original").text()).startsWith("# Races");
    assertThat(client.get("/api/v1/collections/it/documents?limit=1").json().getJsonArray("items"))
        .hasSize(1);
    assertThat(client.get("/api/v1/collections").json().getJsonArray("items")).isNotEmpty();
    Answer task = client.post("/api/v1/tasks?wait=20s", searchTask());
    assertThat(task.json().getJsonArray("relevantDocuments")).isNotEmpty();

    assertThat(patch(document, "{\"tags\":[\"races\"]}").json().getJsonArray("tags"))
        .containsExactly("races");
    assertThat(client.post(document + "/reprocess", "").status()).isEqualTo(202);
    assertThat(client.post("/api/v1/collections/it/reprocess?tag=none", "").status())
        .isEqualTo(200);

    assertThat(client.delete(document).status()).isEqualTo(204);
    assertThat(client.get(document).status()).isEqualTo(404);
    await("forgotten", () -> hits("sluice gate").isEmpty());
    assertThat(client.delete("/api/v1/collections/it").status()).isIn(204, 404);
  }

  private static String searchTask() {
    return "{\"handler\":\"search\",\"input\":{\"query\":\"sluice gate\",\"mode\":\"keyword\"}}";
  }

  private static JsonArray hits(String query) {
    var body = new JsonObject().put("query", query).put("mode", "keyword");
    return client.post("/api/v1/search", body.encode()).json().getJsonArray("hits");
  }

  private static JsonObject upload(String name, String content) {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + name
            + "\"\r\nContent-Type: text/markdown\r\n\r\n"
            + content
            + "\r\n--b--\r\n";
    return client
        .send(
            client
                .request("/api/v1/collections/it/documents")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(form)))
        .json();
  }

  @Test
  void badInputGetsItsProblemFromTheRealPartsToo() {
    assertThat(client.get("/api/v1/tasks/0-00000000000000000000000000").status()).isEqualTo(404);
    assertThat(client.get("/api/v1/tasks/0-00000000000000000000000000/events").status())
        .isEqualTo(404);
    assertThat(client.delete("/api/v1/tasks/0-00000000000000000000000000").status()).isEqualTo(404);
    assertThat(client.get("/api/v1/tasks/999-00000000000000000000000000").status()).isEqualTo(404);
    String letter = "/api/v1/dlq/messages/0-00000000000000000000000000";
    assertThat(client.get(letter).status()).isEqualTo(404);
    assertThat(client.delete(letter).status()).isEqualTo(404);
    assertThat(client.post(letter + "/retry", "").status()).isEqualTo(404);
    for (String part : List.of("", "/text", "/passages", "/original")) {
      assertThat(client.get("/api/v1/documents/nothing" + part).status()).isEqualTo(404);
    }
    assertThat(client.delete("/api/v1/documents/nothing").status()).isEqualTo(404);
    assertThat(client.delete("/api/v1/collections/nothing").status()).isEqualTo(404);
    assertThat(client.get("/api/v1/collections/nothing/documents").status()).isEqualTo(404);
    assertThat(client.get("/api/v1/collections/nothing/documents?cursor=eHg").status())
        .isEqualTo(400);
    for (String query : List.of("%22", "%28%28", "a%3A%3A", "*", "AND", "%5C", "~%5E%5B")) {
      assertThat(client.get("/api/v1/tasks?q=" + query).status()).as(query).isEqualTo(200);
      String words = java.net.URLDecoder.decode(query, java.nio.charset.StandardCharsets.UTF_8);
      String body = new JsonObject().put("query", words).encode();
      assertThat(client.post("/api/v1/search", body).status()).as(query).isEqualTo(200);
    }
    assertThat(
            client
                .post("/api/v1/search", "{\"query\":\"x\",\"collections\":[\"no-such\"]}")
                .status())
        .isIn(200, 404);
    assertThat(client.post("/api/v1/tasks", "{\"handler\":\"echo\",\"input\":{}}").status())
        .isEqualTo(422);
  }

  @Test
  void aScheduleRunsStopsChangesAndIsDeleted() {
    String nightly =
        """
        {"name":"each minute","cron":"* * * * *","timeZone":"Asia/Tokyo","handler":"echo",
         "input":{"text":"again"}}
        """;
    Answer created = client.post("/api/v1/schedules", nightly);
    String at = created.header("Location").orElseThrow();
    assertThat(client.post("/api/v1/schedules", nightly).status()).isEqualTo(409);

    JsonObject task = client.post(at + "/run", "").json();
    await("its task to end", () -> isOver(task.getString("id")));
    assertThat(client.get(at).json().getString("lastTaskId")).isEqualTo(task.getString("id"));
    assertThat(client.post(at + "/pause", "").json().getJsonArray("nextFireTimes")).isEmpty();
    assertThat(client.post(at + "/resume", "").json().getJsonArray("nextFireTimes")).hasSize(5);
    Answer changed =
        client.send(
            client
                .request(at)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(nightly.replace("* * * * *", "@daily"))));
    assertThat(changed.json().getString("cron")).isEqualTo("@daily");
    assertThat(client.get("/api/v1/schedules").json().getJsonArray("items")).hasSize(1);
    assertThat(client.delete(at).status()).isEqualTo(204);
    assertThat(client.post("/api/v1/schedules/preview", "{\"cron\":\"@hourly\"}").json().size())
        .isEqualTo(1);
  }

  @Test
  void aSourceIsSyncedChangedAndDeleted() {
    Answer created =
        client.post(
            "/api/v1/sources",
            """
            {"name":"news","collection":"news","kind":"web","urls":["http://127.0.0.1/news.html"]}
            """);
    String at = created.header("Location").orElseThrow();

    JsonObject sync = client.post(at + "/sync", "").json();
    await("its sync to end", () -> isOver(sync.getString("id")));
    assertThat(client.get(at).json().getJsonObject("lastSync").getString("taskId"))
        .isEqualTo(sync.getString("id"));
    assertThat(patch(at, "{\"onGone\":\"delete\"}").json().getString("onGone")).isEqualTo("delete");
    assertThat(client.get("/api/v1/sources").json().getJsonArray("items")).hasSize(1);
    assertThat(client.delete(at).status()).isEqualTo(204);
    assertThat(client.get(at).status()).isEqualTo(404);
  }

  @Test
  void anotherGenerationOfTheIndexIsBuiltAndSwitchedTo() {
    String task = upload("wheel.md", "# A wheel of two generations").getString("taskId");
    await("the document to be there", () -> isOver(task));
    String list = "/api/v1/generations";
    JsonObject first = client.get(list).json().getJsonArray("items").getJsonObject(0);
    Answer begun = client.post(list, "{\"model\":null,\"switch\":false}");
    String at = begun.header("Location").orElseThrow();

    await(
        "all documents to be in it or failed",
        () -> {
          JsonObject now = client.get(at).json();
          return now.getLong("documents") > 0
              && now.getLong("done") + now.getLong("failed") >= now.getLong("documents");
        });
    assertThat(client.post(at + "/retry", "").json().getString("state")).isEqualTo("building");
    assertThat(client.post(at + "/switch?incomplete=true", "").json().getString("state"))
        .isEqualTo("live");
    String back = list + "/" + first.getLong("id");
    assertThat(client.post(back + "/switch?incomplete=true", "").status()).isEqualTo(200);
    assertThat(client.delete(at).status()).isEqualTo(204);
    await("it to be gone", () -> client.get(at).status() == 404);
  }

  @Test
  void aTestSetIsMeasuredTunedAndMeasuredAgain() {
    String document =
        "/api/v1/documents/"
            + upload("weir.md", "# Weirs\n\nA weir holds the river back.\n")
                .getString("documentId");
    await("searchable", () -> !hits("weir river").isEmpty());
    String set =
        client
            .post(
                "/api/v1/test-sets",
                """
                {"name":"questions","collection":"it","queries":[
                  {"query":"weir river","expected":[{"document":"weir.md"}]},
                  {"query":"unrelated","expected":[{"document":"gone.md"}]}]}
                """)
            .header("Location")
            .orElseThrow();
    assertThat(client.get(set).json().getInteger("missing")).isEqualTo(1);

    JsonObject before = measured(set, "{\"settings\":{}}");
    assertThat(before.getJsonObject("figures").getDouble("success10")).isEqualTo(0.5);
    assertThat(before.getJsonObject("settings").getString("mode")).isEqualTo("hybrid");
    assertThat(before.getJsonArray("models")).isNotEmpty();
    String settings = "/api/v1/search/settings?collection=it";
    assertThat(put(settings, "{\"mode\":\"keyword\"}").json().getString("from"))
        .isEqualTo("collection");
    JsonObject after = measured(set, "{\"settings\":{}}");
    assertThat(after.getJsonObject("settings").getString("mode")).isEqualTo("keyword");
    String run = "/api/v1/test-runs/" + after.getString("id");
    JsonObject compared = client.get(run + "/comparison/" + before.getString("id")).json();
    assertThat(compared.getInteger("same")).isEqualTo(2);

    assertThat(client.get("/api/v1/test-sets").json().getJsonArray("items")).hasSize(1);
    assertThat(client.get(set + "/runs").json().getJsonArray("items")).hasSize(2);
    assertThat(patch(set, "{\"name\":\"other\"}").status()).isEqualTo(200);
    String one =
        set
            + "/queries/"
            + client
                .post(set + "/queries", "{\"queries\":[{\"query\":\"more\"}]}")
                .json()
                .getJsonArray("items")
                .getJsonObject(0)
                .getString("id");
    assertThat(put(one, "{\"query\":\"even more\"}").status()).isEqualTo(200);
    assertThat(client.delete(one).status()).isEqualTo(204);
    assertThat(client.delete(run).status()).isEqualTo(204);
    assertThat(client.get(settings).json().getString("from")).isEqualTo("collection");
    assertThat(client.delete(settings).status()).isEqualTo(200);
    assertThat(client.delete(set).status()).isEqualTo(204);
    assertThat(client.delete(document).status()).isEqualTo(204);
  }

  private static JsonObject measured(String set, String body) {
    String run = client.post(set + "/runs", body).header("Location").orElseThrow();
    await("the run to end", () -> client.get(run).json().containsKey("figures"));
    return client.get(run).json();
  }

  private static Answer put(String target, String json) {
    return client.send(
        client
            .request(target)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json)));
  }

  private static Answer patch(String target, String json) {
    return client.send(
        client
            .request(target)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(json)));
  }

  private static boolean isOver(String task) {
    return client.get("/api/v1/tasks/" + task).json().containsKey("result");
  }

  @Test
  void theSystemTheContractAndManagementAnswer() {
    assertThat(client.get("/api/v1/system").json().getJsonArray("roles")).contains("http");
    assertThat(client.get("/api/v1/handlers").json().getJsonArray("items")).hasSizeGreaterThan(3);
    assertThat(client.get("/api/v1/handlers/types").json().getJsonArray("items")).isNotEmpty();
    assertThat(client.post("/api/v1/handlers/echo/pause", "").json().getBoolean("paused")).isTrue();
    assertThat(client.get("/api/v1/handlers/echo").json().getBoolean("paused")).isTrue();
    assertThat(client.post("/api/v1/handlers/echo/resume", "").json().getBoolean("paused"))
        .isFalse();
    assertThat(client.post("/api/v1/handlers/nothing/pause", "").status()).isEqualTo(404);
    assertThat(client.get("/api/v1/dlq/messages?handler=nobody").json().getJsonArray("items"))
        .isEmpty();
    assertThat(client.post("/api/v1/dlq/retry", "{\"filter\":{},\"dryRun\":true}").status())
        .isEqualTo(200);
    assertThat(client.get("/api/v1/openapi.yaml").status()).isEqualTo(200);
    assertThat(client.get("/api/v1/openapi.json").status()).isEqualTo(200);
    assertThat(management.get("/health").status()).isEqualTo(200);
    assertThat(management.get("/health/live").status()).isEqualTo(200);
    assertThat(management.get("/health/ready").json().getJsonObject("checks").fieldNames())
        .isNotEmpty();
    assertThat(management.get("/metrics").text()).contains("millrace_http_request_seconds");
  }

  @Test
  void modelsAnswerInTheFormOfOpenAi() {
    Answer embedded =
        client.post("/v1/embeddings", "{\"model\":\"bge-small-en\",\"input\":\"a mill\"}");
    Answer loaded = client.post("/api/v1/models/bge-small-en/load", "");
    Answer order =
        client.post("/v1/rerank", "{\"model\":\"none\",\"query\":\"q\",\"documents\":[\"d\"]}");

    assertThat(embedded.status()).isEqualTo(200);
    assertThat(loaded.json().getString("state")).isEqualTo("ready");
    assertThat(client.post("/api/v1/models/bge-small-en/unload", "").status()).isEqualTo(200);
    assertThat(client.get("/api/v1/models").json().getJsonArray("items")).isNotEmpty();
    assertThat(client.get("/v1/models").json().getJsonArray("data")).isNotEmpty();
    assertThat(client.get("/v1/models/bge-small-en").status()).isEqualTo(200);
    assertThat(order.json().getJsonObject("error").getString("message")).isNotEmpty();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void everyOperationOfTheContractWasAsked() {
    assertThat(ContractClient.unasked()).isEmpty();
  }
}
