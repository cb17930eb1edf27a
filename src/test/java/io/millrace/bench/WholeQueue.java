package io.millrace.bench;

import io.millrace.access.Scope;
import io.millrace.archive.ArchiveVerticle;
import io.millrace.archive.PostgresArchive;
import io.millrace.bench.Life.Phase;
import io.millrace.bench.Life.Stopwatch;
import io.millrace.dispatch.DispatchSettings;
import io.millrace.dispatch.DispatchVerticle;
import io.millrace.handler.HandlersFile;
import io.millrace.handler.RedisHandlerRegistry;
import io.millrace.handler.WorkerHandlers;
import io.millrace.observe.Meters;
import io.millrace.queue.RedisFinishedTasks;
import io.millrace.queue.RedisRateLimits;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue;
import io.millrace.settings.Settings;
import io.millrace.sql.Database;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskRequest;
import io.millrace.testing.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Millrace's own queue: submits, a worker, and the archive or not, all in this process. */
final class WholeQueue {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int SUBMITS_AT_ONCE = 8;
  private static final int CONCURRENCY = 256;
  private static final int LATENCIES = 2_000;
  private static final AtomicInteger WORKERS = new AtomicInteger();

  private final Vertx vertx;
  private final RedisUnderTest redis;
  private final Path directory;
  private final TaskQueue queue;

  WholeQueue(Vertx vertx, RedisUnderTest redis, Path directory) {
    this.vertx = vertx;
    this.redis = redis;
    this.directory = directory;
    this.queue =
        new RedisTaskQueue(
            redis.gateway(),
            Settings.defaults().queue(),
            Integer.MAX_VALUE,
            InstantSource.system(),
            new SecureRandom());
  }

  /**
   * Submits {@code tasks} tasks, then brings them to their end; into {@code archive} when given.
   */
  Life run(int tasks, Optional<Database> archive) {
    var watch = new Stopwatch(redis, tasks);
    Phase submit = watch.time(() -> submit(tasks));
    var began = new CountDownLatch(1);
    var open = new CountDownLatch(1);
    String worker =
        deploy(_ -> {
          began.countDown();
          await(open);
        });
    await(began);
    Optional<String> archiver = archive.map(this::deploy);
    Phase drain =
        watch.time(() -> {
          open.countDown();
          Await.until("the end", PATIENCE, () -> done(archive.isPresent()));
        });
    vertx.undeploy(worker).await();
    archiver.ifPresent(id -> vertx.undeploy(id).await());
    return Life.of(submit, drain);
  }

  private boolean done(boolean archive) {
    boolean idle =
        queue.depths().await().values().stream()
            .allMatch(depth -> depth.queued() + depth.running() + depth.scheduled() == 0);
    return idle && (!archive || finished().backlog().await() == 0);
  }

  /** Submits without a worker, and keeps them. */
  void submit(int tasks) {
    List<TaskRequest> batch = Collections.nCopies(QueueBench.BATCH, request(QueueBench.INPUT));
    Lanes.run(tasks / QueueBench.BATCH, SUBMITS_AT_ONCE, _ -> queue.submit(batch));
  }

  /** Milliseconds from submit to start, sorted, at a steady rate that leaves both idle. */
  double[] submitToStart() {
    long[] submitted = new long[LATENCIES];
    double[] took = new double[LATENCIES];
    var left = new CountDownLatch(LATENCIES);
    String worker =
        deploy(task -> {
          int number = Integer.parseInt(task.input().json());
          took[number] = (System.nanoTime() - submitted[number]) / 1e6;
          left.countDown();
        });
    long begin = System.nanoTime();
    for (int i = 0; i < LATENCIES; i++) {
      LockSupport.parkNanos(begin + i * 1_000_000_000L / QueueBench.PER_SECOND - System.nanoTime());
      submitted[i] = System.nanoTime();
      var _ = queue.submit(List.of(request(Integer.toString(i))));
    }
    await(left);
    vertx.undeploy(worker).await();
    Arrays.sort(took);
    return took;
  }

  private static TaskRequest request(String input) {
    return TaskRequest.now(Scope.DEFAULT, QueueBench.HANDLER, new Payload(input), Priority.NORMAL);
  }

  private String deploy(Consumer<Task> onStart) {
    String name = "bench-" + WORKERS.incrementAndGet();
    Path file = directory.resolve("handlers.yaml");
    try {
      Files.writeString(
          file,
          "handlers: { %s: { type: %s, concurrency: %d, lease: 15s } }"
              .formatted(QueueBench.HANDLER, NoneType.NAME, CONCURRENCY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RedisHandlerRegistry registry =
        RedisHandlerRegistry.open(vertx, redis.gateway(), name, RedisHandlerRegistry.TTL).await();
    var handlers =
        new WorkerHandlers(
            new HandlersFile(file),
            List.of(new NoneType(onStart)),
            registry,
            _ -> Future.succeededFuture());
    var settings = DispatchSettings.of(Duration.ofSeconds(5), Duration.ofMinutes(1));
    return deployed(
        vertx.deployVerticle(
            new DispatchVerticle(
                name,
                queue,
                new RedisRateLimits(redis.gateway()),
                handlers,
                settings,
                new Meters())));
  }

  private String deploy(Database database) {
    return deployed(
        vertx.deployVerticle(
            new ArchiveVerticle(
                finished(),
                new PostgresArchive(database),
                Settings.defaults().archive(),
                InstantSource.system(),
                new Meters()),
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
  }

  private static String deployed(Future<String> deployment) {
    return deployment.await();
  }

  private RedisFinishedTasks finished() {
    return new RedisFinishedTasks(redis.gateway(), Settings.defaults().queue().shards(), "bench");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
