package io.millrace.inference;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.bus.Bus;
import io.millrace.bus.Cluster;
import io.millrace.handler.HandlersFile;
import io.millrace.model.ModelSpec;
import io.millrace.model.TextKind;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.ClusterSettings;
import io.millrace.testing.Await;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.EncoderShape;
import io.millrace.testing.onnx.TestModels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two members of a cluster that declare different models, and a third that only asks. */
class ModelsInAClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int WORKERS = 2;

  @TempDir Path directory;

  private final List<Meters> meters = new ArrayList<>();
  private final List<Vertx> members = new ArrayList<>();
  private final List<InferenceVerticle> workers = new ArrayList<>();
  private final List<String> deployments = new ArrayList<>();
  private volatile Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private ModelClient client;

  @BeforeEach
  void join() {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    List<Integer> ports = IntStream.rangeClosed(0, WORKERS).map(_ -> freePort()).boxed().toList();
    List<String> addresses = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    String name = "test-" + UUID.randomUUID();
    for (int port : ports) {
      var settings = new ClusterSettings(true, name, "127.0.0.1", port, addresses);
      members.add(
          Cluster.join(Vertx.builder(), new VertxOptions(), settings).timeout(60, SECONDS).await());
    }
    for (int i = 0; i < WORKERS; i++) {
      meters.add(new Meters());
      var worker =
          new InferenceVerticle(
              "worker-" + i,
              new Bus(members.get(i), PATIENCE),
              meters.get(i),
              declared("only-" + i, "shared"),
              InferenceLimits.of(1, 100_000),
              Natives.CACHE);
      workers.add(worker);
      deployments.add(members.get(i).deployVerticle(worker).timeout(30, SECONDS).await());
    }
    client = new ModelClient(new Bus(members.get(WORKERS), PATIENCE), () -> now);
  }

  @AfterEach
  void leave() {
    members.reversed().forEach(member -> member.close().timeout(30, SECONDS).await());
    meters.forEach(Meters::close);
  }

  @Test
  void aQuestionReachesAProcessThatDeclaresItsModel() {
    for (int round = 0; round < 5; round++) {
      for (String model : List.of("only-0", "only-1", "shared")) {
        assertThat(ask(model).rows()).as(model).hasSize(1);
      }
    }
    assertThat(refusal("house-model"))
        .isEqualTo(
            new Problem.NotFound(
                "There is no model house-model; there are [only-0, only-1, shared]."));
  }

  @Test
  void modelsComeAndGoWithTheirDeclarations() {
    redeclare(0, "fresh", "shared");

    Await.until("the fresh model to be known", () -> answers("fresh"));
    Await.until(
        "the removed one to be unknown", () -> refusal("only-0") instanceof Problem.NotFound);
    assertThat(ask("only-1").rows()).hasSize(1);

    redeclare(1, "only-0");
    Await.until("the removed one to be back elsewhere", () -> answers("only-0"));
    assertThat(ask("shared").rows()).hasSize(1);
  }

  @Test
  void whileAProcessLeavesAnotherAnswersAndItsOwnModelsMayBeAskedAgain() {
    assertThat(ask("only-0").rows()).hasSize(1);
    List<Future<Embed.Vectors>> stream = new ArrayList<>();

    Future<Void> leaving = members.get(0).undeploy(deployments.get(0));
    List<Throwable> own = new ArrayList<>();
    while (!leaving.isComplete() || own.size() < 20) {
      stream.add(client.ask(question("shared"), PATIENCE));
      own.add(catchThrowable(() -> ask("only-0")));
    }
    Future.join(stream).timeout(60, SECONDS).await();

    assertThat(stream).allMatch(Future::succeeded);
    assertThat(own.getLast()).isNotNull();
    assertThat(own).filteredOn(Objects::nonNull).allMatch(why -> problem(why).retryable());
    now = now.plus(Duration.ofMinutes(2));
    assertThat(refusal("only-0")).isInstanceOf(Problem.NotFound.class);
  }

  private void redeclare(int worker, String... models) {
    workers.get(worker).declare(declared(models)).timeout(30, SECONDS).await();
  }

  private boolean answers(String model) {
    return catchThrowable(() -> ask(model)) == null;
  }

  private Embed.Vectors ask(String model) {
    return client.ask(question(model), PATIENCE).timeout(60, SECONDS).await();
  }

  private static Embed question(String model) {
    return new Embed(model, List.of("water mill"), TextKind.PASSAGE);
  }

  private Problem refusal(String model) {
    return problem(catchThrowable(() -> ask(model)));
  }

  private static Problem problem(Throwable failure) {
    assertThat(failure).isInstanceOf(ProblemException.class);
    return ((ProblemException) failure).problem();
  }

  private List<ModelSpec> declared(String... names) {
    String models =
        String.join(
            "\n",
            Arrays.stream(names)
                .map(name ->
                    "  %s: { provider: directory, task: embed, path: '%s' }"
                        .formatted(name, directory))
                .toList());
    return HandlersFile.parse("models:\n" + models + "\nhandlers: { echo: { type: echo } }")
        .models();
  }

  /** Below those that the system gives to whoever asks for any. */
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
