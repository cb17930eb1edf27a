package io.millrace.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** BullMQ in a process of Node, by the program in {@code bench/}. */
final class BullMq {
  private static final Path DIRECTORY = Path.of("bench").toAbsolutePath();

  private BullMq() {}

  /**
   * What BullMQ did.
   *
   * @param life bulk adds and the drain
   * @param addSingle jobs added one by one, per second
   * @param p50Ms from add to completed at 200 jobs a second
   */
  record Round(Life life, double addSingle, double p50Ms, double p99Ms) {}

  /** Whether {@code npm ci} has brought it here. */
  static boolean installed() {
    return Files.isDirectory(DIRECTORY.resolve("node_modules/bullmq"));
  }

  static Round run(RedisUnderTest redis, int jobs) {
    var seen = new JsonObject(output(redis, jobs));
    var life =
        new Life(
            seen.getDouble("addBulk"),
            seen.getDouble("drain"),
            seen.getDouble("addMicros"),
            seen.getDouble("drainMicros"));
    return new Round(
        life, seen.getDouble("addSingle"), seen.getDouble("p50Ms"), seen.getDouble("p99Ms"));
  }

  private static String output(RedisUnderTest redis, int jobs) {
    try {
      Process node =
          new ProcessBuilder(List.of("node", "bullmq.mjs", redis.socket(), Integer.toString(jobs)))
              .directory(DIRECTORY.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (node.waitFor() != 0) {
        throw new IllegalStateException("bullmq.mjs failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
