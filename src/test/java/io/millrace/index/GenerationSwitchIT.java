package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.archive.PostgresArchive;
import io.millrace.artifact.DirectoryArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.document.Generation;
import io.millrace.document.PostgresDocuments;
import io.millrace.document.PostgresGenerations;
import io.millrace.events.RedisEventLogs;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.inference.Embed;
import io.millrace.observe.HealthChecks;
import io.millrace.observe.Meters;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.settings.IndexSettings;
import io.millrace.settings.QueueSettings;
import io.millrace.sql.Database;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.millrace.testing.LocalRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two index processes and two models that disagree: asked for "water", the first finds the document
 * that looks east nearest, the second the one that looks north.
 */
class GenerationSwitchIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final float[] EAST = {1, 0};
  private static final float[] NORTH = {0, 1};

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final List<IndexProcess> processes = new ArrayList<>();
  private Database database;
  private PostgresGenerations generations;
  private Generation first;

  /** One index process, on a bus of its own. */
  private final class IndexProcess {
    private final Vertx own = Vertx.vertx();
    private final Bus bus = new Bus(own, Duration.ofSeconds(20));
    private final Meters meters = new Meters();
    private final Path files;
    private final DirectoryArtifactStore artifacts;
    private IndexVerticle index;
    private String deployed;

    IndexProcess(String name) throws IOException {
      files = directory.resolve(name);
      artifacts = DirectoryArtifactStore.open(own, directory.resolve("artifacts"));
      for (String model : List.of(FIRST, SECOND)) {
        float[] question = model.equals(FIRST) ? EAST : NORTH;
        bus.serve(
                Embed.at(model),
                _ -> Future.succeededFuture(new Embed.Vectors(model + "-1", List.of(question), 1)))
            .await();
      }
      start();
    }

    void start() {
      Database mine = POSTGRES.database(own);
      RedisGateway redis = RedisGateway.connect(own, REDIS.uri(), RedisLimits.DEFAULT).await();
      var archive = new PostgresArchive(mine);
      var queue =
          new RedisTaskQueue(
              redis,
              new QueueSettings(1, 1_000, 1_000, 1_000, 10_000, Duration.ofHours(1)),
              1_000,
              InstantSource.system(),
              new SecureRandom());
      index =
          new IndexVerticle(
              new IndexVerticle.Parts(
                  bus,
                  files,
                  new IndexSettings(Duration.ofMillis(100)),
                  model -> new SearchModel(model, Set.of("en"), Optional.empty()),
                  new PostgresChangeLog(mine),
                  new PostgresDocuments(mine, artifacts, new SecureRandom()),
                  new PostgresGenerations(mine),
                  archive,
                  queue,
                  new RedisEventLogs(own, redis, archive, 1),
                  meters,
                  new HealthChecks()));
      deployed = own.deployVerticle(index).await();
    }

    void stop() {
      own.undeploy(deployed).await();
    }

    void close() {
      own.close().await();
      artifacts.close();
      meters.close();
    }

    Hits search(Mode mode) {
      return bus.ask(
              SearchPassages.ADDRESS,
              new SearchPassages(Scope.DEFAULT, "water", List.of(), mode, 10, Filters.NONE))
          .await();
    }

    /** The document that the model behind the search finds nearest; empty when there is none. */
    String nearest() {
      return search(Mode.VECTOR).hits().stream().findFirst().map(Hit::documentId).orElse("");
    }

    List<String> byWords() {
      return search(Mode.KEYWORD).hits().stream().map(Hit::documentId).sorted().toList();
    }

    boolean inStep() {
      long head = new PostgresChangeLog(database).head().await().n();
      return index.status().stream().allMatch(one -> one.ready() && one.seen() >= head);
    }
  }

  @BeforeEach
  void open() throws IOException {
    database = POSTGRES.database(vertx);
    database
        .query("TRUNCATE collection, document, passage, edition, generation, archived_task CASCADE")
        .await();
    REDIS.flush();
    database
        .query(
            "INSERT INTO collection (id, tenant, project, user_name, name)"
                + " VALUES ('c', 'default', 'default', 'anonymous', 'shelf')")
        .await();
    generations = new PostgresGenerations(database);
    first = generations.ensure(Optional.of(FIRST)).await();
    write("east", first, EAST);
    write("north", first, NORTH);
    processes.add(new IndexProcess("one"));
    processes.add(new IndexProcess("two"));
  }

  @AfterEach
  void close() {
    processes.forEach(IndexProcess::close);
    vertx.close().await();
  }

  /** Writes a document as ingestion does, or complements it. */
  private void write(String id, Generation generation, float[] vector) {
    Void _ =
        database
            .transaction(transaction ->
                written(transaction, id, generation, vector)
                    .compose(_ ->
                        PostgresChangeLog.append(
                            transaction, Kind.DOCUMENT, List.of(new Entity(id, "default")))))
            .<Void>mapEmpty()
            .await();
  }

  private static Future<?> written(
      SqlConnection transaction, String id, Generation generation, float[] vector) {
    Buffer bytes = Buffer.buffer().appendFloatLE(vector[0]).appendFloatLE(vector[1]);
    return transaction
        .preparedQuery(
            """
            INSERT INTO document (id, collection_id, tenant, project, user_name, name, media_type,
              artifact, bytes, status, searchable, passages)
            VALUES ($1, 'c', 'default', 'default', 'anonymous', $1, 'text/plain', 'none', 0,
              'ready', 1, 1)
            ON CONFLICT (id) DO NOTHING
            """)
        .execute(Tuple.of(id))
        .compose(_ ->
            transaction
                .preparedQuery(
                    """
                    WITH made AS (
                      INSERT INTO edition (document_id, version, artifact, chunker, model,
                        embedding_model, media_type, title, content, headings, generation,
                        published, passage_count)
                      VALUES ($1, 1, 'none', 1, $2, $2 || '-1', 'text/plain', '', 'water', '[]', $3,
                        true, 1)
                      RETURNING id),
                    passages AS (
                      INSERT INTO passage (edition, ordinal, page, start_offset, end_offset,
                        heading, content, embedding)
                      SELECT id, 0, 0, 0, 5, '', 'water', $4 FROM made)
                    UPDATE document SET edition = coalesce(document.edition, made.id) FROM made
                    WHERE document.id = $1
                    """)
                .execute(Tuple.of(id, generation.model(), generation.id(), bytes)));
  }

  private void awaitAll(String what, java.util.function.Predicate<IndexProcess> state) {
    Await.until(what, () -> processes.stream().allMatch(state));
  }

  private Generation built() {
    Generation second = generations.begin(Optional.of(SECOND), false).await();
    write("east", second, EAST);
    write("north", second, NORTH);
    return second;
  }

  @Test
  void everyProcessSwitchesAndBackAndTheModelOfTheLiveOneReadsTheQuestion() {
    awaitAll("the first", one -> one.nearest().equals("east"));

    Generation second = built();
    awaitAll("both indexes", one -> one.inStep() && one.index.status().size() == 3);
    assertThat(processes).allSatisfy(one -> assertThat(one.nearest()).isEqualTo("east"));
    assertThat(processes)
        .allSatisfy(one -> assertThat(one.search(Mode.KEYWORD).total()).isEqualTo(2));

    generations.switchTo(second.id(), false).await();
    awaitAll("the switch", one -> one.nearest().equals("north"));
    assertThat(processes)
        .allSatisfy(one -> {
          assertThat(one.index.generation()).isEqualTo(second.id());
          assertThat(one.meters.scrape()).contains("millrace_index_generation " + second.id());
          assertThat(one.byWords()).containsExactly("east", "north");
        });

    generations.switchTo(first.id(), false).await();
    awaitAll("the way back", one -> one.nearest().equals("east"));
  }

  @Test
  void aSearchIsNeverWithoutItsAnswerWhileItSwitches() {
    awaitAll("the first", one -> one.byWords().equals(List.of("east", "north")));
    Generation second = built();

    Future<Generation> switching = generations.switchTo(second.id(), false);
    awaitAll(
        "the switch",
        one -> {
          assertThat(one.byWords()).containsExactly("east", "north");
          assertThat(one.nearest()).isIn("east", "north");
          return switching.isComplete() && one.nearest().equals("north");
        });
  }

  @Test
  void whatIsDeletedMeanwhileIsFoundInNeither() {
    Generation second = built();
    Void _ =
        database
            .transaction(transaction ->
                transaction
                    .query("DELETE FROM document WHERE id = 'north'")
                    .execute()
                    .compose(_ ->
                        PostgresChangeLog.append(
                            transaction, Kind.DOCUMENT, List.of(new Entity("north", "default")))))
            .<Void>mapEmpty()
            .await();
    awaitAll("it to be gone", one -> one.byWords().equals(List.of("east")));

    generations.switchTo(second.id(), false).await();

    awaitAll("the switch", one -> one.index.generation() == second.id());
    assertThat(processes).allSatisfy(one -> assertThat(one.byWords()).containsExactly("east"));
  }

  @Test
  void whatIsMissingInTheNewOneIsFoundByItsWords() {
    Generation second = generations.begin(Optional.of(SECOND), false).await();
    write("east", second, EAST);
    generations.switchTo(second.id(), true).await();

    awaitAll("the switch", one -> one.index.generation() == second.id());
    assertThat(processes)
        .allSatisfy(one -> {
          assertThat(one.byWords()).containsExactly("east", "north");
          assertThat(one.search(Mode.VECTOR).hits())
              .extracting(Hit::documentId)
              .containsExactly("east");
        });
  }

  @Test
  void aProcessThatWasAwayDuringTheSwitchComesBackToTheLiveOne() throws IOException {
    awaitAll("the first", one -> one.nearest().equals("east"));
    IndexProcess away = processes.getLast();
    away.stop();
    Generation second = built();
    generations.switchTo(second.id(), false).await();
    generations.drop(first.id()).await();

    away.start();

    awaitAll("the live one", one -> one.nearest().equals("north"));
    Await.until(
        "the files of the other", () -> !Files.exists(away.files.resolve(directoryOf(first))));
    assertThat(Files.exists(away.files.resolve(directoryOf(second)))).isTrue();
  }

  private static String directoryOf(Generation generation) {
    return IndexDirectories.name(generation.id());
  }
}
