package io.millrace.bench;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlersFile;
import io.millrace.inference.Cancel;
import io.millrace.inference.Embed;
import io.millrace.inference.InferenceLimits;
import io.millrace.inference.InferenceVerticle;
import io.millrace.inference.ModelClient;
import io.millrace.inference.MoveModel;
import io.millrace.inference.Residency;
import io.millrace.model.ModelSpec;
import io.millrace.model.TextKind;
import io.millrace.observe.Meters;
import io.millrace.problem.ProblemException;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.EncoderShape;
import io.millrace.testing.onnx.TestModels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Scanner;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/**
 * Loads, unloads, replaces, cancels and shuts down models while they are asked, all at once: what
 * would end the JVM if a session were closed while it runs. Every question must end, answered by
 * the right weights or refused with a problem that says so.
 */
public final class ModelRaces implements AutoCloseable {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int QUESTIONS_AT_ONCE = 48;
  private static final int QUESTIONS_PER_RACE = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAGE = 4096;

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, PATIENCE);
  private final Meters meters = new Meters();
  private final Path directory;
  private final Random random;
  private final Semaphore free = new Semaphore(QUESTIONS_AT_ONCE);
  private final Queue<String> open = new ConcurrentLinkedQueue<>();
  private final Map<String, float[]> vectors = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();
  private final Queue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private InferenceVerticle verticle;
  private String deployment;
  private Future<?> left = Future.succeededFuture();
  private long asked;

  /**
   * With models of random weights in {@code directory}; {@code seed} decides the order of events.
   */
  public ModelRaces(Path directory, long seed) {
    this.directory = directory;
    this.random = new Random(seed);
    TestModels.in(directory.resolve("v1")).encoder(EncoderShape.SMALL);
    TestModels.in(directory.resolve("v2")).withSeed(8).encoder(EncoderShape.SMALL);
    deploy();
  }

  /** Runs for {@code --minutes N} and prints what the process holds in memory. */
  public static void main(String[] args) throws IOException {
    int minutes = args.length == 2 && args[0].equals("--minutes") ? Integer.parseInt(args[1]) : 10;
    Path work = Files.createTempDirectory("millrace-races");
    long seed = System.nanoTime();
    System.out.printf(
        "seed %d%n| seconds | races | questions | resident MB |%n|--|--|--|--|%n", seed);
    long start = System.nanoTime();
    long[] shown = {0};
    try (var races = new ModelRaces(work, seed)) {
      races.run(count -> {
        long second = (System.nanoTime() - start) / 1_000_000_000;
        if (second >= shown[0]) {
          shown[0] = second + 15;
          System.out.printf("| %d | %d | %d | %d |%n", second, count, races.asked, residentMb());
        }
        return second < 60L * minutes;
      });
      System.out.println("ends of questions: " + races.ends());
      if (!races.defects().isEmpty()) {
        throw new IllegalStateException("defects", races.defects().getFirst());
      }
    }
  }

  /** Races until {@code more} says no; it is told how many there were. Then everything ends. */
  public void run(LongPredicate more) {
    for (long race = 0; more.test(race); race++) {
      IntStream.range(0, QUESTIONS_PER_RACE).forEach(_ -> ask());
      race();
    }
    if (!acquired(QUESTIONS_AT_ONCE)) {
      defects.add(new TimeoutException("questions did not end: " + open));
    }
    free.release(QUESTIONS_AT_ONCE);
  }

  private void race() {
    String name = any();
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> move(name, MoveModel.Where.IN);
      case 3, 4, 5 -> move(name, MoveModel.Where.OUT);
      case 6, 7 -> end("declare", verticle.declare(declared()));
      case 8, 9, 10 -> open.stream().skip(random.nextInt(QUESTIONS_AT_ONCE)).forEach(this::cancel);
      default -> {
        if (random.nextInt(4) == 0) {
          Future<Void> gone = vertx.undeploy(deployment);
          end("undeploy", gone);
          left = Future.join(left, gone.otherwiseEmpty());
          deploy();
        } else {
          cancel(String.valueOf(open.peek()));
        }
      }
    }
  }

  private void deploy() {
    verticle =
        new InferenceVerticle(
            "here",
            bus,
            meters,
            declared(),
            InferenceLimits.of(2, 100_000),
            Residency.in(Natives.CACHE));
    deployment = vertx.deployVerticle(verticle).timeout(60, SECONDS).await();
  }

  /** Each model of the first or the second weights. */
  private List<ModelSpec> declared() {
    var entries = new TreeMap<String, String>();
    for (String name : NAMES) {
      String version = random.nextBoolean() ? "v1" : "v2";
      String rest = random.nextBoolean() ? "5ms" : "1m";
      entries.put(
          name,
          "{ provider: directory, task: embed, path: '%s', version: %s, unloadAfter: %s }"
              .formatted(directory.resolve(version), version, rest));
    }
    String models = entries.toString().replace("=", ": ");
    return HandlersFile.parse("models: " + models + "\nhandlers: { echo: { type: echo } }")
        .models();
  }

  private void move(String name, MoveModel.Where to) {
    end("move", bus.askEach(MoveModel.ADDRESS, new MoveModel(name, to), PATIENCE));
  }

  private void cancel(String id) {
    bus.tell(Cancel.ADDRESS, new Cancel(id));
  }

  private void ask() {
    if (!acquired(1)) {
      throw new IllegalStateException("questions do not end: " + open);
    }
    asked++;
    String id = "q" + asked;
    int text = random.nextInt(40);
    open.add(id);
    Embed question = new Embed(any(), List.of(text(text)), TextKind.PASSAGE, 0, id);
    new ModelClient(bus)
        .ask(question, PATIENCE)
        .onComplete(answer -> {
          boolean _ = open.remove(id);
          free.release();
          if (answer.succeeded()) {
            count("answered");
            check(answer.result(), text);
          } else {
            failed("ask", answer.cause());
          }
        });
  }

  /** All vectors of one text and one version are the same, but for rounding. */
  private void check(Embed.Vectors answer, int text) {
    float[] row = answer.rows().getFirst();
    float[] first = vectors.putIfAbsent(answer.model() + "/" + text, row);
    if (first == null) {
      return;
    }
    double dot = 0;
    for (int i = 0; i < row.length; i++) {
      dot += row[i] * first[i];
    }
    if (!(dot > 0.9999)) {
      defects.add(new AssertionError("text " + text + " of " + answer.model() + ": cosine " + dot));
    }
  }

  private void end(String what, Future<?> event) {
    event.onSuccess(_ -> count(what)).onFailure(failure -> failed(what, failure));
  }

  private void failed(String what, Throwable failure) {
    String type =
        failure instanceof ProblemException expected ? expected.problem().type() : "unexpected";
    switch (type) {
      case "unavailable", "conflict", "too-many" -> count(what + " " + type);
      default -> {
        count(what + " " + type);
        defects.add(failure);
      }
    }
  }

  private boolean acquired(int permits) {
    try {
      return free.tryAcquire(permits, PATIENCE.toSeconds(), SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void count(String end) {
    ends.computeIfAbsent(end, _ -> new LongAdder()).increment();
  }

  private String any() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private static String text(int number) {
    return "question %d of the mill ".formatted(number).repeat(1 + number % 4).strip();
  }

  /** How many events ended how. */
  public Map<String, LongAdder> ends() {
    return new TreeMap<>(ends);
  }

  /** What must not happen. */
  public List<Throwable> defects() {
    return List.copyOf(defects);
  }

  /** What this process holds in memory, in megabytes. */
  private static long residentMb() {
    try {
      var numbers = new Scanner(Files.readString(Path.of("/proc/self/statm")));
      numbers.nextLong(); // the virtual size
      return (numbers.nextLong() * PAGE) >> 20;
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public void close() {
    left.timeout(60, SECONDS).await();
    vertx.close().timeout(60, SECONDS).await();
    meters.close();
  }
}
