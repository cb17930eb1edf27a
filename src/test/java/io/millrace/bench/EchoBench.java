package io.millrace.bench;

import io.millrace.access.Scope;
import io.millrace.dispatch.DispatchSettings;
import io.millrace.dispatch.DispatchVerticle;
import io.millrace.handler.HandlersFile;
import io.millrace.handler.RedisHandlerRegistry;
import io.millrace.handler.WorkerHandlers;
import io.millrace.handler.echo.EchoType;
import io.millrace.observe.Meters;
import io.millrace.process.DataDirectory;
import io.millrace.queue.RedisRateLimits;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Depth;
import io.millrace.redis.RedisEngine;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.settings.Settings;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskRequest;
import io.millrace.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Queue;

/**
 * No-op echo tasks through the queue alone: submitted in batches of 100, eight batches at once, and
 * drained by one worker in the same process; the embedded Redis as in production, no archive.
 *
 * <p>{@code java ... io.millrace.bench.EchoBench [tasks]}
 */
public final class EchoBench {
  private static final int BATCH = 100;
  private static final int BATCHES_AT_ONCE = 8;

  private EchoBench() {}

  /** Measures twice, the first time to warm up. */
  public static void main(String[] args) throws IOException {
    int tasks = args.length > 0 ? Integer.parseInt(args[0]) : 40_000;
    Path directory = Files.createTempDirectory("millrace-bench");
    Vertx vertx = Vertx.vertx();
    try (DataDirectory data = DataDirectory.open(directory)) {
      RedisEngine engine = new RedisEngine(data);
      engine.start();
      try {
        measure(vertx, engine.uri(), tasks, directory);
      } finally {
        vertx.close().await();
        engine.stop();
      }
    }
  }

  private static void measure(Vertx vertx, String uri, int tasks, Path directory)
      throws IOException {
    RedisGateway gateway = RedisGateway.connect(vertx, uri, RedisLimits.DEFAULT).await();
    TaskQueue queue =
        new RedisTaskQueue(
            gateway,
            Settings.defaults().queue(),
            Integer.MAX_VALUE,
            InstantSource.system(),
            new SecureRandom());
    for (int round = 1; round <= 2; round++) {
      double submitted = perSecond(tasks, () -> submit(queue, tasks));
      String worker = deploy(vertx, gateway, queue, directory, "bench-" + round);
      double drained = perSecond(tasks, () -> awaitDrained(queue));
      double both =
          perSecond(
              tasks,
              () -> {
                submit(queue, tasks);
                awaitDrained(queue);
              });
      vertx.undeploy(worker).await();
      System.out.printf(
          "round %d: submit %,.0f/s, drain %,.0f/s, both at once %,.0f/s%n",
          round, submitted, drained, both);
    }
  }

  private static String deploy(
      Vertx vertx, RedisGateway gateway, TaskQueue queue, Path directory, String name)
      throws IOException {
    Path file = directory.resolve("handlers.yaml");
    Files.writeString(file, "handlers: { echo: { type: echo, concurrency: 256, lease: 15s } }");
    RedisHandlerRegistry registry =
        RedisHandlerRegistry.open(vertx, gateway, name, RedisHandlerRegistry.TTL).await();
    return vertx
        .deployVerticle(
            new DispatchVerticle(
                name,
                queue,
                new RedisRateLimits(gateway),
                new WorkerHandlers(new HandlersFile(file), List.of(new EchoType()), registry),
                DispatchSettings.of(Duration.ofSeconds(5), Duration.ofMinutes(1)),
                new Meters()))
        .await();
  }

  private static void submit(TaskQueue queue, int tasks) {
    TaskRequest request =
        TaskRequest.now(Scope.DEFAULT, "echo", new Payload("{\"text\":\"a\"}"), Priority.NORMAL);
    List<TaskRequest> batch = Collections.nCopies(BATCH, request);
    Queue<Future<?>> inFlight = new ArrayDeque<>();
    for (int sent = 0; sent < tasks; sent += BATCH) {
      if (inFlight.size() == BATCHES_AT_ONCE) {
        inFlight.remove().await();
      }
      inFlight.add(queue.submit(batch));
    }
    Future.join(List.copyOf(inFlight)).await();
  }

  private static void awaitDrained(TaskQueue queue) {
    Await.until(
        "all to end",
        Duration.ofMinutes(5),
        () -> {
          Depth depth = queue.depths().await().getOrDefault("echo", new Depth(0, 0, 0));
          return depth.queued() + depth.running() + depth.scheduled() == 0;
        });
  }

  private static double perSecond(int tasks, Runnable work) {
    long from = System.nanoTime();
    work.run();
    return tasks * 1e9 / (System.nanoTime() - from);
  }
}
