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

class SourceOperationsTest {
  private static final String WEB =
      "{\"name\":\"news\",\"collection\":\"news\",\"kind\":\"web\","
          + "\"urls\":[\"https://example.org/\"],\"cron\":\"@hourly\"}";

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

  private Answer send(String method, String path, String body) {
    return server.client.send(
        server
            .client
            .request("/api/v1/sources" + path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  private JsonObject created(String body) {
    Answer made = send("POST", "", body);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.header("Location")).hasValue("/api/v1/sources/" + made.json().getString("id"));
    return made.json();
  }

  @Test
  void aSourceIsMadeReadChangedAndDeleted() {
    JsonObject made = created(WEB);
    String id = made.getString("id");

    assertThat(made.getString("cron")).isEqualTo("@hourly");
    assertThat(made.getString("timeZone")).isEqualTo("UTC");
    assertThat(made.getString("onGone")).isEqualTo("keep");
    assertThat(server.client.get("/api/v1/sources").json().getJsonArray("items")).hasSize(1);
    JsonObject changed =
        send(
                "PATCH",
                "/" + id,
                "{\"onGone\":\"delete\",\"tags\":[\"a\"],\"timeZone\":\"Asia/Tokyo\"}")
            .json();
    assertThat(changed.getString("onGone")).isEqualTo("delete");
    assertThat(changed.getJsonArray("tags")).containsExactly("a");
    assertThat(changed.getJsonArray("urls")).containsExactly("https://example.org/");
    assertThat(changed.getString("cron")).isEqualTo("@hourly");
    assertThat(changed.getString("timeZone")).isEqualTo("Asia/Tokyo");
    assertThat(send("PATCH", "/" + id, "{\"cron\":null}").json().containsKey("cron")).isFalse();
    assertThat(server.client.delete("/api/v1/sources/" + id).status()).isEqualTo(204);
    assertThat(server.client.get("/api/v1/sources/" + id).status()).isEqualTo(404);
  }

  @Test
  void whatDoesNotFitTheKindIsRefusedWithItsPlace() {
    assertThat(pointer("{\"name\":\"a\",\"collection\":\"c\",\"kind\":\"web\"}"))
        .isEqualTo("/urls");
    assertThat(pointer("{\"name\":\"a\",\"collection\":\"c\",\"kind\":\"directory\"}"))
        .isEqualTo("/path");
    assertThat(
            pointer(
                "{\"name\":\"a\",\"collection\":\"c\",\"kind\":\"directory\",\"path\":\"/d\","
                    + "\"urls\":[\"http://a/\"]}"))
        .isEqualTo("/urls");
    assertThat(pointer("{\"name\":\"a\",\"collection\":\"c\",\"kind\":\"s3\",\"bucket\":\"b\"}"))
        .isEqualTo("/connection");
    assertThat(pointer("{\"name\":\"a\",\"collection\":\"c\",\"kind\":\"ftp\"}"))
        .isEqualTo("/kind");
    assertThat(pointer(WEB.replace("https://", "file://"))).isEqualTo("/urls/0");
    assertThat(pointer(WEB.replace("@hourly", "every day"))).isEqualTo("/cron");
    assertThat(pointer(WEB.replace("news\",\"kind", "News!\",\"kind"))).isEqualTo("/collection");
  }

  private String pointer(String body) {
    Answer refused = send("POST", "", body);
    assertThat(refused.status()).as(body).isEqualTo(422);
    return refused.json().getString("pointer");
  }

  @Test
  void aSyncIsATaskAndOneThatRunsIsTheOneAskedFor() {
    String id = created(WEB).getString("id");

    JsonObject first = send("POST", "/" + id + "/sync", "").json();
    assertThat(first.getString("handler")).isEqualTo("sync");
    assertThat(first.getJsonObject("input").getString("source")).isEqualTo(id);

    server.sources.run(id, first.getString("id"));
    JsonObject second = send("POST", "/" + id + "/sync", "").json();
    assertThat(second.getString("id")).isEqualTo(first.getString("id"));
    JsonObject view = server.client.get("/api/v1/sources/" + id).json();
    assertThat(view.getString("runningTaskId")).isEqualTo(first.getString("id"));
    assertThat(view.getJsonObject("lastSync").getString("error")).isEqualTo("It broke off.");
  }

  @Test
  void whatIsNoSourceIsNotThere() {
    assertThat(server.client.get("/api/v1/sources/x").status()).isEqualTo(404);
    assertThat(send("POST", "/" + "0".repeat(32) + "/sync", "").status()).isEqualTo(404);
    assertThat(send("PATCH", "/" + "0".repeat(32), "{\"cron\":null}").status()).isEqualTo(404);
  }
}
