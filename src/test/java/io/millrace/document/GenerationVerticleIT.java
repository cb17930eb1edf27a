package io.millrace.document;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.OTHER_MODEL;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.document.Documents.Document;
import io.millrace.document.Generation.State;
import io.millrace.document.Generations.Counted;
import io.millrace.document.Generations.Failure;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Subject;
import io.millrace.inference.Embed.Vectors;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.settings.QueueSettings;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskError;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.millrace.testing.LocalRedis;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The loop over a real queue; the test is the worker. */
final class GenerationVerticleIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters();
  private Library library;
  private RedisTaskQueue queue;

  @BeforeEach
  void open() throws Exception {
    REDIS.flush();
    library = new Library(vertx, POSTGRES.database(vertx), directory);
    library.embedWith(question ->
        question.texts().contains("Unreadable.") && question.model().equals(OTHER_MODEL)
            ? Future.failedFuture(
                new ProblemException(new Problem.Invalid("/texts", "The model chokes on it.")))
            : Library.vectors(question)
                .map(v -> new Vectors(question.model() + "-1", v.rows(), v.tokens())));
    queue =
        new RedisTaskQueue(
            await(RedisGateway.connect(vertx, REDIS.uri(), RedisLimits.DEFAULT)),
            new QueueSettings(1, 100_000, 100_000, 1_000, 10_000, Duration.ofHours(1)),
            100_000,
            InstantSource.system(),
            new SecureRandom());
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
    meters.close();
  }

  private String deploy() throws TimeoutException {
    return await(
        vertx.deployVerticle(
            new GenerationVerticle(
                library.database, library.generations, library.artifacts, queue, meters),
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
  }

  /** Runs what waits, as a worker does; answers how many tasks that were. */
  private int work() throws TimeoutException {
    var demand = List.of(new Demand("ingest", 50, Duration.ofMinutes(1)));
    List<Claimed> claimed = await(queue.claim("worker", demand)).tasks();
    for (Claimed one : claimed) {
      assertThat(one.task().priority()).isEqualTo(Priority.LOW);
      JsonObject input = new JsonObject(one.task().input().json());
      var subject = new Subject.Shown(input.getString("documentId"), input.getLong("generation"));
      Ended ended =
          library.ingest.run(
              one.task().owner(), Library.request(subject), (_, _, _) -> {}, () -> false);
      Ending ending =
          ended instanceof Ended.Refused(var problem)
              ? new Ending.Fail(new TaskError(problem.type(), problem.detail(), false))
              : new Ending.Succeed(Payload.EMPTY);
      assertThat(await(queue.finish(List.of(new Finish(one.hold(), ending)))))
          .containsExactly(true);
    }
    return claimed.size();
  }

  /** A state whose look may fail. */
  private interface Look {
    boolean holds() throws Exception;
  }

  private void until(String what, Look state) {
    Await.until(
        what,
        () -> {
          try {
            return state.holds();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void workUntil(String what, Look state) {
    until(
        what,
        () -> {
          return work() >= 0 && state.holds();
        });
  }

  private Counted counts(Generation generation) throws TimeoutException {
    return await(library.generations.get(generation.id()));
  }

  private Generation live() throws TimeoutException {
    return await(library.generations.live());
  }

  private List<Document> bringIn(int count) throws Exception {
    var documents = new ArrayList<Document>();
    for (int i = 0; i < count; i++) {
      documents.add(library.bringIn("page" + i + ".md", "Page " + i + "."));
    }
    return documents;
  }

  @Test
  void allDocumentsAreTakenOverAndThenItSwitchesThoughTheProcessWasLostOnTheWay() throws Exception {
    var _ = bringIn(20);
    String first = deploy();
    Generation next = await(library.generations.begin(Optional.of(OTHER_MODEL), true));
    workUntil("some to be done", () -> counts(next).done() > 0);
    done(vertx.undeploy(first));
    done(library.database.query("UPDATE generation_item SET task_id = ''")); // it died submitting
    done(
        library.database.query(
            "UPDATE generation_item SET updated_at = updated_at - interval '1 minute'"));
    Document late = library.bringIn("late.md", "It came late.");

    var _ = deploy();
    workUntil("the switch", () -> live().id() == next.id());

    assertThat(counts(next)).isEqualTo(new Counted(live(), 21, 21, 0));
    assertThat(counts(library.live).generation().state()).isEqualTo(State.PREVIOUS);
    assertThat(await(library.documents.indexable(late.id(), next.id())).orElseThrow().model())
        .isEqualTo("reader-1");
    assertThat(library.count("SELECT count(*) FROM generation_item")).isZero();
    assertThat(library.count("SELECT count(*) FROM edition WHERE NOT published")).isZero();
  }

  @Test
  void oneThatFailedKeepsItFromSwitchingAndIsNamed() throws Exception {
    var _ = bringIn(2);
    Document bad = library.bringIn("bad.md", "Unreadable.");
    Generation next = await(library.generations.begin(Optional.of(OTHER_MODEL), true));
    var _ = deploy();

    workUntil("all to be tried", () -> counts(next).ended());
    until("the metric", () -> meters.scrape().contains("millrace_generation_documents_failed 1"));

    assertThat(counts(next)).extracting(Counted::done, Counted::failed).containsExactly(2L, 1L);
    assertThat(await(library.generations.failures(ALICE, next.id(), 10)))
        .extracting(Failure::documentId, Failure::error)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(bad.id(), "The model chokes on it."));
    assertThat(live().id()).isEqualTo(library.live.id());
    done(library.documents.delete(ALICE, bad.id()));
    workUntil("the switch", () -> live().id() == next.id());
  }

  @Test
  void aSwitchBeforeTheEndIsCompletedAfterIt() throws Exception {
    List<Document> documents = bringIn(5);
    Generation next = await(library.generations.begin(Optional.of(OTHER_MODEL), false));
    done(library.generations.switchTo(next.id(), true));

    var _ = deploy();
    workUntil("all to be there", () -> !live().unfinished());

    assertThat(counts(next).done()).isEqualTo(5);
    for (Document document : documents) {
      assertThat(library.get(document).passages()).isOne();
      assertThat(await(library.documents.indexable(document.id(), next.id())).orElseThrow().model())
          .isEqualTo("reader-1");
    }
  }

  @Test
  void whatIsDroppedIsDeletedWithItsTasksButForWhatSearchShows() throws Exception {
    List<Document> documents = bringIn(3);
    String first = deploy();
    Generation next = await(library.generations.begin(Optional.of(OTHER_MODEL), false));
    until(
        "tasks",
        () -> library.count("SELECT count(*) FROM generation_item WHERE task_id > ''") == 3);
    done(vertx.undeploy(first));
    var subject = new Subject.Shown(documents.getFirst().id(), next.id());
    assertThat(library.ingest.run(ALICE, Library.request(subject), (_, _, _) -> {}, () -> false))
        .isInstanceOf(Ended.Done.class);
    done(library.generations.switchTo(next.id(), true));
    done(library.generations.drop(library.live.id()));

    String second = deploy();
    until("it to be gone", () -> await(library.generations.all()).size() == 1);

    assertThat(library.count("SELECT count(*) FROM edition")).isEqualTo(3);
    assertThat(library.count("SELECT count(*) FROM edition WHERE generation IS NULL")).isEqualTo(2);
    assertThat(library.count("SELECT count(*) FROM document WHERE edition IS NOT NULL"))
        .isEqualTo(3);
    workUntil("the rest", () -> !live().unfinished());
    assertThat(library.count("SELECT count(*) FROM edition WHERE generation IS NULL")).isZero();
    assertThat(library.count("SELECT count(*) FROM edition")).isEqualTo(3);
    done(vertx.undeploy(second));
  }

  @Test
  void tasksOfWhatIsGivenUpAreCancelled() throws Exception {
    var _ = bringIn(3);
    var _ = deploy();
    Generation next = await(library.generations.begin(Optional.of(OTHER_MODEL), false));
    until(
        "tasks",
        () -> library.count("SELECT count(*) FROM generation_item WHERE task_id > ''") == 3);

    done(library.generations.drop(next.id()));
    until("it to be gone", () -> await(library.generations.all()).size() == 1);

    assertThat(work()).isZero();
    assertThat(library.count("SELECT count(*) FROM edition")).isEqualTo(3);
  }
}
