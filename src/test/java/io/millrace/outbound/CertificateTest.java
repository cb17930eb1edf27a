package io.millrace.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connects to a pinned address and still asks for a certificate of the name. */
class CertificateTest {
  private static final String PASSWORD = "only-for-tests";

  @TempDir private static Path shared;
  private static final Vertx VERTX = Vertx.vertx();
  private static HttpServer server;
  @TempDir private Path directory;
  private Path file;

  @BeforeAll
  static void listen() throws Exception {
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "wiki",
                "-dname",
                "CN=wiki.test",
                "-ext",
                "san=dns:wiki.test",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                shared.resolve("wiki.p12").toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    server =
        VERTX
            .createHttpServer(
                new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(store()))
            .requestHandler(
                request -> request.response().end(request.connection().indicatedServerName()))
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void close() throws Exception {
    var _ = VERTX.close().await(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void name() {
    file = directory.resolve("page");
  }

  @Test
  void theNameIsIndicatedAndChecked() throws Exception {
    var trusting = new HttpClientOptions().setTrustOptions(store());

    Fetched fetched = fetch("wiki.test", trusting).await(20, TimeUnit.SECONDS);

    assertThat(fetched.source()).isEqualTo("https://wiki.test:" + server.actualPort() + "/");
    assertThat(file).hasContent("wiki.test");
  }

  @Test
  void aCertificateOfAnotherNameIsRefusedForGood() {
    var trusting = new HttpClientOptions().setTrustOptions(store());

    assertThatThrownBy(() -> fetch("other.test", trusting).await(20, TimeUnit.SECONDS))
        .hasMessageStartingWith("invalid: ")
        .hasMessageContaining("certificate");
    assertThat(file).doesNotExist();
  }

  @Test
  void aCertificateNobodyKnowsIsRefusedForGood() {
    assertThatThrownBy(
            () -> fetch("wiki.test", new HttpClientOptions()).await(20, TimeUnit.SECONDS))
        .hasMessageStartingWith("invalid: ")
        .hasMessageContaining("certificate");
  }

  private Future<Fetched> fetch(String host, HttpClientOptions options) {
    var allowed = new JsonObject().put("allow", new JsonArray().add("127.0.0.1"));
    var settings = Settings.read(new JsonObject().put("outbound", allowed), Map.of()).outbound();
    var addresses = List.of(InetAddress.ofLiteral("127.0.0.1"));
    return Outbound.open(VERTX, settings, "7", _ -> Future.succeededFuture(addresses), options)
        .fetch("https://" + host + ":" + server.actualPort() + "/", file);
  }

  private static PfxOptions store() {
    return new PfxOptions().setPath(shared.resolve("wiki.p12").toString()).setPassword(PASSWORD);
  }
}
