package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.process.Endpoints;
import io.millrace.sql.Database;
import io.millrace.testing.HttpProbe;
import io.millrace.testing.HttpProbe.Answer;
import io.millrace.testing.JarProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One process that is killed again and again while documents are brought in, changed and deleted.
 * The seed decides every draw; {@code -Dmillrace.kills=10} is the long form.
 */
final class IngestKillsIT {
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final int KILLS = Integer.getInteger("millrace.kills", 2);
  private static final int NAMES = 12;
  private static final int UPLOADS_BEFORE_KILL_MAX = 14;
  private static final int[] PARAGRAPHS = {1, 12, 60};

  @TempDir Path work;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  /** The newest content of each document that is there, by name. */
  private final Map<String, String> newest = new TreeMap<>();

  private final Map<String, String> ids = new TreeMap<>();
  private final Set<String> tasks = new TreeSet<>();

  /** The task of the newest version of each document: whatever else is lost, it succeeds. */
  private final Map<String, String> lasting = new TreeMap<>();

  private int texts;
  private int repeated;
  private int deleted;

  @Test
  void everyDocumentIsWhollyInItsNewestVersionHoweverOftenTheProcessIsKilled() throws Exception {
    Path data = work.resolve("data");
    JarProcess jar = start(data);
    for (int kill = 0; kill < KILLS; kill++) {
      int uploads = 3 + random.nextInt(UPLOADS_BEFORE_KILL_MAX);
      for (int i = 0; i < uploads; i++) {
        change(new HttpProbe(jar));
      }
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3_000)).toNanos());
      jar.kill();
      jar = start(data);
    }

    try (JarProcess last = jar) {
      var probe = new HttpProbe(last);
      var ends = new TreeMap<String, Integer>();
      var reasons = new TreeMap<String, Integer>();
      int resumed = 0;
      for (String task : tasks) {
        String end = probe.awaitEnd(task);
        ends.merge(end, 1, Integer::sum);
        if (!end.equals("succeeded")) {
          assertThat(lasting).as("%s: %s", task, error(probe, task)).doesNotContainValue(task);
          reasons.merge(error(probe, task), 1, Integer::sum);
        }
        List<JsonObject> events = events(probe, task);
        assertThat(startedOver(events)).as("%s: %s", task, events).isFalse();
        resumed += events.stream().filter(IngestKillsIT::isRunning).count() > 1 ? 1 : 0;
      }
      System.out.printf(
          "seed %d: %d kills, %d tasks %s %s, %d run again, %d deletes, %d asked again%n",
          SEED, KILLS, tasks.size(), ends, reasons, resumed, deleted, repeated);
      for (String name : newest.keySet()) {
        assertWhole(probe, name);
      }
      assertNothingIsLeftOver(data);
    }
    assertThat(check(data)).as("seed %d", SEED).contains("passages: good", "tasks: good");
  }

  private JarProcess start(Path data) {
    return JarProcess.start(work, data, "--set", "documents.sample=false");
  }

  /** Uploads a new, a changed or the same text, or deletes; asks until it is answered. */
  private void change(HttpProbe probe) {
    String name = "d" + random.nextInt(NAMES) + ".txt";
    String known = newest.get(name);
    if (known != null && random.nextInt(6) == 0) {
      Answer answer = probe.delete("/api/v1/documents/" + ids.get(name));
      assertThat(answer.status()).as("%s", answer).isIn(204, 202, 404);
      newest.remove(name);
      lasting.remove(name);
      deleted++;
      return;
    }
    String text = known != null && random.nextInt(6) == 0 ? known : text();
    Answer answer = probe.upload("chaos", name, text);
    while (answer.status() == 0 || answer.status() == 503) {
      repeated++;
      answer = probe.upload("chaos", name, text);
    }
    assertThat(answer.status()).as("%s", answer).isIn(200, 202);
    JsonObject said = answer.json();
    newest.put(name, text);
    ids.put(name, said.getString("documentId"));
    if (said.getString("taskId") != null) {
      tasks.add(said.getString("taskId"));
      lasting.put(name, said.getString("taskId"));
    }
  }

  private String text() {
    int number = texts++;
    var text = new StringBuilder("Opening of text" + number + ".\n\n");
    int paragraphs = PARAGRAPHS[random.nextInt(PARAGRAPHS.length)];
    for (int i = 0; i < paragraphs; i++) {
      text.append("Paragraph ").append(i).append(" of text ").append(number).append(": ");
      text.append("The wheel turns with the water and the stones grind. ".repeat(12).strip());
      text.append("\n\n");
    }
    return text.append("Closing of end").append(number).append('.').toString();
  }

  private static String error(HttpProbe probe, String task) {
    JsonObject error = probe.get("/api/v1/tasks/" + task).json().getJsonObject("error");
    return error == null ? "" : error.getString("message");
  }

  private static List<JsonObject> events(HttpProbe probe, String task) {
    return probe
        .get("/api/v1/tasks/" + task + "/events")
        .body()
        .lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> new JsonObject(line.substring("data:".length())))
        .toList();
  }

  private static boolean isRunning(JsonObject event) {
    return "task.status".equals(event.getString("type"))
        && "running".equals(event.getJsonObject("data").getString("status"));
  }

  /** Whether the text was taken from the file again once vectors of it were kept. */
  private static boolean startedOver(List<JsonObject> events) {
    boolean embedded = false;
    for (JsonObject event : events) {
      JsonObject data = event.getJsonObject("data", new JsonObject());
      String stage = data.getString("stage", "");
      embedded |= stage.equals("embed") && data.getInteger("done", 0) > 0;
      if (embedded && stage.equals("extract")) {
        return true;
      }
    }
    return false;
  }

  private void assertWhole(HttpProbe probe, String name) {
    String id = ids.get(name);
    probe.await(
        name + " to be ready",
        () -> "ready".equals(probe.get("/api/v1/documents/" + id).json().getString("status")));
    String text = newest.get(name);
    assertThat(probe.get("/api/v1/documents/" + id + "/text").body().strip())
        .as("%s, seed %d", name, SEED)
        .isEqualTo(text.strip());
    for (String word : List.of(first(text, "text"), first(text, "end"))) {
      probe.await(
          word + " of " + name + " to be found",
          () -> probe.search(word, Map.of("mode", "keyword")).body().contains(id));
    }
  }

  private static String first(String text, String prefix) {
    var found = Pattern.compile(prefix + "\\d+").matcher(text);
    assertThat(found.find()).isTrue();
    return found.group();
  }

  private void assertNothingIsLeftOver(Path data) throws IOException {
    Vertx vertx = Vertx.vertx();
    try {
      Database database =
          Database.open(vertx, Endpoints.read(data).uri("postgres").orElseThrow(), 2);
      assertThat(
              number(
                  database,
                  "SELECT count(*) FROM edition e WHERE NOT EXISTS"
                      + " (SELECT FROM document d WHERE d.edition = e.id)"))
          .as("editions that no document shows, seed %d", SEED)
          .isZero();
      assertThat(
              number(
                  database,
                  "SELECT count(*) FROM document d WHERE d.passages <>"
                      + " (SELECT count(*) FROM passage p WHERE p.edition = d.edition)"))
          .as("documents without all their passages, seed %d", SEED)
          .isZero();
      assertThat(number(database, "SELECT count(*) FROM document")).isEqualTo(newest.size());
      var referenced = new TreeSet<String>();
      database
          .query("SELECT artifact FROM document")
          .await()
          .forEach(row -> referenced.add(row.getString("artifact")));
      // What a kill left between letting go of bytes and removing them goes an hour later.
      assertThat(artifacts(data)).as("stored bytes, seed %d", SEED).containsAll(referenced);
    } finally {
      var _ = vertx.close().await();
    }
  }

  private static long number(Database database, String sql) {
    return database.query(sql).await().iterator().next().getLong(0);
  }

  private static Set<String> artifacts(Path data) throws IOException {
    try (var files = Files.walk(data.resolve("artifacts"))) {
      return new TreeSet<>(
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("[0-9a-f]{64}"))
              .toList());
    }
  }

  /** What the operator's check of the stopped process says. */
  private String check(Path data) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-jar", JarProcess.jar().toString()));
    command.addAll(List.of("index", "check", "--data", data.toString()));
    Process process =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectError(work.resolve("check.err").toFile())
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
