package io.millrace.document;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Filter;
import io.millrace.document.Documents.Status;
import io.millrace.observe.Meters;
import io.millrace.queue.RedisTaskQueue;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.RedisLimits;
import io.millrace.settings.QueueSettings;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.millrace.testing.LocalRedis;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class DocumentUpkeepIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();
  @RegisterExtension static final LocalRedis REDIS = new LocalRedis();

  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters();
  private Library library;
  private RedisTaskQueue queue;

  @BeforeEach
  void open() throws Exception {
    REDIS.flush();
    library = new Library(vertx, POSTGRES.database(vertx), directory);
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

  @Test
  void bytesThatNobodyRefersToAreRemovedWhenTheyAreOld() throws Exception {
    Document kept = library.bringIn("kept.txt", "Kept words.");
    String old = library.put("Nobody refers to this.").id();
    String young = library.put("Nobody refers to this yet.").id();
    String again = library.put("Somebody brings this again just now.").id();
    for (String artifact : List.of(kept.artifact(), old, again)) {
      Files.setLastModifiedTime(await(library.artifacts.get(artifact)), FileTime.from(LONG_AGO));
    }
    assertThat(library.put("Somebody brings this again just now.").id()).isEqualTo(again);

    var references = new ArtifactReferences(library.database, library.artifacts);
    int removed = await(references.sweep(InstantSource.system().instant().minusSeconds(3_600)));

    assertThat(removed).isOne();
    assertThat(await(library.artifacts.putBefore(Instant.MAX)))
        .containsExactlyInAnyOrder(kept.artifact(), young, again);
  }

  @Test
  void theManualIsSubmittedOnceInTheLifeOfADatabase() throws Exception {
    int pages = ManualPages.read().size();
    String first = deploy();
    Await.until("the milestone", () -> milestones() == 1);
    done(vertx.undeploy(first));
    String second = deploy();
    done(vertx.undeploy(second));

    List<Document> manual = manual();

    assertThat(manual).isNotEmpty().hasSize(pages);
    assertThat(manual).allSatisfy(page -> assertThat(page.task()).isPresent());
    assertThat(await(queue.list(Scope.DEFAULT, Optional.empty(), 100))).hasSize(pages);
  }

  @Test
  void aDatabaseWithCollectionsGetsNoSample() throws Exception {
    var _ = library.register("a.txt", "hello");

    var _ = deploy();

    Await.until("the milestone", () -> milestones() == 1);
    assertThat(manual()).isEmpty();
  }

  @Test
  void aDocumentWhoseTaskHasEndedIsGivenUp() throws Exception {
    Document waits = registered("a.txt");
    Document ended = registered("b.txt");
    Document lost = library.register("c.txt", "c");
    done(library.documents.attachTask(ALICE, lost.id(), "0-01m7yrrtbveccvh76rdxm4vycj"));
    Document young = library.register("d.txt", "d");
    fail(await(queue.get(ALICE, taskOf(ended))).orElseThrow());

    int givenUp = await(new UnfinishedDocuments(library.database, queue, 0).sweep());

    assertThat(givenUp).isEqualTo(2);
    assertThat(library.get(waits).status()).isEqualTo(Status.PENDING);
    assertThat(library.get(young).status()).isEqualTo(Status.PENDING);
    assertThat(library.get(ended).error()).contains("It broke.");
    assertThat(library.get(lost).error().orElseThrow()).startsWith("Its task ended");
    assertThat(await(new UnfinishedDocuments(library.database, queue, 60_000).sweep())).isZero();
  }

  @Test
  void aDocumentIsReadyAsBeforeWhenBringingItInAnewWasCancelled() throws Exception {
    Document document = library.bringIn("a.txt", "Old words.");
    var request = TaskRequest.now(ALICE, "ingest", Payload.EMPTY, Priority.NORMAL);
    TaskId task =
        ((Submitted.Accepted) await(queue.submit(List.of(request))).getFirst()).task().id();
    var again =
        new Ingest.Request(task.value(), new Ingest.Subject.Registered(document.id()), true);
    var stopped = new AtomicBoolean();
    Ingest.Ended ended =
        library.ingest.run(
            ALICE, again, (stage, _, _) -> stopped.set(stage.equals("chunk")), stopped::get);
    assertThat(ended).isEqualTo(new Ingest.Ended.Stopped());
    assertThat(library.get(document).status()).isEqualTo(Status.PENDING);
    assertThat(await(new UnfinishedDocuments(library.database, queue, 0).sweep())).isZero();
    var _ = await(queue.cancel(ALICE, task));

    assertThat(await(new UnfinishedDocuments(library.database, queue, 0).sweep())).isOne();

    Document after = library.get(document);
    assertThat(after.status()).isEqualTo(Status.READY);
    assertThat(after.error()).isEmpty();
    assertThat(await(library.documents.text(ALICE, document.id()))).isEqualTo("Old words.");
    assertThat(library.count("SELECT count(*) FROM edition")).isOne();
  }

  private Document registered(String name) throws Exception {
    Document document = library.register(name, name);
    var request = TaskRequest.now(ALICE, "ingest", Payload.EMPTY, Priority.NORMAL);
    var accepted = (Submitted.Accepted) await(queue.submit(List.of(request))).getFirst();
    done(library.documents.attachTask(ALICE, document.id(), accepted.task().id().value()));
    return library.get(document);
  }

  private static TaskId taskOf(Document document) {
    return new TaskId(document.task().orElseThrow());
  }

  private void fail(Task task) throws TimeoutException {
    var claimed =
        await(queue.claim("worker", List.of(new Demand("ingest", 10, Duration.ofMinutes(1)))));
    var ending = new Ending.Fail(new TaskError("invalid", "It broke.", false));
    var hold =
        claimed.tasks().stream()
            .filter(c -> c.task().id().equals(task.id()))
            .findFirst()
            .orElseThrow()
            .hold();
    assertThat(await(queue.finish(List.of(new Finish(hold, ending))))).containsExactly(true);
  }

  private List<Document> manual() throws TimeoutException {
    return await(
            library.documents.list(
                Scope.DEFAULT,
                new Filter(Optional.of(SampleCollection.NAME), Optional.empty(), Optional.empty()),
                Optional.empty(),
                100))
        .documents();
  }

  private long milestones() {
    try {
      return library.count("SELECT count(*) FROM milestone");
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private String deploy() throws TimeoutException {
    return await(
        vertx.deployVerticle(
            new DocumentUpkeepVerticle(
                library.database,
                library.documents,
                library.artifacts,
                queue,
                Library.SETTINGS,
                meters),
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
  }
}
