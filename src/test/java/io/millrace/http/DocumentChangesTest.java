package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentChangesTest {
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

  private JsonObject upload(String query, String name, String content) {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + name
            + "\"\r\nContent-Type: text/plain\r\n\r\n"
            + content
            + "\r\n--b--\r\n";
    Answer answer =
        server.client.send(
            server
                .client
                .request(TARGET + query)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json();
  }

  private Answer patch(String id, String body) {
    return server.client.send(
        server
            .client
            .request("/api/v1/documents/" + id)
            .header("Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
  }

  private Answer post(String target) {
    return server.client.send(
        server.client.request(target).POST(HttpRequest.BodyPublishers.noBody()));
  }

  @Test
  void anUploadSaysWhoseBytesItHas() {
    JsonObject first = upload("", "a.md", "same");

    assertThat(first.containsKey("duplicateOf")).isFalse();
    assertThat(upload("", "a.md", "same").containsKey("duplicateOf")).isFalse();
    assertThat(upload("", "b.md", "same").getJsonObject("duplicateOf"))
        .isEqualTo(
            new JsonObject().put("documentId", first.getString("documentId")).put("name", "a.md"));
  }

  @Test
  void tagsComeWithTheUploadAndFilterTheList() {
    String id = upload("?tags=one,%20two", "a.md", "a").getString("documentId");
    var _ = upload("", "b.md", "b");

    assertThat(server.client.get("/api/v1/documents/" + id).json().getJsonArray("tags"))
        .isEqualTo(new JsonArray().add("one").add("two"));
    JsonArray tagged = server.client.get(TARGET + "?tag=two").json().getJsonArray("items");
    assertThat(tagged).hasSize(1);
    assertThat(tagged.getJsonObject(0).getString("id")).isEqualTo(id);
  }

  @Test
  void aDocumentIsDisabledEnabledAndTagged() {
    String id = upload("", "a.md", "a").getString("documentId");

    JsonObject disabled = patch(id, "{\"enabled\":false}").json();
    JsonObject tagged = patch(id, "{\"tags\":[\"x\",\"y\"]}").json();
    JsonObject enabled = patch(id, "{\"enabled\":true,\"tags\":[]}").json();

    assertThat(disabled.getBoolean("enabled")).isFalse();
    assertThat(tagged.getBoolean("enabled")).isFalse();
    assertThat(tagged.getJsonArray("tags")).containsExactly("x", "y");
    assertThat(enabled.getBoolean("enabled")).isTrue();
    assertThat(enabled.getJsonArray("tags")).isEmpty();
    assertThat(patch("nobody", "{\"enabled\":true}").status()).isEqualTo(404);
  }

  @Test
  void changesOutOfFormAreRefusedWithTheirPlace() {
    String id = upload("", "a.md", "a").getString("documentId");

    assertThat(patch(id, "{}").status()).isEqualTo(422);
    assertThat(pointer(id, "{\"enabled\":\"no\"}")).isEqualTo("/enabled");
    assertThat(pointer(id, "{\"tags\":[\"a\",\" b\"]}")).isEqualTo("/tags/1");
    assertThat(pointer(id, "{\"tags\":[\"a,b\"]}")).isEqualTo("/tags/0");
    assertThat(pointer(id, "{\"name\":\"b.md\"}")).isEqualTo("/name");
  }

  private String pointer(String id, String body) {
    Answer refused = patch(id, body);
    assertThat(refused.status()).as(body).isEqualTo(422);
    return refused.json().getString("pointer");
  }

  @Test
  void oneDocumentIsBroughtInAnewByATaskOfItsOwn() {
    JsonObject uploaded = upload("", "a.md", "a");

    Answer accepted = post("/api/v1/documents/" + uploaded.getString("documentId") + "/reprocess");

    assertThat(accepted.status()).isEqualTo(202);
    JsonObject task = accepted.json();
    assertThat(task.getString("handler")).isEqualTo("ingest");
    assertThat(task.getString("id")).isNotEqualTo(uploaded.getString("taskId"));
    assertThat(task.getJsonObject("input").getBoolean("again")).isTrue();
    assertThat(post("/api/v1/documents/nobody/reprocess").status()).isEqualTo(404);
  }

  @Test
  void manyDocumentsAreBroughtInAnewAsOneJob() {
    var _ = upload("", "a.md", "a");
    String ready = upload("", "b.md", "b").getString("documentId");
    server.documents.makeReady(ready, 1);

    JsonObject all = post("/api/v1/collections/manual/reprocess").json();
    JsonObject some = post("/api/v1/collections/manual/reprocess?status=ready").json();
    Answer none = post("/api/v1/collections/manual/reprocess?status=failed");

    assertThat(all.getInteger("documents")).isEqualTo(2);
    assertThat(some.getInteger("documents")).isEqualTo(1);
    JsonObject job = server.client.get("/api/v1/tasks/" + some.getString("taskId")).json();
    assertThat(job.getString("handler")).isEqualTo("job");
    JsonObject child = job.getJsonObject("input").getJsonArray("tasks").getJsonObject(0);
    assertThat(child.getString("handler")).isEqualTo("ingest");
    assertThat(child.getJsonObject("input").getString("documentId")).isEqualTo(ready);
    assertThat(none.status()).isEqualTo(200);
    assertThat(none.json()).isEqualTo(new JsonObject().put("documents", 0));
  }

  @Test
  void moreThanAThousandDocumentsAreSeveralJobs() {
    for (int i = 0; i < 1_001; i++) {
      server.documents.add(i + ".md");
    }

    JsonObject first = post("/api/v1/collections/manual/reprocess").json();
    JsonObject second =
        post("/api/v1/collections/manual/reprocess?cursor=" + first.getString("next")).json();

    assertThat(first.getInteger("documents")).isBetween(500, 1_000);
    assertThat(first.getInteger("documents") + second.getInteger("documents")).isEqualTo(1_001);
    assertThat(second.containsKey("next")).isFalse();
  }

  @Test
  void aJobTakesAsManyDocumentsAsItsInputHasRoomFor() {
    for (int i = 0; i < 400; i++) {
      server.documents.add("%s-%d.md".formatted("long".repeat(60), i));
    }

    int taken = 0;
    int jobs = 0;
    String cursor = "";
    while (cursor != null) {
      Answer answer = post("/api/v1/collections/manual/reprocess" + cursor);
      assertThat(answer.status()).isEqualTo(202);
      taken += answer.json().getInteger("documents");
      jobs++;
      String next = answer.json().getString("next");
      cursor = next == null ? null : "?cursor=" + next;
    }

    assertThat(taken).isEqualTo(400);
    assertThat(jobs).isBetween(2, 4);
  }
}
