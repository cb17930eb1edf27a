package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.problem.Problem;
import io.millrace.queue.DeadLetters.Bulk;
import io.millrace.queue.DeadLetters.Filter;
import io.millrace.task.TaskId;
import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterOperationsTest {
  private static final String LIST = "/api/v1/dlq/messages";
  private static final String BULK = "/api/v1/dlq/retry";

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

  private TaskId submit() {
    Answer accepted =
        server.client.post(
            "/api/v1/tasks", "{\"handler\":\"echo\",\"input\":{\"text\":\"hello\"}}");
    return new TaskId(accepted.json().getString("id"));
  }

  private TaskId dead() {
    TaskId id = submit();
    server.letters.die(id);
    return id;
  }

  private static String at(TaskId id) {
    return LIST + "/" + id;
  }

  @Test
  void aDeadLetterIsListedWithAPreviewAndReadWithItsInput() {
    TaskId id = dead();

    JsonArray messages = server.client.get(LIST).json().getJsonArray("items");
    JsonObject whole = server.client.get(at(id)).json();

    JsonObject listed = messages.getJsonObject(0);
    assertThat(messages).hasSize(1);
    assertThat(listed.getString("id")).isEqualTo(id.value());
    assertThat(listed.getString("preview")).isEqualTo("{\"text\":\"hello\"}");
    assertThat(listed.getJsonObject("error").getString("type")).isEqualTo("unavailable");
    assertThat(whole.getJsonObject("input").getString("text")).isEqualTo("hello");
    assertThat(whole.getInteger("attempts")).isEqualTo(3);
    assertThat(whole.getInteger("deliveries")).isEqualTo(4);
    assertThat(whole.getString("worker")).isEqualTo("worker-1");
    assertThat(whole.getString("diedAt")).endsWith("Z");
  }

  @Test
  void everyFilterReachesTheQueue() {
    String query =
        "?handler=echo&errorType=worker_lost&user=anonymous"
            + "&from=2026-11-21T10:00:00Z&to=2026-11-21T12:00:00%2B01:00";

    assertThat(server.client.get(LIST + query).status()).isEqualTo(200);

    assertThat(server.letters.filters)
        .containsExactly(
            new Filter(
                Optional.of("echo"),
                Optional.of("worker_lost"),
                Optional.of("anonymous"),
                Optional.of(Instant.parse("2026-11-21T10:00:00Z")),
                Optional.of(Instant.parse("2026-11-21T11:00:00Z"))));
  }

  @Test
  void theNextOfAPageLeadsOn() {
    var _ = dead();
    TaskId second = dead();
    var _ = dead();

    JsonObject first = server.client.get(LIST + "?limit=2").json();
    JsonObject rest = server.client.get(LIST + "?cursor=" + first.getString("next")).json();

    assertThat(first.getJsonArray("items")).hasSize(2);
    assertThat(rest.containsKey("next")).isFalse();
    assertThat(server.letters.cursors)
        .containsExactly(Optional.empty(), Optional.of("1795257000000 " + second));
  }

  @Test
  void aRetriedTaskIsAnsweredWithItsPlaceAndTheSameWhenAskedAgain() {
    TaskId id = dead();

    Answer retried = server.client.post(at(id) + "/retry", "");
    Answer again = server.client.post(at(id) + "/retry", "");

    assertThat(retried.status()).isEqualTo(202);
    assertThat(retried.header("Location")).contains("/api/v1/tasks/" + id);
    assertThat(retried.json().getString("status")).isEqualTo("queued");
    assertThat(retried.json().getInteger("round")).isEqualTo(2);
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json()).isEqualTo(retried.json());
    assertThat(server.client.get(at(id)).status()).isEqualTo(404);
  }

  @Test
  void whatNeverDiedIsNoDeadLetter() {
    TaskId id = submit();

    assertThat(server.client.get(at(id)).status()).isEqualTo(404);
    assertThat(server.client.post(at(id) + "/retry", "").status()).isEqualTo(404);
    assertThat(server.client.delete(at(id)).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "0-00000000000000000000000000", "999-00000000000000000000000000"})
  void anUnknownIdIsNotThere(String id) {
    assertThat(server.client.get(LIST + "/" + id).status()).isEqualTo(404);
    assertThat(server.client.post(LIST + "/" + id + "/retry", "").status()).isEqualTo(404);
    assertThat(server.client.delete(LIST + "/" + id).status()).isEqualTo(404);
  }

  @Test
  void aDeletedDeadLetterIsGoneAndItsTaskIsNotRunAgain() {
    TaskId id = dead();

    assertThat(server.client.delete(at(id)).status()).isEqualTo(204);

    assertThat(server.client.delete(at(id)).status()).isEqualTo(404);
    assertThat(server.client.post(at(id) + "/retry", "").status()).isEqualTo(404);
    assertThat(server.client.get("/api/v1/tasks/" + id).json().getString("status"))
        .isEqualTo("dead");
  }

  @Test
  void aFullQueueTakesNothingBackAndSaysWhenToComeAgain() {
    TaskId id = dead();
    server.letters.fill();

    Answer refused = server.client.post(at(id) + "/retry", "");

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).contains("5");
  }

  @Test
  void aDryRunCountsAndStartsNothing() {
    var _ = dead();
    var _ = dead();

    JsonObject counted =
        server
            .client
            .post(BULK, "{\"filter\":{\"handler\":\"echo\"},\"dryRun\":true,\"limit\":1}")
            .json();

    assertThat(counted).isEqualTo(new JsonObject().put("matched", 1).put("more", true));
    assertThat(server.letters.bulks).isEmpty();
    assertThat(server.letters.filters.getFirst().handler()).contains("echo");
  }

  @Test
  void aBulkRetryStartsAThousandAtOnceUnlessItIsToldOtherwise() {
    Answer usual = server.client.post(BULK, "{\"filter\":{}}");
    Answer slow =
        server.client.post(
            BULK,
            "{\"filter\":{\"errorType\":\"timed-out\",\"from\":\"2026-11-21T10:00:00Z\"},"
                + "\"limit\":7,\"perSecond\":0.5}");

    assertThat(usual.json()).isEqualTo(new JsonObject().put("retried", 0).put("more", false));
    assertThat(slow.status()).isEqualTo(200);
    var late =
        new Filter(
            Optional.empty(),
            Optional.of("timed-out"),
            Optional.empty(),
            Optional.of(Instant.parse("2026-11-21T10:00:00Z")),
            Optional.empty());
    assertThat(server.letters.bulks)
        .containsExactly(new Bulk(Filter.ALL, 1_000, 0), new Bulk(late, 7, 0.5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{} /filter",
        "{\"filter\":{\"handler\":\"A_b\"}} /filter/handler",
        "{\"filter\":{\"from\":\"2026-02-30T00:00:00Z\"}} /filter/from",
        "{\"filter\":{\"status\":\"dead\"}} /filter/status",
        "{\"filter\":{},\"limit\":10001} /limit",
        "{\"filter\":{},\"limit\":0} /limit",
        "{\"filter\":{},\"perSecond\":0} /perSecond",
        "{\"filter\":{},\"perSecond\":1e99} /perSecond",
        "{\"filter\":{},\"dryRun\":\"yes\"} /dryRun"
      })
  void aWrongBulkRetryIsRefusedWithAPointer(String line) {
    int blank = line.indexOf(' ');

    Answer refused = server.client.post(BULK, line.substring(0, blank));

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().getString("pointer")).isEqualTo(line.substring(blank + 1));
    assertThat(server.letters.bulks).isEmpty();
  }

  @Test
  void whileTheQueueIsAwayEveryOperationSaysSo() {
    TaskId id = dead();
    server.letters.breakWith(
        new Problem.Unavailable("redis", "Redis is away.", Duration.ofSeconds(1)));

    assertThat(server.client.get(LIST).status()).isEqualTo(503);
    assertThat(server.client.get(at(id)).status()).isEqualTo(503);
    assertThat(server.client.delete(at(id)).status()).isEqualTo(503);
    assertThat(server.client.post(at(id) + "/retry", "").status()).isEqualTo(503);
    assertThat(server.client.post(BULK, "{\"filter\":{}}").status()).isEqualTo(503);
  }
}
