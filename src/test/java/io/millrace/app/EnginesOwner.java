package io.millrace.app;

import io.millrace.process.DataDirectory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process of its own that owns a data directory and its engines: says {@code ready}, how long
 * that took and the two addresses, then waits for the end of its input and stops in order.
 */
final class EnginesOwner {
  private EnginesOwner() {}

  public static void main(String[] args) throws IOException {
    Vertx vertx = Vertx.vertx();
    long begin = System.nanoTime();
    try (DataDirectory data = DataDirectory.open(Path.of(args[0]), Path.of(args[1]))) {
      EmbeddedEngines engines = await(EmbeddedEngines.start(vertx, data, "", ""));
      System.out.printf(
          "ready %d %s %s%n",
          Duration.ofNanos(System.nanoTime() - begin).toMillis(),
          engines.redisUri(),
          engines.databaseUri());
      while (System.in.read() >= 0) {
        // Nothing is said to it; only the end counts.
      }
      await(engines.stop());
    } finally {
      await(vertx.close());
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
