package io.millrace.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.observe.HealthChecks;
import io.millrace.observe.HealthChecks.Health;
import io.millrace.settings.ManagementSettings;
import io.millrace.testing.Await;
import io.millrace.testing.ContractClient;
import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.Future;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is neither tasks nor documents: search, handlers, system, pages, management. */
class PagesTest {
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

  @Test
  void aSearchAnswersWithPassages() {
    server.serveIndex();

    Answer found =
        server.client.post(
            "/api/v1/search",
            "{\"query\":\"mill race\",\"collections\":[\"manual\"],\"mode\":\"keyword\",\"limit\":5,"
                + "\"filters\":{\"mediaTypes\":[\"text/markdown\"]}}");

    assertThat(found.json().getJsonArray("hits").getJsonObject(0).getString("text"))
        .isEqualTo("mill race");
    assertThat(found.json().getString("mode")).isEqualTo("keyword");
  }

  @Test
  void aSearchThatNobodyAnswersIsSoonUnavailable() {
    Answer unavailable = server.client.post("/api/v1/search", "{\"query\":\"x\"}");

    assertThat(unavailable.status()).isEqualTo(503);
    assertThat(unavailable.json().getString("dependency")).isEqualTo("index");
  }

  @Test
  void handlersAndTheirTypesAreListed() {
    assertThat(server.client.get("/api/v1/handlers").json().getJsonArray("items")).hasSize(2);
    assertThat(server.client.get("/api/v1/handlers/echo").json().getString("type"))
        .isEqualTo("echo");
    assertThat(server.client.get("/api/v1/handlers/types").json().getJsonArray("items")).hasSize(2);
  }

  @Test
  void theSystemTellsItsRolesAndNotices() {
    var system = server.client.get("/api/v1/system").json();

    assertThat(system.getJsonArray("roles")).containsExactly("http", "worker");
    assertThat(system.getJsonArray("notices")).hasSize(1);
  }

  @Test
  void theContractIsServedAndShown() {
    assertThat(server.client.get("/api/v1/openapi.yaml").text()).contains("openapi: 3.1.0");
    assertThat(server.client.get("/api/v1/openapi.json").json().getString("openapi"))
        .isEqualTo("3.1.0");
    Answer page = server.client.get("/api/docs");
    assertThat(page.status()).isEqualTo(307);
    assertThat(page.header("Location")).hasValue("/docs/api");
    assertThat(page.header("Content-Security-Policy").orElseThrow()).contains("default-src 'self'");
  }

  @Test
  void headAnswersLikeGetWithoutABody() {
    Answer head =
        server.client.send(
            server
                .client
                .request("/api/v1/openapi.yaml")
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.text()).isEmpty();
    assertThat(Integer.parseInt(head.header("Content-Length").orElseThrow())).isGreaterThan(1000);
  }

  @Test
  void managementShowsHealthByNameAndMeters() {
    var checks = new HealthChecks();
    checks.need("redis", () -> Future.succeededFuture(Health.up("7.0.15")));
    checks.show("inference", () -> Future.succeededFuture(Health.down("no model")));
    var management =
        new ManagementVerticle(new ManagementSettings("127.0.0.1", 0), checks, server.meters);
    server.vertx.deployVerticle(management).timeout(10, SECONDS).await();
    try (var client = new ContractClient("http://127.0.0.1:" + management.port())) {
      assertThat(client.get("/health/live").status()).isEqualTo(200);
      Answer ready = client.get("/health/ready");
      assertThat(ready.status()).isEqualTo(200);
      assertThat(ready.json().getString("status")).isEqualTo("degraded");

      checks.need("postgresql", () -> Future.failedFuture("no route"));

      Answer down = client.get("/health/ready");
      assertThat(down.status()).isEqualTo(503);
      assertThat(
              down.json().getJsonObject("checks").getJsonObject("postgresql").getString("status"))
          .isEqualTo("down");
      assertThat(server.client.get("/api/v1/tasks/nothing").status()).isEqualTo(404);
      // A request is measured when its answer is out, so perhaps after it came in here.
      Await.until(
          "the request to be measured",
          () -> client.get("/metrics").text().contains("route=\"/api/v1/tasks/{id}\""));
      assertThat(client.get("/metrics").text())
          .contains("millrace_http_request_seconds_count")
          .doesNotContain("nothing");
      assertThat(client.get("/nothing").status()).isEqualTo(404);
      assertThat(client.delete("/health").status()).isEqualTo(405);
    }
  }
}
