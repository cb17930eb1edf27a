package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Await;
import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneProcessIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  @TempDir Path work;

  @Test
  void theManualAnswersBeforeAnythingIsUploaded() {
    try (JarProcess jar = JarProcess.start(work, work.resolve("data"))) {
      var probe = new HttpProbe(jar);

      probe.await(
          "the manual to be searchable",
          () -> probe.search("what happens when a worker dies").body().contains("\"passageId\""));

      JsonObject hit =
          probe
              .search("what happens when a worker dies", Map.of("mode", "keyword"))
              .json()
              .getJsonArray("hits")
              .getJsonObject(0);
      assertThat(hit.getString("collection")).isEqualTo("manual");
      assertThat(hit.getJsonArray("highlights")).isNotEmpty();
    }
  }

  @Test
  void aTaskItsEventsAndItsWordsSurviveStopKillAndTheLossOfTheIndex() throws IOException {
    Path data = work.resolve("data");
    String id;
    String events;
    try (JarProcess jar = start(data)) {
      var probe = new HttpProbe(jar);
      id =
          probe.submit(
              "echo",
              new JsonObject()
                  .put("text", "a kingfisher dives")
                  .put("sleep", "1s")
                  .put("progress", 3));
      probe.await("the word to be found while it runs", () -> finds(probe, "kingfisher", id));
      assertThat(probe.awaitEnd(id)).isEqualTo("succeeded");
      events = probe.get("/api/v1/tasks/" + id + "/events").body();
      assertThat(events).contains("task.progress").contains("\"final\":true");
      probe.await("the word to be found", () -> finds(probe, "kingfisher", id));

      assertThat(jar.stop()).as(jar.log()).isZero();
    }

    delete(data.resolve("index"));
    try (JarProcess jar = start(data)) {
      var probe = new HttpProbe(jar);
      assertThat(probe.get("/api/v1/tasks/" + id + "/events").body()).isEqualTo(events);
      probe.await("the word to be found again", () -> finds(probe, "kingfisher", id));
      jar.kill();
    }

    try (JarProcess jar = start(data)) {
      var probe = new HttpProbe(jar);
      assertThat(probe.task(id).getString("status")).isEqualTo("succeeded");
      assertThat(probe.get("/api/v1/tasks/" + id + "/events").body()).isEqualTo(events);
    }
  }

  @Test
  void aStopWhileTheModelIsLoadedForASearchIsInOrder() {
    try (JarProcess jar = start(work.resolve("data"))) {
      var probe = new HttpProbe(jar);
      Thread asking = Thread.ofVirtual().start(() -> search(probe));
      probe.await("the model to be asked", () -> isModelAsked(probe));

      assertThat(jar.stop()).as(jar.log()).isZero();
      asking.interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Started Redis", "Started PostgreSQL", "database migrations", "offers [echo"})
  void aStopInTheMiddleOfTheStartLeavesNoEngineBehind(String moment) {
    Path data = work.resolve("data");
    try (JarProcess jar = JarProcess.launch(work, data, List.of(), Map.of())) {
      Await.until(moment, SOON, () -> jar.log().contains(moment));

      assertThat(jar.stop()).as(jar.log()).isZero();

      assertThat(jar.log()).doesNotContain("ERROR");
      assertThat(data.resolve("redis/redis.pid")).doesNotExist();
      assertThat(data.resolve("postgres/postmaster.pid")).doesNotExist();
    }
  }

  @Test
  void aSecondProcessOnTheSameDataIsRefusedByName() {
    Path data = work.resolve("data");
    try (JarProcess first = start(data);
        JarProcess second = JarProcess.launch(work, data, List.of(), Map.of())) {
      assertThat(second.exitCode(SOON)).isEqualTo(1);
      assertThat(second.log()).contains(String.valueOf(first.handle().pid())).contains("--join");
    }
  }

  @Test
  void aWrongSettingStopsTheStartWithOneClearLine() {
    try (JarProcess jar =
        JarProcess.launch(work, work.resolve("data"), List.of("--set", "http.prot=1"), Map.of())) {
      assertThat(jar.exitCode(SOON)).isEqualTo(1);
      assertThat(jar.log()).contains("http.prot", "http.port").doesNotContain("\tat ", "MILLRACE_");
    }
  }

  @Test
  void aTakenPortStopsTheStartWithOneClearLineAndLeavesNoEngineBehind() throws IOException {
    Path data = work.resolve("data");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        JarProcess jar =
            JarProcess.launch(
                work, data, List.of("--set", "http.port=" + taken.getLocalPort()), Map.of())) {
      assertThat(jar.exitCode(SOON)).isEqualTo(1);
      assertThat(jar.log())
          .contains("Cannot listen on 127.0.0.1 port " + taken.getLocalPort())
          .contains("--set http.port")
          .doesNotContain("\tat ");
      assertThat(data.resolve("redis/redis.pid")).doesNotExist();
      assertThat(data.resolve("postgres/postmaster.pid")).doesNotExist();
    }
  }

  private JarProcess start(Path data) {
    return JarProcess.start(work, data, "--set", "documents.sample=false");
  }

  private static void search(HttpProbe probe) {
    var _ = probe.search("kingfisher"); // What it answers, if anything, does not matter.
  }

  /** Whether a text waits for the model, or has had its answer already. */
  private static boolean isModelAsked(HttpProbe probe) {
    String metrics = probe.management("/metrics").body();
    return metrics.contains("millrace_inference_texts_waiting{model=\"bge-small-en\"} 1.0")
        || metrics.contains("millrace_encoder_run_seconds_count");
  }

  private static boolean finds(HttpProbe probe, String word, String id) {
    HttpProbe.Answer answer = probe.get("/api/v1/tasks?q=" + word);
    return answer.status() == 200 && answer.body().contains(id);
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
