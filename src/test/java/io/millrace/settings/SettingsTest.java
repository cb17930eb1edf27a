package io.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static Settings read(String json, Map<String, String> environment) {
    return Settings.read(new JsonObject(json), environment);
  }

  @Test
  void nothingSetMeansLoopbackAndEveryRole() {
    Settings settings = Settings.defaults();

    assertThat(settings.roles()).isEqualTo(Role.all());
    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.http().port()).isEqualTo(8080);
    assertThat(settings.redis().url()).isEmpty();
    assertThat(settings.shutdown().grace()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void theFileIsReadAndTheEnvironmentOverridesIt() {
    Settings settings =
        read(
            "{\"roles\":\"http,index\",\"http\":{\"port\":9000,\"bodyBytesMax\":\"64KB\"},\"queue\":{\"shards\":4}}",
            Map.of("MILLRACE_HTTP_PORT", "9001", "PATH", "/bin"));

    assertThat(settings.roles()).isEqualTo(Set.of(Role.HTTP, Role.INDEX));
    assertThat(settings.http().port()).isEqualTo(9001);
    assertThat(settings.http().bodyBytesMax()).isEqualTo(DataSize.kilobytes(64));
    assertThat(settings.queue().shards()).isEqualTo(4);
  }

  @Test
  void camelCaseKeysBecomeSnakeCaseVariables() {
    assertThat(Overrides.variable("http.bodyBytesMax")).isEqualTo("MILLRACE_HTTP_BODY_BYTES_MAX");
    assertThat(read("{}", Map.of("MILLRACE_CLUSTER_MEMBERS", "a:1, b:2")).cluster().members())
        .isEqualTo(List.of("a:1", "b:2"));
  }

  @Test
  void anUnknownKeyIsRefusedByNameWithWhatIsAllowed() {
    assertThatThrownBy(() -> read("{\"http\":{\"prot\":1}}", Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("http.prot")
        .hasMessageContaining("port");
    assertThatThrownBy(() -> read("{\"htpp\":{}}", Map.of())).hasMessageContaining("htpp");
  }

  @Test
  void anUnknownVariableIsRefusedByName() {
    assertThatThrownBy(() -> read("{}", Map.of("MILLRACE_HTTP_PROT", "1")))
        .hasMessageContaining("MILLRACE_HTTP_PROT")
        .hasMessageContaining("MILLRACE_HTTP_PORT")
        .hasMessageNotContaining("MILLRACE_QUEUE");
  }

  @Test
  void anUnknownKeyOfTheCommandLineIsRefusedAsItWasTyped() {
    assertThatThrownBy(() -> Settings.read(new JsonObject(), Map.of(), Map.of("http.prot", "1")))
        .hasMessageStartingWith("Setting http.prot: unknown key; allowed: ")
        .hasMessageContaining("http.port,")
        .hasMessageNotContaining("queue.");
    assertThatThrownBy(() -> Settings.read(new JsonObject(), Map.of(), Map.of("prot", "1")))
        .hasMessageStartingWith("Setting prot: unknown key")
        .hasMessageContaining("queue.shards");
    assertThatThrownBy(() -> Settings.read(new JsonObject(), Map.of(), Map.of("http", "1")))
        .hasMessageStartingWith("Setting http: unknown key");
    assertThatThrownBy(
            () -> Settings.read(new JsonObject(), Map.of(), Map.of("http.body_bytes_max", "1")))
        .hasMessageStartingWith("Setting http.body_bytes_max: unknown key");
  }

  @Test
  void aSectionWithoutKeysIsEmpty() {
    assertThat(read("{\"http\":null}", Map.of())).isEqualTo(Settings.defaults());
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() {
    var settings =
        Settings.read(
            new JsonObject(), Map.of("MILLRACE_HTTP_PORT", "1"), Map.of("http.port", "2"));

    assertThat(settings.http().port()).isEqualTo(2);
  }

  @Test
  void aBadValueIsRefusedByNameWithWhatIsAllowed() {
    assertThatThrownBy(() -> read("{\"http\":{\"port\":70000}}", Map.of()))
        .hasMessageContaining("http.port")
        .hasMessageContaining("65535");
    assertThatThrownBy(() -> read("{\"http\":{\"ping\":\"soon\"}}", Map.of()))
        .hasMessageContaining("http.ping")
        .hasMessageContaining("10s");
    assertThatThrownBy(() -> read("{\"roles\":\"http,cook\"}", Map.of()))
        .hasMessageContaining("cook")
        .hasMessageContaining("scheduler");
    assertThatThrownBy(() -> read("{\"http\":7}", Map.of())).hasMessageContaining("http");
    assertThatThrownBy(() -> read("{\"http\":{\"port\":{}}}", Map.of()))
        .hasMessageContaining("http.port");
  }

  @Test
  void whatMayBeFetchedFromIsNamesAndBlocks() {
    for (String bad : List.of("10.0.0.0/33", "10.0.0/8", "http://wiki", "*.intra", "::1/129", "")) {
      var file = new JsonObject().put("outbound", new JsonObject().put("allow", List.of(bad)));
      assertThatThrownBy(() -> Settings.read(file, Map.of()))
          .as(bad)
          .hasMessageContaining("outbound.allow")
          .hasMessageContaining("10.0.0.0/8");
    }
    assertThat(read("{}", Map.of("MILLRACE_OUTBOUND_ALLOW", "wiki, ::1,10.0.0.0/8")).outbound())
        .satisfies(outbound -> {
          assertThat(outbound.allowedHosts()).containsExactly("wiki");
          assertThat(outbound.allowedBlocks()).hasSize(2);
        });
  }

  @Test
  void aRefusedUrlIsNotRepeatedBecauseItMayHoldAPassword() {
    assertThatThrownBy(() -> read("{\"redis\":{\"url\":\"http://u:secret@h\"}}", Map.of()))
        .hasMessageContaining("redis.url")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aYamlFileIsReadFromDisk(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("m.yaml"), "http:\n  port: 0\n");
    Path broken = Files.writeString(directory.resolve("b.yaml"), "http: [\n");
    Vertx vertx = Vertx.vertx();

    Settings settings =
        SettingsFile.load(vertx, Optional.of(file), Map.of("management.port", "7")).await();

    assertThat(settings.http().port()).isZero();
    assertThat(settings.management().port()).isEqualTo(7);
    assertThatThrownBy(() -> SettingsFile.load(vertx, Optional.of(broken), Map.of()).await())
        .hasMessageContaining("not valid YAML");
    assertThatThrownBy(() ->
            SettingsFile.load(vertx, Optional.of(directory.resolve("no.yaml")), Map.of()).await())
        .hasMessageContaining("cannot be read");
    vertx.close().await();
  }

  @Test
  void sizesAndDurationsReadBackAsWritten() {
    for (String text : List.of("0ms", "250ms", "10s", "5m", "3h", "2d")) {
      assertThat(Durations.format(Durations.parse(text))).isEqualTo(text);
    }
    for (String text : List.of("1B", "64KB", "3MB", "2GB")) {
      assertThat(DataSize.parse(text)).hasToString(text);
    }
    assertThatThrownBy(() -> Durations.parse("-1s")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DataSize.parse("9 lots")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileOfHandlersThatIsNamedMustExist() {
    var arguments = Map.of("handlers.file", "/nowhere/handlers.yaml");

    assertThatThrownBy(() -> Settings.read(new JsonObject(), Map.of(), arguments))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("handlers.file")
        .hasMessageContaining("a file that exists");
  }

  @Test
  void bucketsAreNamedAndTheirKeysMayComeFromTheEnvironment() {
    Settings settings =
        read(
            "{\"s3\": {\"my-archive\": {\"endpoint\": \"http://minio:9000\", \"accessKey\": \"a\"}}}",
            Map.of("MILLRACE_S3_MY_ARCHIVE_SECRET_KEY", "very secret"));

    S3Settings archive = settings.s3().get("my-archive");
    assertThat(archive)
        .isEqualTo(
            new S3Settings(
                URI.create("http://minio:9000"),
                "us-east-1",
                "a",
                "very secret",
                true,
                Duration.ofSeconds(30)));
    assertThat(settings.toString()).contains("minio").doesNotContain("very secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'x': {}}",
        "{'x': {'endpoint': 'http://k:very-secret@minio'}}",
        "{'x': {'endpoint': 'very-secret'}}",
        "{'x': {'endpoint': 'http://minio', 'secretKey': 'very-secret'}}",
        "{'x': {'endpoint': 'http://minio', 'secretkey': 'very-secret'}}",
        "{'X_y': {}}",
        "{'x': 'very-secret'}"
      })
  void whatIsNoConnectionToBucketsIsRefusedWithoutItsSecrets(String s3) {
    String json = "{\"s3\": " + s3.replace('\'', '"') + "}";

    assertThatThrownBy(() -> read(json, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Setting s3.")
        .message()
        .doesNotContain("very-secret");
  }
}
