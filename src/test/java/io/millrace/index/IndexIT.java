package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.archive.ArchiveVerticle;
import io.millrace.archive.PostgresArchive;
import io.millrace.artifact.DirectoryArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.document.PostgresDocuments;
import io.millrace.document.PostgresGenerations;
import io.millrace.events.RedisEventLogs;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.inference.Embed;
import io.millrace.observe.HealthChecks;
import io.millrace.observe.Meters;
import io.millrace.queue.RedisFinishedTasks;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.settings.ArchiveSettings;
import io.millrace.settings.IndexSettings;
import io.millrace.settings.QueueSettings;
import io.millrace.sql.Database;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.millrace.testing.LocalRedis;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The role on a real PostgreSQL and a real Redis. */
class IndexIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final String MODEL = "two-numbers";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, Duration.ofSeconds(20));
  private final Meters meters = new Meters();
  private final HealthChecks health = new HealthChecks();
  private Database database;
  private RedisGateway redis;
  private RedisTaskQueue queue;
  private DirectoryArtifactStore artifacts;
  private PostgresArchive archive;
  private IndexVerticle index;
  private String deployed;

  @BeforeEach
  void open() throws IOException {
    database = POSTGRES.database(vertx);
    database.query("TRUNCATE collection, document, passage, archived_task CASCADE").await();
    REDIS.flush();
    redis = RedisGateway.connect(vertx, REDIS.uri(), RedisLimits.DEFAULT).await();
    queue =
        new RedisTaskQueue(
            redis,
            new QueueSettings(1, 1_000, 1_000, 1_000, 10_000, Duration.ofHours(1)),
            1_000,
            InstantSource.system(),
            new SecureRandom());
    archive = new PostgresArchive(database);
    artifacts = DirectoryArtifactStore.open(vertx, directory.resolve("artifacts"));
    bus.serve(
            Embed.at("any"),
            asked ->
                Future.succeededFuture(
                    new Embed.Vectors(MODEL, List.of(vector(asked.texts().getFirst())), 1)))
        .await();
    database
        .query(
            "INSERT INTO collection (id, tenant, project, user_name, name)"
                + " VALUES ('c', 'default', 'default', 'anonymous', 'shelf')")
        .await();
    var _ = new PostgresGenerations(database).ensure(Optional.of("any")).await();
    deploy();
  }

  @AfterEach
  void close() {
    vertx.close().await();
    artifacts.close();
    meters.close();
  }

  @Test
  void noDocumentOfManyConcurrentWritersIsMissed() {
    int writers = 8;
    int each = 30;
    var written = new ArrayList<Future<Object>>();

    for (int writer = 0; writer < writers; writer++) {
      Future<Object> last = Future.succeededFuture();
      for (int i = 0; i < each; i++) {
        String id = writer + "-" + i;
        boolean fails = i % 10 == 9;
        last = last.compose(before -> write(id, "water of " + id, fails));
      }
      written.add(last);
    }
    Future.all(written).await();

    long expected = (long) writers * (each - each / 10);
    Await.until("all documents", () -> index.status().getFirst().documents() == expected);
    Await.until("no lag", () -> index.status().getFirst().behind() == 0);
    assertThat(search("water").total()).isEqualTo(expected);
  }

  @Test
  void aReplacedDocumentIsFoundInItsNewVersionAndADeletedOneNoLonger() {
    write("a", "water", false).await();
    write("b", "water", false).await();
    Await.until("both", () -> search("water").total() == 2);

    write("a", "stone", false).await();
    new PostgresDocuments(database, artifacts, new SecureRandom())
        .delete(Scope.DEFAULT, "b")
        .await();

    Await.until(
        "neither",
        () -> search("water").hits().stream().noneMatch(hit -> hit.text().contains("water")));
    assertThat(search("stone").hits()).hasSize(1);
  }

  @Test
  void documentsAreFoundByBothSidesAndAgainAfterTheIndexWasDeleted() throws IOException {
    for (int i = 0; i < 60; i++) {
      write("d" + i, "water number " + i, false).await();
    }
    Await.until("all", () -> search("water").total() == 60);

    restartWithoutFiles();

    Await.until("all again", () -> search("water").total() == 60);
    Hits hits = search("water");
    assertThat(hits.mode()).isEqualTo(Mode.HYBRID);
    assertThat(hits.hits().getFirst().scores()).containsOnlyKeys("fused", "bm25", "cosine");
    assertThat(hits.hits().getFirst().highlights()).isNotEmpty();
  }

  @Test
  void tasksAreFoundLiveAndArchivedAndAgainAfterTheIndexWasDeleted() throws IOException {
    TaskId waiting = submit("{\"text\":\"a waiting wheel\"}");
    Await.until("the live task", () -> tasks("wheels").contains(waiting.value()));
    TaskId ended = submit("{\"text\":\"another wheel\"}");
    vertx
        .deployVerticle(
            new ArchiveVerticle(
                new RedisFinishedTasks(redis, 1, "test"),
                archive,
                new ArchiveSettings(100, Duration.ofMillis(10), 1_000, Optional.empty()),
                InstantSource.system(),
                meters),
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .await();
    finish(ended, "{\"said\":\"splash\"}");
    Await.until("the archived task", () -> tasks("splash").contains(ended.value()));

    restartWithoutFiles();

    Await.until("both", () -> tasks("wheel").size() == 2);
    assertThat(tasks("wheel")).containsExactly(ended.value(), waiting.value());
    assertThat(tasks("splash")).containsExactly(ended.value());
  }

  @Test
  void healthNamesTheIndexAndMetricsItsLag() {
    write("a", "water", false).await();
    Await.until("it", () -> search("water").total() == 1);

    Await.until(
        "health to say so",
        () ->
            health
                .look()
                .await()
                .checks()
                .get("index")
                .detail()
                .contains("passages: following, 0 behind"));
    assertThat(health.look().await().ready()).isTrue();
    assertThat(meters.scrape())
        .contains("millrace_index_behind{index=\"passages\"}")
        .contains("millrace_index_entries{index=\"tasks\"}");
  }

  private void deploy() {
    index =
        new IndexVerticle(
            new IndexVerticle.Parts(
                bus,
                directory.resolve("index"),
                new IndexSettings(Duration.ofMillis(100)),
                name -> new SearchModel(name, Set.of("en"), Optional.empty()),
                new PostgresChangeLog(database),
                new PostgresDocuments(database, artifacts, new SecureRandom()),
                new PostgresGenerations(database),
                archive,
                queue,
                new RedisEventLogs(vertx, redis, archive, 1),
                meters,
                health));
    deployed = vertx.deployVerticle(index).await();
  }

  private void restartWithoutFiles() throws IOException {
    vertx.undeploy(deployed).await();
    try (var files = java.nio.file.Files.walk(directory.resolve("index"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        java.nio.file.Files.delete(file);
      }
    }
    deploy();
  }

  /** Writes a document of one passage as ingestion does, or gives the transaction up at its end. */
  private Future<Object> write(String id, String text, boolean fails) {
    return database
        .transaction(transaction ->
            replace(transaction, id, text)
                .compose(n ->
                    fails
                        ? Future.<Object>failedFuture("given up")
                        : Future.<Object>succeededFuture(n)))
        .recover(failure -> fails ? Future.succeededFuture("") : Future.failedFuture(failure));
  }

  private static Future<Long> replace(SqlConnection transaction, String id, String text) {
    float[] vector = vector(text);
    Buffer bytes = Buffer.buffer().appendFloatLE(vector[0]).appendFloatLE(vector[1]);
    return transaction
        .preparedQuery(
            """
            INSERT INTO document (id, collection_id, tenant, project, user_name, name, media_type,
              artifact, bytes, status, searchable)
            VALUES ($1, 'c', 'default', 'default', 'anonymous', $1, 'text/plain', 'none', 0,
              'ready', 1)
            ON CONFLICT (id) DO NOTHING
            """)
        .execute(Tuple.of(id))
        .compose(done ->
            transaction
                .preparedQuery(
                    """
                    WITH made AS (
                      INSERT INTO edition (document_id, version, artifact, chunker, model,
                        embedding_model, media_type, title, content, headings, generation)
                      SELECT $1, 1, 'none', 1, 'm', $4, 'text/plain', '', $2, '[]', id
                      FROM generation WHERE state = 'live'
                      RETURNING id),
                    passages AS (
                      INSERT INTO passage (edition, ordinal, page, start_offset, end_offset,
                        heading, content, embedding)
                      SELECT id, 0, 0, 0, length($2), '', $2, $3 FROM made)
                    UPDATE document SET edition = made.id FROM made WHERE document.id = $1
                    """)
                .execute(Tuple.of(id, text, bytes, MODEL)))
        .compose(done ->
            PostgresChangeLog.append(
                transaction, Kind.DOCUMENT, List.of(new Entity(id, "default"))));
  }

  private static float[] vector(String text) {
    double angle = text.hashCode() % 100 / 100.0;
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
  }

  private Hits search(String words) {
    return bus.ask(
            SearchPassages.ADDRESS,
            new SearchPassages(Scope.DEFAULT, words, List.of(), Mode.HYBRID, 10, Filters.NONE))
        .await();
  }

  private List<String> tasks(String words) {
    Optional<String> none = Optional.empty();
    return bus.ask(
            SearchTasks.ADDRESS,
            new SearchTasks(
                Scope.DEFAULT, words, none, none, Optional.empty(), Optional.empty(), none, 50))
        .await()
        .ids();
  }

  private TaskId submit(String json) {
    var request = TaskRequest.now(Scope.DEFAULT, "echo", new Payload(json), Priority.NORMAL);
    Submitted answer = queue.submit(List.of(request)).await().getFirst();
    assertThat(answer).isInstanceOf(Submitted.Accepted.class);
    return ((Submitted.Accepted) answer).task().id();
  }

  private void finish(TaskId id, String result) {
    List<Claimed> claimed =
        queue
            .claim("worker", List.of(new Demand("echo", 10, Duration.ofMinutes(1))))
            .await()
            .tasks();
    Map<TaskId, Claimed> byId = new java.util.HashMap<>();
    claimed.forEach(one -> byId.put(one.task().id(), one));
    var ending = new Ending.Succeed(new Payload(result));
    assertThat(queue.finish(List.of(new Finish(byId.get(id).hold(), ending))).await())
        .containsExactly(true);
  }
}
