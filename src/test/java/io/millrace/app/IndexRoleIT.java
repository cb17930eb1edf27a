package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.HttpProbe;
import io.millrace.testing.HttpProbe.Answer;
import io.millrace.testing.JarProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes with the role {@code index} alone are the full-text service that others ask. */
class IndexRoleIT {
  private static final String WORDS = "the kingfisher dives beside the weir";
  private static final int SEARCHES = 20;

  @TempDir Path work;

  private final List<Integer> ports = IntStream.range(0, 3).mapToObj(i -> freePort()).toList();

  @Test
  void searchGoesOnWhileAnyProcessWithTheIndexIsThereAndComesBackWithTheNext() {
    try (JarProcess others = launch(0, "others", "--roles", "http,worker,archive,scheduler")) {
      others.awaitReady();
      var probe = new HttpProbe(others);
      assertNotFindable(probe.search("kingfisher"));
      assertThat(probe.uploadText("birds", "kingfisher.txt", WORDS)).isEqualTo("succeeded");

      JarProcess first = launchIndex(1, "first");
      first.awaitReady();
      probe.await("the words", () -> finds(probe));
      first.kill();
      probe.await("a clear problem", () -> probe.search("kingfisher").status() == 503);
      assertNotFindable(probe.search("kingfisher"));

      try (JarProcess second = launchIndex(2, "second")) {
        second.awaitReady();
        probe.await("the words from an index that was built from nothing", () -> finds(probe));
        JarProcess again = launchIndex(1, "first");
        again.awaitReady();
        again.kill();

        // A question that is lost with the process is answered when its time is over.
        probe.await(
            "one search after the other to be answered by the other index",
            () -> IntStream.range(0, SEARCHES).allMatch(i -> finds(probe)));
      }
    }
  }

  private static boolean finds(HttpProbe probe) {
    Answer answer = probe.search("kingfisher weir", Map.of("mode", "keyword"));
    return answer.status() == 200 && answer.body().contains(WORDS);
  }

  private static void assertNotFindable(Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().getString("type")).endsWith("unavailable");
    assertThat(answer.json().getString("detail")).isNotBlank();
  }

  private JarProcess launchIndex(int port, String data) {
    return launch(port, data, "--roles", "index", "--join", work.resolve("others").toString());
  }

  private JarProcess launch(int port, String data, String... more) {
    String members = String.join(",", ports.stream().map(each -> "127.0.0.1:" + each).toList());
    Stream<String> cluster =
        Stream.of(
            "--set",
            "cluster.enabled=true",
            "--set",
            "cluster.members=" + members,
            "--set",
            "cluster.port=" + ports.get(port));
    return JarProcess.launch(
        work, work.resolve(data), Stream.concat(cluster, Stream.of(more)).toList(), Map.of());
  }

  /** Below the ports that the system gives to whoever asks for any. */
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
