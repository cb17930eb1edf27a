package io.millrace.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A bounded number of requests from a fixed number of callers, each waiting for its answer. */
final class HttpLoad implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;

  HttpLoad(int port, int callers) {
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(port),
            new PoolOptions().setHttp1MaxSize(callers));
  }

  /** What came of it: how long everything took, and how long each answer took, sorted. */
  record Result(double seconds, List<Long> sortedNanos) {
    double perSecond() {
      return sortedNanos.size() / seconds;
    }

    /** The latency in milliseconds that {@code share} of the answers did not exceed. */
    double quantileMs(double share) {
      int index = (int) Math.min(sortedNanos.size() - 1L, (long) (share * sortedNanos.size()));
      return sortedNanos.get(index) / 1e6;
    }
  }

  /** Posts {@code bodies}' JSON of each number below {@code count}; any other status fails. */
  Result post(String path, int count, int callers, int status, IntFunction<Buffer> bodies) {
    var run = new Run(path, count, status, bodies);
    long start = System.nanoTime();
    Future<?>[] lanes = new Future<?>[callers];
    for (int lane = 0; lane < callers; lane++) {
      Promise<Void> done = Promise.promise();
      lanes[lane] = done.future();
      vertx.runOnContext(_ -> run.next(done));
    }
    Future.all(Arrays.asList(lanes)).await();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Result(seconds, run.sortedNanos());
  }

  /** Posts {@code perSecond} in a second, whether the ones before were answered or not. */
  Result paced(String path, int count, int perSecond, int status, IntFunction<Buffer> bodies) {
    var run = new Run(path, count, status, bodies);
    long start = System.nanoTime();
    Future<?>[] each = new Future<?>[count];
    for (int number = 0; number < count; number++) {
      each[number] =
          vertx
              .timer(1 + 1000L * number / perSecond, TimeUnit.MILLISECONDS)
              .compose(_ -> run.ask());
    }
    Future.all(Arrays.asList(each)).await();
    return new Result((System.nanoTime() - start) / 1e9, run.sortedNanos());
  }

  /** The requests of one call, shared by its lanes. */
  private final class Run {
    private final String path;
    private final int count;
    private final int status;
    private final IntFunction<Buffer> bodies;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLongArray nanos;

    Run(String path, int count, int status, IntFunction<Buffer> bodies) {
      this.path = path;
      this.count = count;
      this.status = status;
      this.bodies = bodies;
      this.nanos = new AtomicLongArray(count);
    }

    /** Asks until all were asked, each after the answer to the one before. */
    void next(Promise<Void> done) {
      int number = next.getAndIncrement();
      if (number >= count) {
        done.complete();
        return;
      }
      ask(number).onComplete(_ -> next(done), done::tryFail);
    }

    /** Asks the next one alone. */
    Future<Buffer> ask() {
      return ask(next.getAndIncrement());
    }

    private Future<Buffer> ask(int number) {
      long start = System.nanoTime();
      return client
          .request(HttpMethod.POST, path)
          .compose(request ->
              request.putHeader("Content-Type", "application/json").send(bodies.apply(number)))
          .compose(response -> response.body().compose(body -> checked(response, body)))
          .onSuccess(_ -> nanos.set(number, System.nanoTime() - start));
    }

    private Future<Buffer> checked(HttpClientResponse response, Buffer body) {
      return response.statusCode() == status
          ? Future.succeededFuture(body)
          : Future.failedFuture(response.statusCode() + " " + body);
    }

    List<Long> sortedNanos() {
      return IntStream.range(0, count).mapToObj(nanos::get).sorted().toList();
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
