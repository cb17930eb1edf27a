package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page of the web goes through the real jar until search finds it. */
class WebPageIT {
  @TempDir Path work;
  private HttpServer site;

  @BeforeEach
  void listen() throws IOException {
    site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] page =
        "<html><title>The heron</title><p>A heron stands by the weir.</p></html>"
            .getBytes(StandardCharsets.UTF_8);
    site.createContext(
        "/birds/heron.html",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          try (var body = exchange.getResponseBody()) {
            body.write(page);
          }
        });
    site.start();
  }

  @AfterEach
  void close() {
    site.stop(0);
  }

  @Test
  void aPageIsFetchedAndFound() {
    try (JarProcess jar = start("--set", "outbound.allow=127.0.0.1")) {
      var probe = new HttpProbe(jar);

      String id = ingest(probe);

      assertThat(probe.awaitEnd(id)).as(jar.log()).isEqualTo("succeeded");
      String events = probe.get("/api/v1/tasks/" + id + "/events").body();
      assertThat(events).contains("\"stage\":\"fetch\"");
      JsonObject result = probe.task(id).getJsonObject("result");
      assertThat(result.getString("title")).isEqualTo("The heron");
      JsonObject document = probe.get("/api/v1/documents/" + result.getString("documentId")).json();
      assertThat(document.getString("source")).isEqualTo(url());
      assertThat(document.getString("name")).isEqualTo("heron.html");
      probe.await(
          "the page to be found", () -> probe.search("heron weir").body().contains("heron.html"));
    }
  }

  @Test
  void innerHostsAndWhatIsNoWebUrlAreRefused() {
    try (JarProcess jar = start()) {
      var probe = new HttpProbe(jar);

      String id = ingest(probe);
      HttpProbe.Answer file = submit(probe, "file:///etc/passwd");

      assertThat(probe.awaitEnd(id)).isEqualTo("failed");
      JsonObject error = probe.task(id).getJsonObject("error");
      assertThat(error.getString("message")).contains("not a public address");
      assertThat(file.status()).isEqualTo(422);
      assertThat(file.json().getString("pointer")).isEqualTo("/input/url");
    }
  }

  private static HttpProbe.Answer submit(HttpProbe probe, String url) {
    var input = new JsonObject().put("url", url).put("collection", "birds");
    return probe.post(
        "/api/v1/tasks", new JsonObject().put("handler", "ingest").put("input", input));
  }

  private JarProcess start(String... more) {
    var arguments = new ArrayList<>(List.of("--set", "documents.sample=false"));
    arguments.addAll(List.of(more));
    return JarProcess.start(work, work.resolve("data"), arguments.toArray(String[]::new));
  }

  private String ingest(HttpProbe probe) {
    probe.await(
        "the handlers to be live", () -> probe.get("/api/v1/handlers/ingest").status() == 200);
    return submit(probe, url()).json().getString("id");
  }

  private String url() {
    return "http://127.0.0.1:" + site.getAddress().getPort() + "/birds/heron.html";
  }
}
