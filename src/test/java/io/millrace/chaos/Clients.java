package io.millrace.chaos;

import io.millrace.testing.JarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Clients that submit numbered echo tasks without a pause and remember every answer. A submit that
 * got no answer is repeated under its idempotency key when the server is back.
 */
final class Clients {
  private static final int AT_ONCE = 12;
  private static final Duration PAUSE = Duration.ofMillis(40);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  private final long seed;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger next = new AtomicInteger();
  private final Map<Integer, String> accepted = new ConcurrentHashMap<>();
  private final Set<Integer> unanswered = ConcurrentHashMap.newKeySet();
  private final Set<String> refusals = ConcurrentHashMap.newKeySet();
  private final AtomicInteger repeats = new AtomicInteger();

  Clients(long seed) {
    this.seed = seed;
  }

  /** Clients at work; closing stops them and waits. */
  interface Working extends AutoCloseable {
    @Override
    void close();
  }

  /** Repeats what was left unanswered, then submits new tasks until closed. */
  Working work(JarProcess jar) {
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    List<Integer> left = new ArrayList<>(unanswered);
    for (int i = 0; i < AT_ONCE; i++) {
      int first = i;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int k = first; k < left.size() && !stop.get(); k += AT_ONCE) {
                  repeats.incrementAndGet();
                  submit(jar, left.get(k));
                }
                while (!stop.get()) {
                  submit(jar, next.getAndIncrement());
                  LockSupport.parkNanos(PAUSE.toNanos());
                }
              }));
    }
    return () -> {
      stop.set(true);
      threads.forEach(Clients::join);
    };
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Repeats what was left unanswered, until all has its answer. */
  void settle(JarProcess jar) {
    for (Integer number : List.copyOf(unanswered)) {
      repeats.incrementAndGet();
      submit(jar, number);
    }
    if (!unanswered.isEmpty()) {
      throw new AssertionError("still without an answer: " + unanswered + " " + refusals);
    }
  }

  private void submit(JarProcess jar, int number) {
    unanswered.add(number);
    HttpRequest request =
        HttpRequest.newBuilder(jar.uri("/api/v1/tasks"))
            .timeout(ANSWER_WITHIN)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "chaos-" + seed + "-" + number)
            .POST(BodyPublishers.ofString(body(number)))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() == 202 || answer.statusCode() == 200) {
        note(number, new JsonObject(answer.body()).getString("id"));
      } else {
        refusals.add(answer.statusCode() + " " + answer.body());
      }
    } catch (IOException _) {
      // No answer: whether the task was accepted is learned when the submit is repeated.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void note(int number, String id) {
    String before = accepted.put(number, id);
    if (before != null && !before.equals(id)) {
      throw new AssertionError("task %d is both %s and %s".formatted(number, before, id));
    }
    unanswered.remove(number);
  }

  /**
   * What is asked for under a number: most tasks take so long that a queue builds up also where
   * submitting is slow, some fail.
   */
  private String body(int number) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed ^ number);
    JsonObject input = new JsonObject().put("text", "task " + number);
    int kind = random.nextInt(100);
    if (kind < 80) {
      input.put("sleep", 2000 + random.nextInt(2000) + "ms").put("progress", random.nextInt(4));
    }
    if (kind >= 90) {
      input.put("fail", kind < 95 ? "permanent" : "retryable").put("failures", 1);
    }
    return new JsonObject().put("handler", "echo").put("input", input).encode();
  }

  /** Numbers and the task ids that were answered to them. */
  Map<Integer, String> accepted() {
    return Map.copyOf(accepted);
  }

  /** How many submits were repeated because their answer was lost. */
  int repeats() {
    return repeats.get();
  }

  /** Answers other than accepted, each once. */
  Set<String> refusals() {
    return Set.copyOf(refusals);
  }
}
