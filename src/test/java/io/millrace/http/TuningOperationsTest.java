package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningOperationsTest {
  private static final String SETS = "/api/v1/test-sets";
  private static final String SET =
      "{\"name\":\"support\",\"collection\":\"manual\",\"queries\":[{\"query\":\"retry\","
          + "\"expected\":[{\"document\":\"a.md\",\"grade\":2},{\"document\":\"gone.md\"}]}]}";

  @TempDir Path directory;
  private ServerUnderTest server;

  @BeforeEach
  void start() {
    server = new ServerUnderTest(directory);
    server.serveIndex();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer send(String method, String path, String body) {
    return server.client.send(
        server
            .client
            .request(path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  private String created(String body) {
    Answer made = send("POST", SETS, body);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.header("Location").orElseThrow();
  }

  @Test
  void aTestSetIsMadeReadChangedAndDeleted() {
    String at = created(SET);

    JsonObject read = server.client.get(at).json();
    assertThat(read.getInteger("queryCount")).isEqualTo(1);
    assertThat(read.getInteger("missing")).isEqualTo(1);
    JsonObject query = read.getJsonArray("queries").getJsonObject(0);
    assertThat(query.getJsonArray("expected").getJsonObject(1).getBoolean("missing")).isTrue();
    assertThat(server.client.get(SETS).json().getJsonArray("items")).hasSize(1);
    assertThat(send("PATCH", at, "{\"collection\":null}").json().containsKey("collection"))
        .isFalse();
    assertThat(send("PATCH", at, "{\"name\":\"other\"}").json().getString("name"))
        .isEqualTo("other");
    assertThat(server.client.delete(at).status()).isEqualTo(204);
    assertThat(server.client.get(at).status()).isEqualTo(404);
  }

  @Test
  void whatIsExportedCanBeImported() {
    JsonObject exported = server.client.get(created(SET)).json();

    JsonObject imported = server.client.get(created(exported.encode())).json();

    assertThat(imported.getJsonArray("queries")).isEqualTo(exported.getJsonArray("queries"));
  }

  @Test
  void aQueryIsAddedFromAHitChangedAndDeleted() {
    String at = created("{\"name\":\"support\"}");

    Answer added =
        send(
            "POST",
            at + "/queries",
            "{\"queries\":[{\"query\":\"retry\",\"expected\":[{\"documentId\":\"d7\"}]}]}");
    JsonObject query = added.json().getJsonArray("items").getJsonObject(0);
    assertThat(query.getJsonArray("expected").getJsonObject(0).getString("document"))
        .isEqualTo("d7.md");
    String one = at + "/queries/" + query.getString("id");
    assertThat(send("PUT", one, "{\"query\":\"again\"}").json().getString("query"))
        .isEqualTo("again");
    assertThat(server.client.delete(one).status()).isEqualTo(204);
    assertThat(server.client.get(at).json().getJsonArray("queries")).isEmpty();
  }

  @Test
  void whatCannotBeIsRefusedWithItsPlace() {
    assertThat(pointer("POST", SETS, "{\"name\":\" a\"}")).isEqualTo("/name");
    assertThat(pointer("POST", SETS, "{\"name\":\"a\",\"queries\":[{\"query\":\" \"}]}"))
        .isEqualTo("/queries/0/query");
    assertThat(
            pointer(
                "POST", SETS, "{\"name\":\"a\",\"queries\":[{\"query\":\"q\",\"expected\":[{}]}]}"))
        .startsWith("/queries/0/expected/0");
    assertThat(
            pointer(
                "POST",
                SETS,
                "{\"name\":\"a\",\"queries\":[{\"query\":\"q\",\"expected\":"
                    + "[{\"document\":\"a\",\"grade\":0}]}]}"))
        .isEqualTo("/queries/0/expected/0/grade");
    String runs = created(SET) + "/runs";
    assertThat(pointer("POST", runs, "{\"settings\":{\"vectorWeight\":2}}"))
        .isEqualTo("/settings/vectorWeight");
    assertThat(pointer("POST", runs, "{\"settings\":{\"mode\":\"magic\"}}"))
        .isEqualTo("/settings/mode");
    assertThat(pointer("PUT", "/api/v1/search/settings", "{\"fusion\":\"x\"}"))
        .isEqualTo("/fusion");
  }

  private String pointer(String method, String path, String body) {
    Answer refused = send(method, path, body);
    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    return refused.json().getString("pointer");
  }

  @Test
  void aRunIsATaskAndTwoOfThemCanBeCompared() {
    String set = created(SET);
    JsonObject before = run(set, "{\"settings\":{}}");
    JsonObject after = run(set, "{\"name\":\"more\",\"settings\":{\"vectorWeight\":0.8}}");

    assertThat(before.getString("name")).isEqualTo("hybrid");
    assertThat(before.getString("status")).isEqualTo("queued");
    assertThat(after.getString("name")).isEqualTo("more");
    assertThat(after.getJsonObject("settings").getDouble("vectorWeight")).isEqualTo(0.8);
    JsonObject task = server.client.get("/api/v1/tasks/" + before.getString("id")).json();
    assertThat(task.getString("handler")).isEqualTo("measure");
    String comparison = at(after) + "/comparison/" + before.getString("id");
    assertThat(server.client.get(comparison).status()).as("they still run").isEqualTo(409);

    server.tuning.end(before.getString("id"), 3);
    server.tuning.end(after.getString("id"), 1);

    JsonObject read = server.client.get(at(after)).json();
    assertThat(read.getString("status")).isEqualTo("succeeded");
    assertThat(read.getJsonArray("results").getJsonObject(0).getJsonArray("top")).hasSize(1);
    JsonObject compared = server.client.get(comparison).json();
    assertThat(compared.getInteger("better")).isEqualTo(1);
    assertThat(compared.getJsonObject("after").getDouble("mrr10")).isEqualTo(1);
    assertThat(compared.getJsonObject("beforeRun").getString("id"))
        .isEqualTo(before.getString("id"));
    assertThat(server.client.get(set + "/runs").json().getJsonArray("items")).hasSize(2);
    assertThat(server.client.delete(at(after)).status()).isEqualTo(204);
    assertThat(server.client.get(at(after)).status()).isEqualTo(404);
  }

  private JsonObject run(String set, String body) {
    Answer begun = send("POST", set + "/runs", body);
    assertThat(begun.status()).as(begun.text()).isEqualTo(202);
    return begun.json();
  }

  private static String at(JsonObject run) {
    return "/api/v1/test-runs/" + run.getString("id");
  }

  @Test
  void aTestSetThatExpectsNothingCannotBeMeasured() {
    String set = created("{\"name\":\"a\",\"queries\":[{\"query\":\"q\"}]}");

    assertThat(send("POST", set + "/runs", "{\"settings\":{}}").status()).isEqualTo(409);
  }

  @Test
  void searchesGoByTheSettingsOfTheirCollectionThenOfTheProject() {
    String settings = "/api/v1/search/settings";
    String ofManual = settings + "?collection=manual";
    assertThat(server.client.get(ofManual).json().getString("from")).isEqualTo("usual");

    assertThat(send("PUT", settings, "{\"mode\":\"vector\"}").status()).isEqualTo(200);
    assertThat(server.client.get(ofManual).json().getString("from")).isEqualTo("project");
    JsonObject kept = send("PUT", ofManual, "{\"mode\":\"keyword\",\"rerank\":true}").json();
    assertThat(kept.getString("from")).isEqualTo("collection");
    assertThat(kept.getJsonObject("settings").getBoolean("rerank")).isTrue();

    assertThat(mode("{\"query\":\"a\"}")).isEqualTo("vector");
    assertThat(mode("{\"query\":\"a\",\"collections\":[\"manual\"]}")).isEqualTo("keyword");
    assertThat(mode("{\"query\":\"a\",\"collections\":[\"manual\"],\"mode\":\"hybrid\"}"))
        .isEqualTo("hybrid");
    assertThat(send("PUT", settings + "?collection=none", "{\"mode\":\"vector\"}").status())
        .isEqualTo(404);
    assertThat(server.client.delete(ofManual).status()).isEqualTo(200);
    assertThat(server.client.get(ofManual).json().getString("from")).isEqualTo("project");
  }

  private String mode(String search) {
    return send("POST", "/api/v1/search", search).json().getString("mode");
  }
}
