package io.millrace.http;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.millrace.artifact.DirectoryArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchTasks;
import io.millrace.observe.Meters;
import io.millrace.settings.DataSize;
import io.millrace.settings.HttpSettings;
import io.millrace.settings.Role;
import io.millrace.testing.ContractClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A public server on a free port, over ports in memory. */
final class ServerUnderTest implements AutoCloseable {
  static final long UPLOAD_BYTES_MAX = 3 << 20;

  final Vertx vertx = Vertx.vertx();
  final FakeTasks tasks = new FakeTasks();
  final FakeDeadLetters letters = new FakeDeadLetters(tasks);
  final FakeHandlers handlers = new FakeHandlers();
  final FakeSchedules schedules = new FakeSchedules();
  final FakeSources sources = new FakeSources();
  final FakeTuning tuning = new FakeTuning();
  final FakeDocuments documents = new FakeDocuments();
  final FakeGenerations generations = new FakeGenerations();
  final FakeGenerationNews generationNews = new FakeGenerationNews();
  final Meters meters = new Meters();
  final Bus bus = new Bus(vertx, Duration.ofSeconds(20));
  final DirectoryArtifactStore artifacts;
  final HttpVerticle server;
  final ContractClient client;
  private final String deployment;

  ServerUnderTest(Path directory) {
    this(directory, 100, Duration.ofSeconds(10));
  }

  ServerUnderTest(Path directory, int streamsMax, Duration ping) {
    try {
      artifacts = DirectoryArtifactStore.open(vertx, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var settings =
        new HttpSettings(
            "127.0.0.1",
            0,
            List.of("millrace.example"),
            DataSize.megabytes(1),
            DataSize.megabytes(8),
            new DataSize(UPLOAD_BYTES_MAX),
            streamsMax,
            ping,
            Duration.ofSeconds(20));
    var system =
        new SystemInfo(
            "1.2.3",
            Set.of(Role.HTTP, Role.WORKER),
            () -> Future.succeededFuture(List.of(new SystemInfo.Notice("redis", "It is down."))));
    server =
        new HttpVerticle(
            new HttpServices(
                settings,
                Duration.ofSeconds(5),
                tasks,
                letters,
                tasks.lookUp(),
                tasks,
                handlers,
                schedules,
                sources,
                tuning.tuning(),
                documents,
                generations,
                generationNews,
                artifacts,
                bus,
                meters,
                system));
    deployment = vertx.deployVerticle(server).timeout(20, SECONDS).await();
    client = new ContractClient("http://localhost:" + server.port());
  }

  private static SearchPassages.Hit hit(String text) {
    return new SearchPassages.Hit(
        "p1",
        "d1",
        "a.md",
        "Title of A",
        "manual",
        "text/markdown",
        "en",
        Optional.empty(),
        0,
        0,
        3,
        9,
        "A",
        text,
        List.of(new SearchPassages.Range(0, 2)),
        Map.of("bm25", 1.5),
        Map.of());
  }

  /** Answers searches like a process with the role {@code index}. */
  void serveIndex() {
    bus.serve(
            SearchPassages.ADDRESS,
            question ->
                Future.succeededFuture(
                    new SearchPassages.Hits(
                        List.of(hit(question.query())),
                        1,
                        question.mode(),
                        Optional.of("keyword only"),
                        Map.of("search", 0.5),
                        Map.of(),
                        Optional.empty())))
        .timeout(20, SECONDS)
        .await();
    bus.serve(
            SearchTasks.ADDRESS,
            question ->
                tasks
                    .lookUp()
                    .list(
                        question.asker(),
                        io.millrace.archive.Tasks.Filter.ALL,
                        question.before().map(io.millrace.task.TaskId::new),
                        question.limit())
                    .map(page ->
                        new SearchTasks.TaskIds(
                            page.tasks().stream()
                                .filter(task -> task.input().json().contains(question.query()))
                                .map(task -> task.id().value())
                                .toList())))
        .timeout(20, SECONDS)
        .await();
  }

  /** Stops the server alone. */
  Future<Void> stop() {
    return vertx.undeploy(deployment);
  }

  @Override
  public void close() {
    client.close();
    vertx.close().timeout(30, SECONDS).await();
    artifacts.close();
    meters.close();
  }
}
