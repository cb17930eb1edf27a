package io.millrace.bench;

import io.millrace.testing.HttpProbe;
import io.millrace.testing.JarProcess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * From the moment a client sends a task to the real jar until Redis's clock says that it runs. That
 * clock is told in whole milliseconds, so each figure may be up to one too long.
 */
final class HttpSubmitToStart {
  private static final int TASKS = 1_000;
  private static final int WARM_UP = 1_000;

  private HttpSubmitToStart() {}

  /** Milliseconds, sorted. */
  static double[] run(Path work, int perSecond) {
    Vertx vertx = Vertx.vertx();
    try (JarProcess jar =
        JarProcess.start(work, work.resolve("jar"), "--set", "documents.sample=false")) {
      var _ = submit(vertx, jar, WARM_UP, perSecond);
      var sent = submit(vertx, jar, TASKS, perSecond);
      var probe = new HttpProbe(jar);
      double[] took = new double[TASKS];
      for (int i = 0; i < TASKS; i++) {
        String id = sent.get(i).id().await();
        var _ = probe.awaitEnd(id);
        Instant started = Instant.parse(probe.task(id).getString("startedAt")).plusMillis(1);
        took[i] = sent.get(i).at().until(started, ChronoUnit.MICROS) / 1_000.0;
      }
      Arrays.sort(took);
      return took;
    } finally {
      vertx.close().await();
    }
  }

  /** One submit: when it was sent, and the id that was answered. */
  private record Sent(Instant at, Future<String> id) {}

  private static List<Sent> submit(Vertx vertx, JarProcess jar, int tasks, int perSecond) {
    HttpClient client = vertx.createHttpClient();
    Context context = vertx.getOrCreateContext();
    int port = jar.port();
    var sent = new ArrayList<Sent>();
    long begin = System.nanoTime();
    for (int i = 0; i < tasks; i++) {
      LockSupport.parkNanos(begin + i * 1_000_000_000L / perSecond - System.nanoTime());
      Promise<String> id = Promise.promise();
      sent.add(new Sent(Instant.now(), id.future()));
      context.runOnContext(_ -> submit(client, port).onComplete(id));
    }
    Future.all(sent.stream().map(Sent::id).toList()).await();
    return sent;
  }

  private static Future<String> submit(HttpClient client, int port) {
    var body = JsonObject.of("handler", "echo", "input", JsonObject.of("text", "a"));
    return client
        .request(HttpMethod.POST, port, "127.0.0.1", "/api/v1/tasks")
        .compose(
            request -> request.putHeader("Content-Type", "application/json").send(body.toBuffer()))
        .compose(response -> response.body())
        .map(answer -> answer.toJsonObject().getString("id"));
  }
}
