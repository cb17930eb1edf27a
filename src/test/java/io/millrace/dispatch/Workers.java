package io.millrace.dispatch;

import io.millrace.access.Scope;
import io.millrace.handler.HandlersFile;
import io.millrace.handler.RedisHandlerRegistry;
import io.millrace.handler.WorkerHandlers;
import io.millrace.handler.echo.EchoType;
import io.millrace.observe.Meters;
import io.millrace.queue.RedisDeadLetters;
import io.millrace.queue.RedisRateLimits;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.settings.Settings;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskStatus;
import io.millrace.testing.Await;
import io.millrace.testing.LocalRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Workers on a real Redis, as many as a test wants, each with connections of its own. */
final class Workers implements AutoCloseable {
  /** Longer than any pause of a busy machine: nobody lapses. */
  private static final Pattern LOST =
      Pattern.compile("millrace_dispatch_leases_lost_total\\{[^}]*} [1-9]");

  private static final Duration REGISTRY_TTL = Duration.ofMinutes(10);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters();
  private final LocalRedis engine;
  private final Path directory;
  private final RedisGateway gateway;
  private final TaskQueue queue;
  private final List<Worker> all = new ArrayList<>();

  Workers(LocalRedis engine, Path directory) {
    this.engine = engine;
    this.directory = directory;
    this.gateway = gateway();
    this.queue = queue(gateway);
    var settings = Settings.defaults();
    var letters = new RedisDeadLetters(gateway, settings.queue(), settings.dlq());
    vertx.deployVerticle(new SweepVerticle(queue, letters, Duration.ofMillis(100), meters)).await();
  }

  /** One worker process, as far as Redis can tell. */
  record Worker(
      String deployment, SeverableTaskQueue line, RedisHandlerRegistry registry, Path file) {}

  private RedisGateway gateway() {
    return RedisGateway.connect(vertx, engine.uri(), RedisLimits.DEFAULT).await();
  }

  private static TaskQueue queue(RedisGateway gateway) {
    return new RedisTaskQueue(
        gateway,
        Settings.defaults().queue(),
        1_000_000,
        InstantSource.system(),
        new SecureRandom());
  }

  /** Starts a worker whose handlers.yaml is {@code yaml}. */
  Worker start(String name, String yaml) {
    return start(name, yaml, REGISTRY_TTL);
  }

  /** The same, but it waits only for {@code registryTtl} for contradicting workers to lapse. */
  Worker start(String name, String yaml, Duration registryTtl) {
    RedisGateway own = gateway();
    SeverableTaskQueue line = new SeverableTaskQueue(queue(own));
    RedisHandlerRegistry registry =
        RedisHandlerRegistry.open(vertx, own, name, registryTtl).await();
    Path file = write(directory.resolve(name + ".yaml"), yaml);
    var handlers =
        new WorkerHandlers(
            new HandlersFile(file),
            List.of(new EchoType()),
            registry,
            _ -> Future.succeededFuture());
    var settings =
        new DispatchSettings(
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofMillis(40),
            Duration.ofSeconds(1),
            Duration.ofMillis(300),
            Duration.ofMillis(50));
    String deployment =
        vertx
            .deployVerticle(
                new DispatchVerticle(
                    name, line, new RedisRateLimits(own), handlers, settings, meters))
            .await();
    Worker worker = new Worker(deployment, line, registry, file);
    all.add(worker);
    return worker;
  }

  /** Moves the clock that leases go by. */
  void advance(Duration by) {
    var _ = gateway.command("DEL", Keys.SWEPT.of(0)).await();
    var _ = gateway.command("INCRBY", Keys.CLOCK.of(0), Long.toString(by.toMillis())).await();
  }

  /** Whether a worker has learned that another holds its task. */
  boolean someoneLostATask() {
    return LOST.matcher(meters.scrape()).find();
  }

  void stop(Worker worker) {
    vertx.undeploy(worker.deployment()).await();
    all.remove(worker);
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TaskQueue queue() {
    return queue;
  }

  TaskId submit(String input) {
    return submit(1, "echo", input).getFirst();
  }

  List<TaskId> submit(int count, String handler, String input) {
    TaskRequest request =
        TaskRequest.now(Scope.DEFAULT, handler, new Payload(input), Priority.NORMAL);
    return queue.submit(IntStream.range(0, count).mapToObj(_ -> request).toList()).await().stream()
        .map(answer -> ((Submitted.Accepted) answer).task().id())
        .toList();
  }

  Task task(TaskId id) {
    return queue.get(Scope.DEFAULT, id).await().orElseThrow();
  }

  void awaitStatus(TaskId id, TaskStatus status) {
    Await.until(id + " " + status, PATIENCE, () -> task(id).status() == status);
  }

  @Override
  public void close() {
    all.forEach(worker -> worker.line().cut(false));
    vertx.close().await();
    meters.close();
  }
}
