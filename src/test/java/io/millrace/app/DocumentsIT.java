package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.RandomAccessFile;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of documents in the real jar. */
class DocumentsIT {
  private static final long LARGE_BYTES = 300L << 20;

  @TempDir Path work;

  @Test
  void aCollectionFollowsItsDirectoryAndSearchFollowsTheCollection() throws Exception {
    Path root = Files.createDirectory(work.resolve("root")).toRealPath();
    Files.writeString(root.resolve("sluice.md"), "# Sluice\n\nThe kingfisher opens it at dawn.\n");
    Files.writeString(root.resolve("wheel.md"), "# Wheel\n\nThe otter greases it each spring.\n");
    try (JarProcess jar =
        JarProcess.start(
            work,
            work.resolve("data"),
            "--set",
            "documents.sample=false",
            "--set",
            "documents.roots=" + root)) {
      var probe = new HttpProbe(jar);
      var source =
          new JsonObject()
              .put("name", "mill")
              .put("collection", "mill")
              .put("kind", "directory")
              .put("path", root.toString())
              .put("onGone", "delete");
      String id = probe.post("/api/v1/sources", source).json().getString("id");

      JsonObject first = sync(probe, id);
      assertThat(first.getInteger("new")).as(first.encode()).isEqualTo(2);
      assertThat(first.getInteger("failed")).isZero();
      probe.await("the word to be found", () -> finds(probe, "kingfisher"));

      String document = documentOf(probe, "sluice.md");
      assertThat(patch(jar, document, "{\"enabled\":false}")).isEqualTo(200);
      probe.await("what is disabled to be out", () -> !finds(probe, "kingfisher"));
      assertThat(patch(jar, document, "{\"enabled\":true}")).isEqualTo(200);
      probe.await("what is enabled to be back", () -> finds(probe, "kingfisher"));

      Files.delete(root.resolve("wheel.md"));
      Files.writeString(root.resolve("sluice.md"), "# Sluice\n\nThe heron opens it at noon.\n");
      JsonObject second = sync(probe, id);
      assertThat(second.getInteger("changed")).isEqualTo(1);
      assertThat(second.getInteger("gone")).isEqualTo(1);
      probe.await("the new version to be found", () -> finds(probe, "heron"));
      probe.await("the old words to be out", () -> !finds(probe, "kingfisher"));
      probe.await("what is gone to be out", () -> !finds(probe, "otter"));

      JsonObject job = probe.post("/api/v1/collections/mill/reprocess", new JsonObject()).json();
      assertThat(job.getInteger("documents")).isEqualTo(1);
      assertThat(probe.awaitEnd(job.getString("taskId"))).isEqualTo("succeeded");
      assertThat(finds(probe, "heron")).isTrue();
    }
  }

  private static JsonObject sync(HttpProbe probe, String source) {
    String task =
        probe.post("/api/v1/sources/" + source + "/sync", new JsonObject()).json().getString("id");
    assertThat(probe.awaitEnd(task)).isEqualTo("succeeded");
    return probe.task(task).getJsonObject("result");
  }

  private static boolean finds(HttpProbe probe, String word) {
    JsonArray hits =
        probe.search(word, Map.of("mode", "keyword")).json().getJsonArray("hits", new JsonArray());
    return hits.encode().contains(word);
  }

  private static String documentOf(HttpProbe probe, String name) {
    return probe.get("/api/v1/collections/mill/documents").json().getJsonArray("items").stream()
        .map(JsonObject.class::cast)
        .filter(document -> document.getString("name").equals(name))
        .findFirst()
        .orElseThrow()
        .getString("id");
  }

  private static int patch(JarProcess jar, String document, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(jar.uri("/api/v1/documents/" + document))
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void aFileLargerThanTheHeapIsStreamedToDisk() throws Exception {
    Path large = work.resolve("large.bin");
    try (var file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(LARGE_BYTES); // Sparse: it takes no room here.
    }
    Map<String, String> smallHeap = Map.of("_JAVA_OPTIONS", "-Xmx160m");
    try (JarProcess jar =
        JarProcess.launch(
            work, work.resolve("data"), List.of("--set", "documents.sample=false"), smallHeap)) {
      jar.awaitReady();
      var request =
          HttpRequest.newBuilder(jar.uri("/api/v1/collections/large/documents"))
              .timeout(Duration.ofMinutes(3))
              .header("Content-Type", "multipart/form-data; boundary=b")
              .POST(
                  BodyPublishers.concat(
                      BodyPublishers.ofString(
                          "--b\r\nContent-Disposition: form-data; name=\"file\";"
                              + " filename=\"large.bin\"\r\n\r\n"),
                      BodyPublishers.ofFile(large),
                      BodyPublishers.ofString("\r\n--b--\r\n")))
              .build();
      HttpResponse<String> accepted;
      try (var client = HttpClient.newHttpClient()) {
        accepted = client.send(request, HttpResponse.BodyHandlers.ofString());
      }

      assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
      var probe = new HttpProbe(jar);
      String id = new JsonObject(accepted.body()).getString("documentId");
      JsonObject document = probe.get("/api/v1/documents/" + id).json();
      assertThat(document.getLong("bytes")).isEqualTo(LARGE_BYTES);
      assertThat(probe.awaitEnd(document.getString("taskId"))).isEqualTo("failed");
      assertThat(jar.log()).doesNotContain("OutOfMemory");
    }
  }
}
