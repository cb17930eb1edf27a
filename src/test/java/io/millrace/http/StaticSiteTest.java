package io.millrace.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ContractClient;
import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StaticSiteTest {
  private final Vertx vertx = Vertx.vertx();
  private ContractClient client;

  @BeforeEach
  void start() {
    Router router = Router.router(vertx);
    router.route().handler(new StaticSite(vertx, "/site"));
    router.route().handler(routing -> Answers.write(routing, Refusal.notFound("Nothing.")));
    int port =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .timeout(10, SECONDS)
            .await()
            .actualPort();
    client = new ContractClient("http://localhost:" + port);
  }

  @AfterEach
  void stop() {
    client.close();
    vertx.close().timeout(10, SECONDS).await();
  }

  private Answer get(String path, String header, String value) {
    return client.send(client.request(path).header(header, value));
  }

  @Test
  void aFileIsAskedForAgainEachTimeAndSentOnlyWhenItChanged() {
    Answer first = client.get("/index.html");

    assertThat(first.header("Cache-Control")).hasValue("no-cache");
    assertThat(first.header("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(get("/index.html", "If-None-Match", first.header("ETag").orElseThrow()).status())
        .isEqualTo(304);
    assertThat(get("/index.html", "If-None-Match", "\"other\"").status()).isEqualTo(200);
  }

  @Test
  void aFileWithItsHashInItsNameIsKeptForEver() {
    assertThat(client.get("/assets/app-3f2a.js").header("Cache-Control"))
        .hasValue("public, max-age=31536000, immutable");
  }

  @Test
  void textIsCompressedForThoseWhoTakeIt() {
    Answer zipped = get("/assets/app-3f2a.js", "Accept-Encoding", "br, gzip");

    assertThat(zipped.header("Content-Encoding")).hasValue("gzip");
    assertThat(zipped.header("Vary")).hasValue("Accept-Encoding");
    assertThat(client.get("/assets/app-3f2a.js").header("Content-Encoding")).isEmpty();
    assertThat(get("/assets/app-3f2a.js", "Accept-Encoding", "gzip;q=0").header("Content-Encoding"))
        .isEmpty();
  }

  @Test
  void aPlaceWithinTheApplicationIsItsFirstPage() {
    assertThat(client.get("/").text()).contains("the first page");
    assertThat(get("/tasks/0-abc", "Accept", "text/html,*/*;q=0.8").text())
        .contains("the first page");
  }

  @Test
  void whatIsNoPageIsNotPretendedToBeOne() {
    assertThat(client.get("/assets/missing.js").status()).isEqualTo(404);
    assertThat(client.get("/api/v1/nothing").status()).isEqualTo(404);
    assertThat(client.get("/v1/models").status()).isEqualTo(404);
    assertThat(get("/tasks", "Accept", "application/json").status()).isEqualTo(404);
    assertThat(client.get("/..%2fopenapi.yaml").status()).isEqualTo(404);
    assertThat(client.get("/assets/../../openapi.yaml").status()).isEqualTo(404);
    Answer posted = client.send(client.request("/").POST(HttpRequest.BodyPublishers.ofString("x")));
    assertThat(posted.status()).isEqualTo(404);
  }
}
