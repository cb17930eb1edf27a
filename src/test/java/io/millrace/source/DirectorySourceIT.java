package io.millrace.source;

import static io.millrace.source.SyncedShelf.ALICE;
import static io.millrace.source.SyncedShelf.await;
import static io.millrace.source.SyncedShelf.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.document.Documents.Document;
import io.millrace.document.SyncedDocuments.Waiting;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.source.Source.Counts;
import io.millrace.source.Source.OnGone;
import io.millrace.source.Source.Plan;
import io.millrace.source.Synchronizer.Ended;
import io.millrace.task.Children;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A collection follows a directory. */
final class DirectorySourceIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private SyncedShelf shelf;

  @BeforeEach
  void open() throws Exception {
    shelf = new SyncedShelf(vertx, POSTGRES.database(vertx), directory);
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  @Test
  void onlyWhatIsNewOrChangedIsReadInRunsOfBoundedSize() throws Exception {
    for (int i = 0; i < 8; i++) {
      shelf.put("deep/" + i + ".txt", "text " + i);
    }
    shelf.put("left out.tmp", "x");
    shelf.put(".hidden", "x");
    shelf.put(".git/config", "x");
    Source source = shelf.directory(OnGone.KEEP);

    assertThat(shelf.sync(source)).isEqualTo(new Counts(8, 0, 0, 0, 0));
    assertThat(shelf.names()).hasSize(8).contains("deep/0.txt");
    assertThat(shelf.all())
        .allSatisfy(document -> {
          assertThat(document.tags()).containsExactly("synced");
          assertThat(document.source().orElseThrow()).startsWith("file:///").endsWith(".txt");
        });
    assertThat(shelf.sync(source)).isEqualTo(new Counts(0, 0, 8, 0, 0));

    shelf.put("deep/3.txt", "another text");
    shelf.put("new.txt", "new");
    assertThat(shelf.sync(source)).isEqualTo(new Counts(1, 1, 7, 0, 0));
    assertThat(shelf.all())
        .filteredOn(d -> d.version() == 2)
        .extracting(Document::name)
        .containsExactly("deep/3.txt");
    Source synced = await(shelf.sources.get(ALICE, source.id()));
    assertThat(synced.running()).isEmpty();
    assertThat(synced.last().orElseThrow().counts()).isEqualTo(new Counts(1, 1, 7, 0, 0));
    assertThat(synced.last().orElseThrow().endedAt()).isPresent();
    try (var left = Files.list(shelf.artifacts.incoming())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void whatIsGoneStaysIsDisabledOrGoesToo() throws Exception {
    shelf.put("a.txt", "a");
    Path gone = shelf.write("b.txt", "b");
    Source source = shelf.directory(OnGone.KEEP);
    assertThat(shelf.sync(source).created()).isEqualTo(2);

    Files.delete(gone);
    assertThat(shelf.sync(source)).isEqualTo(new Counts(0, 0, 1, 1, 0));
    assertThat(shelf.all()).hasSize(2).allMatch(Document::enabled);

    Source disabling =
        await(
            shelf.sources.update(
                ALICE, source.id(), shelf.with(OnGone.DISABLE), SyncedShelf.none()));
    shelf.put("b.txt", "b");
    assertThat(shelf.sync(disabling).gone()).isZero();
    Files.delete(gone);
    assertThat(shelf.sync(disabling).gone()).isEqualTo(1);
    assertThat(shelf.all())
        .filteredOn(d -> !d.enabled())
        .extracting(Document::name)
        .containsExactly("b.txt");
    shelf.put("b.txt", "b");
    var _ = shelf.sync(disabling);
    assertThat(shelf.all()).as("what is there again is found again").allMatch(Document::enabled);

    Source deleting =
        await(
            shelf.sources.update(
                ALICE, source.id(), shelf.with(OnGone.DELETE), SyncedShelf.none()));
    Files.delete(gone);
    assertThat(shelf.sync(deleting).gone()).isEqualTo(1);
    assertThat(shelf.names()).containsExactly("a.txt");
    assertThat(shelf.sync(deleting)).isEqualTo(new Counts(0, 0, 1, 0, 0));
  }

  @Test
  void aSourceThatCannotBeListedDeletesNothing() throws Exception {
    shelf.put("a.txt", "a");
    shelf.put("b.txt", "b");
    Source source = shelf.directory(OnGone.DELETE);
    var _ = shelf.sync(source);
    Path away = Files.move(shelf.root, shelf.directory.resolve("away"));

    assertThat(shelf.run(source, shelf.task()))
        .isInstanceOfSatisfying(
            Ended.Refused.class, refused -> assertThat(refused.problem().retryable()).isTrue());
    assertThat(shelf.all()).hasSize(2);
    assertThat(await(shelf.sources.get(ALICE, source.id())).last().orElseThrow().error())
        .hasValueSatisfying(error -> assertThat(error).contains("cannot be synced"));

    Files.createDirectory(shelf.root);
    assertThat(shelf.run(source, shelf.task()))
        .as("a disk that is not mounted")
        .isInstanceOf(Ended.Refused.class);
    assertThat(shelf.all()).hasSize(2);

    Files.delete(shelf.root);
    Files.move(away, shelf.root);
    assertThat(shelf.sync(source)).isEqualTo(new Counts(0, 0, 2, 0, 0));
  }

  @Test
  void linksOutOfTheRootAreNotRead() throws Exception {
    Path secret = Files.writeString(shelf.directory.resolve("secret.txt"), "secret");
    Path elsewhere = Files.createDirectory(shelf.directory.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("b.txt"), "secret too");
    shelf.put("a.txt", "a");
    Files.createSymbolicLink(shelf.root.resolve("link.txt"), secret);
    Files.createSymbolicLink(shelf.root.resolve("linked"), elsewhere);
    Source source = shelf.directory(OnGone.KEEP);

    assertThat(shelf.sync(source).created()).isEqualTo(1);
    assertThat(shelf.names()).containsExactly("a.txt");

    Source outside = source;
    assertThatThrownBy(() ->
            await(
                shelf.sources.update(
                    ALICE,
                    outside.id(),
                    new Plan(
                        "s",
                        "shelf",
                        new Place.Directory(shelf.root + "/../elsewhere"),
                        List.of(),
                        List.of(),
                        List.of(),
                        OnGone.KEEP),
                    SyncedShelf.none())))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.Invalid.class));
    var linked =
        new Plan(
            "l",
            "shelf",
            new Place.Directory(shelf.root + "/linked"),
            List.of(),
            List.of(),
            List.of(),
            OnGone.KEEP);
    Source through = await(shelf.sources.create(ALICE, linked, SyncedShelf.none()));
    assertThat(shelf.run(through, shelf.task()))
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem().detail()).contains("leads out"));
    assertThat(shelf.names()).containsExactly("a.txt");
  }

  @Test
  void oneFileThatCannotBeReadIsToldAndTheOthersCome() throws Exception {
    shelf.put("a.txt", "a");
    shelf.put("large.txt", "x".repeat(1_001));
    Source source = shelf.directory(OnGone.DELETE);
    String task = shelf.task();

    Ended ended = shelf.run(source, task);
    shelf.bringIn(((Ended.Bringing) ended).documents().getFirst().id());
    ended = shelf.run(source, task, Optional.of(new Children(1, 0, 1, 0, 0)));

    assertThat(ended)
        .isInstanceOfSatisfying(
            Ended.Done.class,
            done -> {
              assertThat(done.counts()).isEqualTo(new Counts(1, 0, 0, 0, 2));
              assertThat(done.failures())
                  .singleElement()
                  .satisfies(failure -> assertThat(failure.key()).isEqualTo("large.txt"));
            });
    assertThat(shelf.names()).containsExactly("a.txt");
  }

  @Test
  void twoFilesOfTheSameBytesAreOneDocumentUntilOneChanges() throws Exception {
    Path one = shelf.write("a.txt", "same");
    shelf.put("b.txt", "same");
    Source source = shelf.directory(OnGone.DELETE);
    assertThat(shelf.sync(source).created()).isEqualTo(2);
    assertThat(shelf.all()).hasSize(1);

    Files.delete(one);
    assertThat(shelf.sync(source).gone()).isEqualTo(1);
    assertThat(shelf.all()).as("the other file has these bytes").hasSize(1);

    shelf.put("a.txt", "same");
    var _ = shelf.sync(source);
    shelf.put("a.txt", "other than before");
    shelf.put("b.txt", "same ");
    var _ = shelf.sync(source);
    assertThat(shelf.all()).hasSize(2);
  }

  @Test
  void whatPeopleUploadedIsNotDeletedWithAFileOfTheSameBytes() throws Exception {
    Path upload = Files.writeString(shelf.artifacts.incoming().resolve("u"), "same");
    var artifact = await(shelf.artifacts.put(upload));
    var registered =
        await(
            shelf.documents.register(
                ALICE,
                new io.millrace.document.Documents.Upload("shelf", "mine.txt", "", artifact)));
    shelf.bringIn(registered.document().id());
    shelf.put("a.txt", "a");
    Path twin = shelf.write("twin.txt", "same");
    Source source = shelf.directory(OnGone.DELETE);
    var _ = shelf.sync(source);

    Files.delete(twin);
    assertThat(shelf.sync(source).gone()).isEqualTo(1);
    assertThat(shelf.names()).containsExactly("a.txt", "mine.txt");
  }

  @Test
  void whatACancelledSyncHadRegisteredTheNextOneBringsIn() throws Exception {
    shelf.put("a.txt", "a");
    shelf.put("b.txt", "b");
    Source source = shelf.directory(OnGone.KEEP);
    String first = shelf.task();
    assertThat(shelf.run(source, first)).isInstanceOf(Ended.Bringing.class);
    done(
        shelf.database.query("UPDATE document SET status = 'failed', error = 'It was cancelled.'"));

    Ended second = shelf.run(source, shelf.task());

    assertThat(second)
        .isInstanceOfSatisfying(
            Ended.Bringing.class, bringing -> assertThat(bringing.documents()).hasSize(2));
  }

  @Test
  void theSameTaskGoesOnAfterItsWorkerDied() throws Exception {
    for (int i = 0; i < 5; i++) {
      shelf.put(i + ".txt", "text " + i);
    }
    Source source = shelf.directory(OnGone.KEEP);
    String task = shelf.task();
    var request =
        new Synchronizer.Request(ALICE, source.id(), task, Optional.empty(), SyncedShelf.FILES_MAX);
    var looked = new java.util.concurrent.atomic.AtomicInteger();
    Ended stopped =
        shelf.synchronizer.run(request, (_, _) -> {}, () -> looked.incrementAndGet() > 2);
    assertThat(stopped).isInstanceOf(Ended.Stopped.class);
    assertThat(shelf.all()).isNotEmpty();

    Ended ended = shelf.run(source, task);
    int children = 0;
    while (ended instanceof Ended.Bringing(var waiting)) {
      for (Waiting document : waiting) {
        shelf.bringIn(document.id());
        children++;
      }
      ended = shelf.run(source, task, Optional.of(new Children(children, children, 0, 0, 0)));
    }

    assertThat(children).isEqualTo(5);
    assertThat(((Ended.Done) ended).counts()).isEqualTo(new Counts(5, 0, 0, 0, 0));
  }
}
