package io.millrace.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ContractClient.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {
  private static final String TARGET = "/api/v1/collections/manual/documents";

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

  private static String part(String field, String fileName, String content) {
    return "--b\r\nContent-Disposition: form-data; name=\""
        + field
        + (fileName.isEmpty() ? "" : "\"; filename=\"" + fileName)
        + "\"\r\nContent-Type: text/markdown\r\n\r\n"
        + content
        + "\r\n";
  }

  private Answer upload(String target, String parts) {
    return server.client.send(
        server
            .client
            .request(target)
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(HttpRequest.BodyPublishers.ofString(parts + "--b--\r\n")));
  }

  private List<Path> incoming() {
    try (Stream<Path> files = Files.list(server.artifacts.incoming())) {
      return files.filter(file -> file.toString().endsWith(".part")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anUploadedFileIsStoredAndItsIngestSubmitted() {
    Answer accepted = upload(TARGET, part("file", "guide/stärt.md", "# Hello"));

    assertThat(accepted.status()).isEqualTo(202);
    String id = accepted.json().getString("documentId");
    var document = server.client.get("/api/v1/documents/" + id).json();
    assertThat(document.getString("name")).isEqualTo("guide/stärt.md");
    assertThat(document.getInteger("bytes")).isEqualTo(7);
    assertThat(document.getString("taskId")).isEqualTo(accepted.json().getString("taskId"));
    var task = server.client.get("/api/v1/tasks/" + document.getString("taskId")).json();
    assertThat(task.getString("handler")).isEqualTo("ingest");
    assertThat(task.getJsonObject("input").getString("documentId")).isEqualTo(id);
    assertThat(incoming()).isEmpty();
  }

  @Test
  void theOriginalComesBackAsADownloadWithItsName() {
    String id =
        upload(TARGET, part("file", "guide/stärt \".md", "# Hello")).json().getString("documentId");

    Answer original = server.client.get("/api/v1/documents/" + id + "/original");

    assertThat(original.text()).isEqualTo("# Hello");
    assertThat(original.header("Content-Disposition").orElseThrow())
        .startsWith("attachment; ")
        .contains("filename*=UTF-8''st%C3%A4rt");
    assertThat(
            server
                .client
                .send(
                    server
                        .client
                        .request("/api/v1/documents/" + id + "/original")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody()))
                .header("Content-Length"))
        .hasValue("7");
  }

  @Test
  void theSameBytesAreNotIngestedTwice() {
    Answer first = upload(TARGET, part("file", "a.md", "same"));
    Answer second = upload(TARGET, part("file", "b.md", "same"));

    assertThat(second.json().getBoolean("repeated")).isTrue();
    assertThat(second.json().getString("taskId")).isEqualTo(first.json().getString("taskId"));
  }

  @Test
  void aFileThatIsTooLargeIsRefusedAndLeavesNothing() {
    String large = "x".repeat((int) ServerUnderTest.UPLOAD_BYTES_MAX);

    assertThat(upload(TARGET, part("file", "a.md", large)).status()).isEqualTo(202);
    assertThat(upload(TARGET, part("file", "a.md", large + "x")).status()).isEqualTo(413);
    assertThat(upload(TARGET, part("file", "a.md", large + large)).status()).isEqualTo(413);
    assertThat(incoming()).isEmpty();
  }

  @Test
  void formsOfTheWrongShapeAreRefusedAndLeaveNothing() {
    assertThat(pointerOf("")).isEqualTo("/file");
    assertThat(pointerOf(part("document", "a.md", "x"))).isEqualTo("/document");
    assertThat(pointerOf(part("file", "a.md", "x") + part("file", "b.md", "y"))).isEqualTo("/file");
    assertThat(pointerOf(part("file", "a.md", "x") + part("more", "", "y"))).isEqualTo("/more");
    assertThat(pointerOf(part("file", "../../etc/passwd", "x"))).isEqualTo("/file");
    assertThat(pointerOf(part("file", "n".repeat(300), "x"))).isEqualTo("/file");
    assertThat(pointerOf(part("file", " ", "x"))).isEqualTo("/file");
    assertThat(incoming()).isEmpty();
  }

  private String pointerOf(String parts) {
    Answer refused = upload(TARGET, parts);
    assertThat(refused.status()).as(parts).isEqualTo(422);
    return refused.json().getString("pointer");
  }

  @Test
  void formsThatCannotBeReadAreRefused() {
    assertThat(
            upload(TARGET, part("file", "a.md", "x") + part("more", "", "y".repeat(9000))).status())
        .isIn(400, 413, 422);
    Answer noBoundary =
        server.client.send(
            server
                .client
                .request(TARGET)
                .header("Content-Type", "multipart/form-data")
                .POST(HttpRequest.BodyPublishers.ofString("x")));
    assertThat(noBoundary.status()).isEqualTo(400);
    assertThat(upload("/api/v1/collections/A%20b/documents", part("file", "a.md", "x")).status())
        .isEqualTo(400);
    assertThat(incoming()).isEmpty();
  }

  @Test
  void aClientThatOffersHttp2UploadsByHttp1WhichStreams() throws Exception {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + server.server.port() + TARGET))
              .header("Content-Type", "multipart/form-data; boundary=b")
              .POST(
                  HttpRequest.BodyPublishers.ofString(part("file", "a.md", "words") + "--b--\r\n"))
              .build();

      HttpResponse<String> accepted = client.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(accepted.statusCode()).isEqualTo(202);
      assertThat(accepted.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
  }

  @Test
  void anAbortedUploadLeavesNothing() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST "
                      + TARGET
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n"
                      + "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
                      + part("file", "a.md", "x".repeat(500_000)))
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      await(() -> !incoming().isEmpty());
    }

    await(() -> incoming().isEmpty());
  }

  private static void await(java.util.function.BooleanSupplier state) {
    long deadline = System.nanoTime() + SECONDS.toNanos(20);
    while (!state.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the state is reached in time").isLessThan(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void documentsPassagesAndCollectionsAreReadAndDeleted() {
    String id = upload(TARGET, part("file", "a.md", "x")).json().getString("documentId");
    server.documents.makeReady(id, 3);

    var first = server.client.get("/api/v1/documents/" + id + "/passages?limit=2").json();
    var second =
        server
            .client
            .get("/api/v1/documents/" + id + "/passages?limit=2&cursor=" + first.getString("next"))
            .json();

    assertThat(first.getJsonArray("items")).hasSize(2);
    assertThat(second.getJsonArray("items")).hasSize(1);
    assertThat(second.containsKey("next")).isFalse();
    assertThat(server.client.get("/api/v1/documents/" + id + "/text").text()).contains("ünï €");
    assertThat(server.client.get("/api/v1/collections").json().getJsonArray("items")).hasSize(1);
    assertThat(server.client.get(TARGET + "?status=ready").json().getJsonArray("items")).hasSize(1);
    assertThat(server.client.delete("/api/v1/documents/" + id).status()).isEqualTo(204);
    assertThat(server.client.get("/api/v1/documents/" + id).status()).isEqualTo(404);
    assertThat(server.client.delete("/api/v1/collections/manual").status()).isEqualTo(404);
  }
}
