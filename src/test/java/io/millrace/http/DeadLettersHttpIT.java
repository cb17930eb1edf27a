package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.HttpProbe;
import io.millrace.testing.HttpProbe.Answer;
import io.millrace.testing.JarProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters over HTTP on the real jar; each test has a handler of its own. */
class DeadLettersHttpIT {
  private static final String LIST = "/api/v1/dlq/messages";
  private static final String BULK = "/api/v1/dlq/retry";

  @TempDir static Path work;
  private static JarProcess jar;
  private static HttpProbe probe;

  @BeforeAll
  static void start() {
    jar = start("data", 1);
    probe = new HttpProbe(jar);
  }

  @AfterAll
  static void stop() {
    jar.close();
  }

  private static JarProcess start(String data, int attempts) {
    var handlers = new StringBuilder("handlers:\n");
    for (String name : List.of("found", "deleted", "many", "kept")) {
      handlers
          .append("  %s: { type: echo, concurrency: 8, lease: 10s, timeout: 1m,".formatted(name))
          .append(" retry: { attempts: %d, first: 10ms, cap: 10ms } }\n".formatted(attempts));
    }
    try {
      Path file = Files.writeString(work.resolve("handlers-" + data + ".yaml"), handlers);
      return JarProcess.start(
          work,
          work.resolve(data),
          "--set",
          "documents.sample=false",
          "--set",
          "handlers.file=" + file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails for now, in the first run of each round. */
  private static String die(HttpProbe probe, String handler) {
    var input = new JsonObject().put("text", "sluice").put("fail", "retryable").put("failures", 1);
    String id = probe.submit(handler, input);
    assertThat(probe.awaitEnd(id)).isEqualTo("dead");
    return id;
  }

  private static void pause(String handler) {
    Answer paused = probe.post("/api/v1/handlers/" + handler + "/pause", new JsonObject());
    assertThat(paused.status()).isEqualTo(200);
  }

  private static Answer retry(HttpProbe probe, String id) {
    return probe.post(LIST + "/" + id + "/retry", new JsonObject());
  }

  private static List<String> listed(String query) {
    JsonArray messages = probe.get(LIST + "?" + query).json().getJsonArray("items");
    return messages.stream().map(one -> ((JsonObject) one).getString("id")).toList();
  }

  @Test
  void aDeadTaskIsFoundByEachFilterAndBeginsOneNextRoundHoweverOftenItIsRetried() {
    String id = die(probe, "found");
    JsonObject letter = probe.get(LIST + "/" + id).json();
    String diedAt = letter.getString("diedAt");
    assertThat(letter.getJsonObject("input").getString("text")).isEqualTo("sluice");
    assertThat(letter.getInteger("attempts")).isEqualTo(1);
    assertThat(listed("handler=found&errorType=unavailable&user=anonymous")).containsExactly(id);
    assertThat(listed("handler=found&errorType=worker_lost")).isEmpty();
    assertThat(listed("handler=found&user=nobody")).isEmpty();
    assertThat(listed("handler=found&from=" + diedAt)).containsExactly(id);
    assertThat(listed("handler=found&to=" + diedAt)).isEmpty();
    assertThat(probe.management("/metrics").body())
        .contains("messages_dlq_total{error_type=\"unavailable\",queue=\"found\"} 1.0");

    pause("found");
    Answer first = retry(probe, id);
    Answer second = retry(probe, id);

    assertThat(List.of(first.status(), second.status())).containsExactly(202, 202);
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(first.json().getInteger("round")).isEqualTo(2);
    assertThat(listed("handler=found")).isEmpty();
    assertThat(probe.post("/api/v1/handlers/found/resume", new JsonObject()).status())
        .isEqualTo(200);
    probe.await("its second death", () -> listed("handler=found").contains(id));
    assertThat(probe.get(LIST + "/" + id).json().getInteger("round")).isEqualTo(2);
    probe.await(
        "the gauge to count it",
        () -> !probe.management("/metrics").body().contains("millrace_dlq_messages 0.0"));
  }

  @Test
  void aDeletedDeadLetterIsGoneForGoodAndItsTaskStaysDead() {
    String id = die(probe, "deleted");

    assertThat(probe.delete(LIST + "/" + id).status()).isEqualTo(204);

    assertThat(probe.delete(LIST + "/" + id).status()).isEqualTo(404);
    assertThat(probe.get(LIST + "/" + id).status()).isEqualTo(404);
    assertThat(retry(probe, id).status()).isEqualTo(404);
    assertThat(listed("handler=deleted")).isEmpty();
    assertThat(probe.task(id).getString("status")).isEqualTo("dead");
  }

  @Test
  void manyAreCountedFirstAndThenStartAsFastAsTheyMay() {
    var dead = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      dead.add(die(probe, "many"));
    }
    pause("many");
    var filter = new JsonObject().put("handler", "many").put("errorType", "unavailable");
    var body = new JsonObject().put("filter", filter);

    JsonObject counted = probe.post(BULK, body.copy().put("dryRun", true)).json();
    assertThat(counted).isEqualTo(new JsonObject().put("matched", 5).put("more", false));
    assertThat(listed("handler=many")).containsExactlyInAnyOrderElementsOf(dead);
    JsonObject slowly = probe.post(BULK, body.copy().put("limit", 3).put("perSecond", 0.01)).json();
    assertThat(slowly).isEqualTo(new JsonObject().put("retried", 3).put("more", true));
    JsonObject rest = probe.post(BULK, body).json();
    assertThat(rest).isEqualTo(new JsonObject().put("retried", 2).put("more", false));

    assertThat(dead.stream().map(id -> probe.task(id).getString("status")))
        .containsExactlyInAnyOrder("queued", "queued", "queued", "scheduled", "scheduled");
    assertThat(listed("handler=many")).isEmpty();
  }

  @Test
  void aDeadTaskIsRunAgainAfterARestartThatMendedItsCause() {
    String id;
    try (JarProcess before = start("restarted", 1)) {
      id = die(new HttpProbe(before), "kept");
      assertThat(before.stop()).as(before.log()).isZero();
    }
    try (JarProcess after = start("restarted", 2)) {
      var probe = new HttpProbe(after);
      probe.await(
          "the handler to be live", () -> probe.get("/api/v1/handlers/kept").status() == 200);
      assertThat(probe.get(LIST).json().getJsonArray("items")).hasSize(1);

      assertThat(retry(probe, id).status()).isEqualTo(202);

      probe.await("its success", () -> probe.task(id).getString("status").equals("succeeded"));
      assertThat(probe.task(id).getInteger("round")).isEqualTo(2);
      assertThat(retry(probe, id).json().getString("status"))
          .as("asked again, nothing starts")
          .isEqualTo("succeeded");
      assertThat(probe.get(LIST).json().getJsonArray("items")).isEmpty();
    }
  }
}
