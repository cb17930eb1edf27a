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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoProcessesIT {
  private static final String WORDS = "the heron waits beside the weir";

  @TempDir Path work;

  @Test
  void anHttpOnlyProcessAndOneWithTheOtherRolesServeASearchTogether() throws IOException {
    String members = "127.0.0.1:" + freePort() + ",127.0.0.1:" + freePort();
    Path data = work.resolve("data");
    Path classes = work.resolve("classes.log");
    List<String> cluster =
        List.of("--set", "cluster.enabled=true", "--set", "cluster.members=" + members);

    try (JarProcess back = launchBack(data, members, cluster);
        JarProcess front = launchFront(data, members, cluster, classes)) {
      front.awaitReady();
      var probe = new HttpProbe(front);

      assertThat(probe.uploadText("birds", "heron.txt", WORDS)).isEqualTo("succeeded");
      probe.await("the words", () -> probe.search("heron weir").body().contains(WORDS));

      assertThat(back.stop()).isZero();
      probe.await(
          "the search to fail while the other is away",
          () -> probe.search("heron").status() == 503);
      assertThat(front.handle().isAlive()).isTrue();

      try (JarProcess again = launchBack(data, members, cluster)) {
        again.awaitReady();
        probe.await(
            "the search to be back", () -> probe.search("heron weir").body().contains(WORDS));
      }
    }
    assertThat(Files.readString(classes))
        .contains("io.millrace.http")
        .doesNotContain("ai.onnxruntime")
        .doesNotContain("ai.djl");
  }

  private JarProcess launchBack(Path data, String members, List<String> cluster) {
    JarProcess back =
        JarProcess.launch(
            work,
            data,
            with(
                cluster,
                "--roles",
                "worker,index,archive,scheduler",
                "--set",
                "cluster.port=" + port(members, 0)),
            Map.of());
    back.awaitReady();
    return back;
  }

  private JarProcess launchFront(Path data, String members, List<String> cluster, Path classes) {
    return JarProcess.launch(
        work,
        work.resolve("front"),
        with(
            cluster,
            "--roles",
            "http",
            "--join",
            data.toString(),
            "--set",
            "cluster.port=" + port(members, 1)),
        Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes));
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
