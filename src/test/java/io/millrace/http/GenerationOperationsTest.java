package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationOperationsTest {
  private static final String LIST = "/api/v1/generations";

  @TempDir private Path directory;
  private ServerUnderTest server;

  @BeforeEach
  void start() {
    server = new ServerUnderTest(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anotherOneIsBuiltSwitchedToNeverthelessAndBackAndDropped() {
    FakeInference _ = new FakeInference(server.bus);
    Answer begun = server.client.post(LIST, "{\"model\":\"house-model\",\"switch\":false}");

    assertThat(begun.status()).isEqualTo(201);
    String at = begun.header("Location").orElseThrow();
    assertThat(begun.json().getString("state")).isEqualTo("building");
    assertThat(begun.json().getBoolean("switchWhenComplete")).isFalse();
    assertThat(server.client.post(LIST, "{\"model\":null}").status())
        .as("one at a time")
        .isEqualTo(409);
    JsonObject whole = server.client.get(at).json();
    assertThat(whole.getLong("failed")).isOne();
    assertThat(whole.getJsonArray("failures").getJsonObject(0).getString("name"))
        .isEqualTo("bad.md");
    assertThat(server.client.post(at + "/retry", "").status()).isEqualTo(200);
    assertThat(server.client.post(at + "/switch", "").status()).isEqualTo(409);
    assertThat(server.client.post(at + "/switch?incomplete=true", "").json().getString("state"))
        .isEqualTo("live");
    assertThat(server.client.delete(at).status()).as("the live one").isEqualTo(409);
    assertThat(server.client.post(LIST + "/1/switch", "").json().getString("state"))
        .isEqualTo("live");
    assertThat(server.client.delete(at).status()).isEqualTo(204);
    assertThat(server.client.get(LIST).json().getJsonArray("items")).hasSize(1);
  }

  @Test
  void withoutAModelMeansWordsAlone() {
    JsonObject begun = server.client.post(LIST, "{\"model\":null}").json();

    assertThat(begun.getString("model")).isNull();
    assertThat(begun.getBoolean("switchWhenComplete")).isTrue();
  }

  @Test
  void aModelThatDoesNotEmbedIsNamedWithThoseThatDo() {
    FakeInference _ = new FakeInference(server.bus);

    Answer refused = server.client.post(LIST, "{\"model\":\"nobody\"}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().getString("pointer")).isEqualTo("/model");
    assertThat(refused.json().getString("detail")).contains("nobody", "house-model");
  }

  @Test
  void withoutAWorkerNobodyKnowsTheModels() {
    assertThat(server.client.post(LIST, "{\"model\":\"house-model\"}").status()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x", "/0", "/-1", "/7", "/99999999999999999999", "/1%00"})
  void whatIsNotThereIsNotFound(String id) {
    assertThat(server.client.get(LIST + id).status()).isEqualTo(404);
    assertThat(server.client.delete(LIST + id).status()).isEqualTo(404);
    assertThat(server.client.post(LIST + id + "/switch", "").status()).isEqualTo(404);
    assertThat(server.client.post(LIST + id + "/retry", "").status()).isEqualTo(404);
  }
}
