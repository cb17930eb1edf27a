package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class TwoProcessesIT {
  private static final String WORDS = "the heron waits beside the weir";

  @TempDir Path work;

  private String members;
  private List<String> cluster;
  private Path frontClasses;
  private Path backClasses;

  @BeforeEach
  void choosePorts() {
    members = "127.0.0.1:" + freePort() + ",127.0.0.1:" + freePort();
    cluster = List.of("--set", "cluster.enabled=true", "--set", "cluster.members=" + members);
    frontClasses = work.resolve("front-classes.log");
    backClasses = work.resolve("back-classes.log");
  }

  @Test
  void anHttpOnlyProcessAndOneWithTheOtherRolesServeASearchTogether() throws IOException {
    try (JarProcess back = launchBack();
        JarProcess front = launchFront()) {
      front.awaitReady();
      var probe = new HttpProbe(front);

      assertThat(probe.uploadText("birds", "heron.txt", WORDS)).isEqualTo("succeeded");
      probe.await("the words", () -> probe.search("heron weir").body().contains(WORDS));

      assertThat(back.stop()).isZero();
      probe.await(
          "the search to fail while the other is away",
          () -> probe.search("heron").status() == 503);
      assertThat(probe.get("/api/v1/models").status()).isEqualTo(503);
      assertThat(front.handle().isAlive()).isTrue();

      try (JarProcess again = launchBack()) {
        again.awaitReady();
        probe.await(
            "the search to be back", () -> probe.search("heron weir").body().contains(WORDS));
      }
    }
    assertOnlyTheBackLoadedModels();
  }

  @Test
  @DisabledIfSystemProperty(named = "skip.web.tests", matches = "true")
  void theOfficialClientOfOpenAiWorksAgainstAnHttpOnlyProcess() throws Exception {
    try (JarProcess _ = launchBack();
        JarProcess front = launchFront()) {
      front.awaitReady();

      NodeTests.pass(front, Path.of("openai"), "openai-tests.log", Map.of());
    }
    assertOnlyTheBackLoadedModels();
  }

  /** The log of the back shows that the front's would have told. */
  private void assertOnlyTheBackLoadedModels() throws IOException {
    assertThat(Files.readString(backClasses))
        .contains("ai.onnxruntime.OrtSession ", "ai.djl.huggingface.tokenizers.");
    assertThat(Files.readString(frontClasses))
        .contains("io.millrace.http.HttpVerticle ")
        .doesNotContain("ai.onnxruntime")
        .doesNotContain("ai.djl");
  }

  private JarProcess launchBack() {
    JarProcess back =
        JarProcess.launch(
            work,
            work.resolve("data"),
            with(
                cluster,
                "--roles",
                "worker,index,archive,scheduler",
                "--set",
                "cluster.port=" + port(members, 0)),
            logging(backClasses));
    back.awaitReady();
    return back;
  }

  private JarProcess launchFront() {
    return JarProcess.launch(
        work,
        work.resolve("front"),
        with(
            cluster,
            "--roles",
            "http",
            "--join",
            work.resolve("data").toString(),
            "--set",
            "cluster.port=" + port(members, 1)),
        logging(frontClasses));
  }

  private static Map<String, String> logging(Path classes) {
    return Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes);
  }

  private static List<String> with(List<String> first, String... rest) {
    return java.util.stream.Stream.concat(first.stream(), java.util.Arrays.stream(rest)).toList();
  }

  private static String port(String members, int which) {
    return members.replaceAll("127\\.0\\.0\\.1:", "").split(",", -1)[which];
  }

  /**
   * A port that both processes must know before they start. It lies below those that the system
   * gives to whoever asks for any, so that nothing takes it in between by chance.
   */
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException _) {
        // It is taken: the next one.
      }
    }
  }
}
