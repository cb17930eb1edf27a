package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.problem.Problem;
import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleOperationsTest {
  private static final String LIST = "/api/v1/schedules";
  private static final String NIGHTLY =
      """
      {"name":"nightly","cron":"30 2 * * *","timeZone":"Europe/Berlin","handler":"echo",\
      "input":{"text":"good night"}}\
      """;

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

  private String created() {
    return server.client.post(LIST, NIGHTLY).json().getString("id");
  }

  private Answer put(String target, String json) {
    return server.client.send(
        server
            .client
            .request(target)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json)));
  }

  @Test
  void aScheduleIsCreatedWithDefaultsAndItsNextFiveMoments() {
    Answer answer = server.client.post(LIST, NIGHTLY);

    JsonObject schedule = answer.json();
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Location")).contains(LIST + "/" + schedule.getString("id"));
    assertThat(schedule.getString("missedRuns")).isEqualTo("once");
    assertThat(schedule.getInteger("missedRunsMax")).isEqualTo(10);
    assertThat(schedule.getString("priority")).isEqualTo("normal");
    assertThat(schedule.getBoolean("paused")).isFalse();
    assertThat(schedule.getString("nextFireAt")).isEqualTo("2026-03-29T01:00:00.000Z");
    assertThat(schedule.getJsonArray("nextFireTimes"))
        .containsExactly(
            "2026-03-29T01:00:00.000Z",
            "2026-03-30T00:30:00.000Z",
            "2026-03-31T00:30:00.000Z",
            "2026-04-01T00:30:00.000Z",
            "2026-04-02T00:30:00.000Z");
    assertThat(server.client.get(answer.header("Location").orElseThrow()).json())
        .isEqualTo(schedule);
  }

  @Test
  void theListShowsPreviewsAndPages() {
    for (String name : List.of("a", "b", "c")) {
      assertThat(server.client.post(LIST, NIGHTLY.replace("nightly", name)).status())
          .isEqualTo(201);
    }

    JsonObject first = server.client.get(LIST + "?limit=2").json();
    JsonObject rest = server.client.get(LIST + "?cursor=" + first.getString("next")).json();

    var items = first.getJsonArray("items");
    assertThat(items).hasSize(2);
    assertThat(items.getJsonObject(0).getString("preview")).isEqualTo("{\"text\":\"good night\"}");
    assertThat(rest.containsKey("next")).isFalse();
    assertThat(server.client.get(LIST + "?cursor=abcd").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "30 2 * * *"    | "30 2 * *"     | /cron
          "30 2 * * *"    | "61 2 * * *"   | /cron
          "30 2 * * *"    | ""             | /cron
          "30 2 * * *"    | 5              | /cron
          "Europe/Berlin" | "Europe/Bonn"  | /timeZone
          "Europe/Berlin" | "+02:00"       | /timeZone
          "echo"          | "nobody"       | /handler
          "good night"    | 7              | /input/text
          "nightly"       | " nightly"     | /name
          "nightly"       | ""             | /name
          """)
  void eachFaultIsToldWithItsPlace(String right, String wrong, String pointer) {
    String body = NIGHTLY.replace(right, wrong);
    String id = created();

    for (Answer refused : List.of(server.client.post(LIST, body), put(LIST + "/" + id, body))) {
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.json().getString("pointer")).isEqualTo(pointer);
    }
  }

  @Test
  void membersThatAreMissingOrUnknownAreTold() {
    String unknown = NIGHTLY.replace("\"name\"", "\"runAt\":\"2026-01-01T00:00:00Z\",\"name\"");
    String tooMany = NIGHTLY.replace("\"name\"", "\"missedRunsMax\":101,\"name\"");

    assertThat(server.client.post(LIST, "{}").status()).isEqualTo(422);
    assertThat(server.client.post(LIST, unknown).json().getString("pointer")).isEqualTo("/runAt");
    assertThat(server.client.post(LIST, tooMany).json().getString("pointer"))
        .isEqualTo("/missedRunsMax");
  }

  @Test
  void anUpdateReplacesWhatIsThere() {
    String id = created();

    Answer changed =
        put(
            LIST + "/" + id,
            """
            {"name":"hourly","cron":"@hourly","handler":"echo","input":{"text":"x"},
             "priority":"low","missedRuns":"all","missedRunsMax":3,"project":"second"}
            """);

    JsonObject schedule = changed.json();
    assertThat(changed.status()).isEqualTo(200);
    assertThat(schedule.getString("timeZone")).as("its default").isEqualTo("UTC");
    assertThat(schedule.getString("nextFireAt")).isEqualTo("2026-03-28T13:00:00.000Z");
    assertThat(schedule.getString("missedRuns")).isEqualTo("all");
    assertThat(schedule.getInteger("missedRunsMax")).isEqualTo(3);
    assertThat(schedule.getString("project")).isEqualTo("second");
    assertThat(server.client.get(LIST + "/" + id).json()).isEqualTo(schedule);
  }

  @Test
  void aPausedScheduleHasNoNextMomentUntilItIsResumed() {
    String id = created();

    JsonObject paused = server.client.post(LIST + "/" + id + "/pause", "").json();
    JsonObject resumed = server.client.post(LIST + "/" + id + "/resume", "").json();

    assertThat(paused.getBoolean("paused")).isTrue();
    assertThat(paused.containsKey("nextFireAt")).isFalse();
    assertThat(paused.getJsonArray("nextFireTimes")).isEmpty();
    assertThat(resumed.getBoolean("paused")).isFalse();
    assertThat(resumed.getString("nextFireAt")).isEqualTo("2026-03-29T01:00:00.000Z");
  }

  @Test
  void runNowSubmitsTheTaskAndRemembersIt() {
    String id = created();

    Answer answer = server.client.post(LIST + "/" + id + "/run", "");

    JsonObject task = answer.json();
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Location")).contains("/api/v1/tasks/" + task.getString("id"));
    assertThat(task.getJsonObject("input").getString("text")).isEqualTo("good night");
    JsonObject last =
        server.client.get(LIST + "/" + id).json().getJsonArray("lastTasks").getJsonObject(0);
    assertThat(last.getString("id")).isEqualTo(task.getString("id"));
    assertThat(last.containsKey("fireAt")).isFalse();
  }

  @Test
  void aPreviewKeepsNothing() {
    Answer answer =
        server.client.post(
            LIST + "/preview", "{\"cron\":\"*/15 * * * *\",\"timeZone\":\"Asia/Tokyo\"}");
    Answer wrong = server.client.post(LIST + "/preview", "{\"cron\":\"nonsense\"}");

    assertThat(answer.json().getJsonArray("nextFireTimes")).hasSize(5).doesNotHaveDuplicates();
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.json().getString("pointer")).isEqualTo("/cron");
    assertThat(server.client.get(LIST).json().getJsonArray("items")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/pause", "/resume", "/run"})
  void whatIsNotThereOrNotYoursIsNotFound(String action) {
    String others = created();
    server.schedules.giveAway(others);
    var answers = new ArrayList<Answer>();

    for (String id : List.of(others, "f".repeat(32), "x", "preview")) {
      String at = LIST + "/" + id + action;
      if (!action.isEmpty()) {
        answers.add(server.client.post(at, ""));
      } else {
        answers.add(server.client.get(at));
        answers.add(server.client.delete(at));
        answers.add(put(at, NIGHTLY));
      }
    }

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(404));
    assertThat(server.client.get(LIST).json().getJsonArray("items")).isEmpty();
  }

  @Test
  void aDeletedScheduleIsGone() {
    String id = created();

    assertThat(server.client.delete(LIST + "/" + id).status()).isEqualTo(204);

    assertThat(server.client.delete(LIST + "/" + id).status()).isEqualTo(404);
  }

  @Test
  void aTakenNameIsAConflict() {
    var _ = created();

    assertThat(server.client.post(LIST, NIGHTLY).status()).isEqualTo(409);
  }

  @Test
  void aDatabaseThatIsAwayIsToldAsSuch() {
    server.schedules.breakWith(
        new Problem.Unavailable("postgres", "It is away.", Duration.ofSeconds(1)));

    assertThat(server.client.get(LIST).status()).isEqualTo(503);
    assertThat(server.client.post(LIST, NIGHTLY).header("Retry-After")).contains("1");
  }
}
