package io.millrace.chaos;

import io.millrace.chaos.Observations.Accepted;
import io.millrace.testing.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Clients that submit numbered tasks at a steady rate, one by one and in batches, and remember
 * every answer. A submit that got no answer, or a refusal, is repeated under its idempotency key.
 */
final class Clients {
  private static final int AT_ONCE = 8;
  private static final int BATCH_MAX = 50;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int CANCEL_TRIES = 5;

  private final Options options;
  private final Fleet fleet;
  private final Readers readers;
  private final BooleanSupplier full;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong nextAtNanos = new AtomicLong(System.nanoTime());
  private final Queue<Integer> again = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Accepted> accepted = new ConcurrentHashMap<>();
  private final Map<String, Integer> refusals = new ConcurrentSkipListMap<>();
  private final Queue<String> remarks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger repeats = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean enough;
  private volatile boolean stop;

  /**
   * @param full whether so much waits that nothing new is submitted for now
   */
  Clients(Options options, Fleet fleet, Readers readers, BooleanSupplier full) {
    this.options = options;
    this.fleet = fleet;
    this.readers = readers;
    this.full = full;
  }

  void start() {
    for (int i = 0; i < AT_ONCE; i++) {
      RandomGenerator random =
          RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed() + i);
      threads.add(Thread.ofVirtual().start(() -> work(random)));
    }
  }

  private void work(RandomGenerator random) {
    while (!stop) {
      int size = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(BATCH_MAX);
      List<Integer> numbers = take(size);
      if (numbers.isEmpty() || !submit(numbers)) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Numbers to be submitted now: those without an answer first. */
  private List<Integer> take(int size) {
    List<Integer> numbers = new ArrayList<>();
    for (Integer number = again.poll(); number != null; number = again.poll()) {
      repeats.incrementAndGet();
      numbers.add(number);
      if (numbers.size() == size) {
        return numbers;
      }
    }
    if (numbers.isEmpty() && !enough && !full.getAsBoolean()) {
      for (int i = 0; i < size; i++) {
        numbers.add(next.getAndIncrement());
      }
      awaitTurn(size);
    }
    return numbers;
  }

  /** Holds the rate; what was missed while nobody answered is not caught up with. */
  private void awaitTurn(int size) {
    long took = Duration.ofSeconds(1).toNanos() / options.perSecond() * size;
    long now = System.nanoTime();
    long mine = nextAtNanos.getAndUpdate(at -> Math.max(at, now) + took);
    while (!stop && System.nanoTime() < mine) {
      LockSupport.parkNanos(mine - System.nanoTime());
    }
  }

  /** Whether all of {@code numbers} were accepted; the others will be tried again. */
  private boolean submit(List<Integer> numbers) {
    boolean single = numbers.size() == 1;
    Optional<URI> uri = fleet.uri(single ? "/api/v1/tasks" : "/api/v1/tasks/batch");
    boolean done = false;
    try {
      if (uri.isPresent()) {
        done = single ? one(uri.get(), numbers.getFirst()) : batch(uri.get(), numbers);
      }
    } catch (IOException _) {
      // No answer: whether the tasks were accepted is learned when the submit is repeated.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!done) {
      numbers.stream().filter(number -> !accepted.containsKey(number)).forEach(again::add);
    }
    return done;
  }

  private boolean one(URI uri, int number) throws IOException, InterruptedException {
    HttpRequest request =
        json(uri)
            .header("Idempotency-Key", key(number))
            .POST(BodyPublishers.ofString(work(number).request().encode()))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 202 && answer.statusCode() != 200) {
      refused(answer.statusCode(), answer.body());
      return false;
    }
    note(number, new JsonObject(answer.body()).getString("id"));
    return true;
  }

  private boolean batch(URI uri, List<Integer> numbers) throws IOException, InterruptedException {
    var tasks = new JsonArray();
    numbers.forEach(
        number -> tasks.add(work(number).request().copy().put("idempotencyKey", key(number))));
    HttpRequest request =
        json(uri)
            .POST(BodyPublishers.ofString(new JsonObject().put("tasks", tasks).encode()))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 202) {
      refused(answer.statusCode(), answer.body());
      return false;
    }
    JsonArray results = new JsonObject(answer.body()).getJsonArray("results");
    boolean all = true;
    for (int i = 0; i < numbers.size(); i++) {
      JsonObject task = results.getJsonObject(i).getJsonObject("task");
      if (task == null) {
        JsonObject problem = results.getJsonObject(i).getJsonObject("problem");
        refused(problem.getInteger("status"), problem.encode());
        all = false;
      } else {
        note(numbers.get(i), task.getString("id"));
      }
    }
    return all;
  }

  private static HttpRequest.Builder json(URI uri) {
    return HttpRequest.newBuilder(uri)
        .timeout(ANSWER_WITHIN)
        .header("Content-Type", "application/json");
  }

  private String key(int number) {
    return "chaos-" + options.seed() + "-" + number;
  }

  private Work work(int number) {
    return Work.of(options.seed(), number, options.mix());
  }

  private void note(int number, String id) {
    Work work = work(number);
    Accepted before = accepted.put(number, new Accepted(number, id, work.ends()));
    if (before != null) {
      if (!before.id().equals(id)) {
        remarks.add("task %d is both %s and %s".formatted(number, before.id(), id));
      }
      return;
    }
    if (work.followed()) {
      readers.follow(id);
    }
    work.cancelAfter().ifPresent(after -> Thread.ofVirtual().start(() -> cancel(id, after)));
  }

  private void refused(int status, String body) {
    String type = new JsonObject(body).getString("type", "");
    refusals.merge(status + " " + type, 1, Integer::sum);
    if (status == 500 || status == 400 || status == 409) {
      remarks.add("a submit was answered %d %s".formatted(status, body));
    }
  }

  /** Cancels, whatever comes of it: the task may have ended, or nobody may answer. */
  private void cancel(String id, Duration after) {
    LockSupport.parkNanos(after.toNanos());
    for (int i = 0; i < CANCEL_TRIES && !stop; i++) {
      try {
        Optional<URI> uri = fleet.uri("/api/v1/tasks/" + id);
        if (uri.isPresent()) {
          HttpRequest request =
              HttpRequest.newBuilder(uri.get()).timeout(ANSWER_WITHIN).DELETE().build();
          int status = http.send(request, BodyHandlers.discarding()).statusCode();
          if (status == 202 || status == 409) {
            return;
          }
          if (status == 404 || status == 500) {
            remarks.add("the cancel of %s was answered %d".formatted(id, status));
          }
        }
      } catch (IOException _) {
        // Nobody there: once more.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Submits nothing new, repeats what was left unanswered until all has its answer, and ends. */
  void settle() {
    enough = true;
    Await.until(
        "all submits to be answered: " + refusals,
        SETTLED_WITHIN,
        () -> accepted.size() == next.get());
    stop = true;
    threads.forEach(Clients::join);
    http.shutdownNow();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  List<Accepted> accepted() {
    return List.copyOf(accepted.values());
  }

  /** How many submits of a task were repeated because their answer was lost, or was a refusal. */
  int repeats() {
    return repeats.get();
  }

  /** Answers other than accepted, and how often they came. */
  Map<String, Integer> refusals() {
    return Map.copyOf(refusals);
  }

  List<String> remarks() {
    return List.copyOf(remarks);
  }
}
