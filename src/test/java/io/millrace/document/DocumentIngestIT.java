package io.millrace.document;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.MALLORY;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Indexable;
import io.millrace.document.Documents.Passage;
import io.millrace.document.Documents.Status;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Subject;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class DocumentIngestIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  private static final String PAGE =
      "# The mill\n\n"
          + "The wheel turns with the water. Колесо мелет зерно 😀.\n\n".repeat(120)
          + "## Stones\n\nTwo stones grind.\n";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private Library library;

  @BeforeEach
  void open() throws Exception {
    library = new Library(vertx, POSTGRES.database(vertx), directory);
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  @Test
  void aFileBecomesSearchableWithExactOffsets() throws Exception {
    Document registered = library.register("mill.md", PAGE);
    var stages = new ArrayList<String>();

    Ended ended =
        library.ingest.run(
            ALICE,
            Library.request(registered.id()),
            (stage, done, total) -> stages.add(stage),
            () -> false);

    Document document = library.get(registered);
    assertThat(ended)
        .isEqualTo(
            new Ended.Done(
                document.id(),
                "shelf",
                "The mill",
                "text/markdown",
                1,
                document.passages(),
                document.characters()));
    assertThat(stages).startsWith("extract", "chunk", "embed").endsWith("publish");
    assertThat(document.status()).isEqualTo(Status.READY);
    String text = await(library.documents.text(ALICE, document.id()));
    List<Passage> passages = await(library.documents.passages(ALICE, document.id(), 0, 1_000));
    assertThat(passages).hasSize(document.passages()).hasSizeGreaterThan(5);
    assertThat(passages)
        .allSatisfy(p -> assertThat(text.substring(p.start(), p.end())).isEqualTo(p.text()));
    assertThat(passages.getFirst().heading()).isEqualTo("The mill");
    assertThat(await(library.documents.passages(ALICE, document.id(), 3, 2)))
        .isEqualTo(passages.subList(3, 5));
  }

  @Test
  void theIndexGetsPassagesAndVectorsOfOneVersion() throws Exception {
    var log = new PostgresChangeLog(library.database);
    long before = await(log.head()).n();

    Document document = library.bringIn("mill.md", PAGE);

    Indexable indexable = library.indexable(document).orElseThrow();
    assertThat(indexable.model()).isEqualTo("counter-1");
    assertThat(indexable.passages()).hasSize(document.passages());
    for (int i = 0; i < indexable.passages().size(); i++) {
      Passage passage = indexable.passages().get(i);
      int embedded = passage.heading().length() + 1 + passage.text().length();
      assertThat(indexable.vectors().get(i)).containsExactly(embedded, -0.5f, 1e-7f);
    }
    assertThat(await(log.after(before, 10)).stream().map(Change::entityId))
        .containsExactly(document.id());
    assertThat(await(library.documents.searchableIds(Optional.empty(), 10)))
        .containsExactly(document.id());
  }

  @Test
  void anotherRunChangesNothingAndAsksForNoVectors() throws Exception {
    Document document = library.bringIn("mill.md", PAGE);
    var asked = new AtomicInteger();
    library.embedWith(question -> {
      asked.incrementAndGet();
      return Library.vectors(question);
    });

    assertThat(library.ingest(document)).isInstanceOf(Ended.Done.class);

    assertThat(asked).hasValue(0);
    assertThat(library.get(document)).isEqualTo(document);
  }

  @Test
  void theOldVersionIsSearchableUntilTheNewOneIs() throws Exception {
    Document first = library.bringIn("a.md", "Old words.");
    Document second = library.register("a.md", "New words.");
    var seen = new AtomicReference<Indexable>();
    library.embedWith(question ->
        library
            .documents
            .indexable(first.id(), library.live.id())
            .compose(found -> {
              seen.set(found.orElseThrow());
              return Library.vectors(question);
            }));

    assertThat(library.ingest(second)).isInstanceOf(Ended.Done.class);

    assertThat(seen.get().passages().getFirst().text()).isEqualTo("Old words.");
    assertThat(seen.get().document().status()).isEqualTo(Status.PROCESSING);
    assertThat(seen.get().document().searchable()).isOne();
    Document after = library.get(first);
    assertThat(after.searchable()).isEqualTo(2);
    assertThat(await(library.documents.text(ALICE, first.id()))).isEqualTo("New words.");
    assertThatThrownBy(() -> await(library.artifacts.get(first.artifact())))
        .as("the bytes of the old version")
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void aReaderNeverSeesHalfAVersion() throws Exception {
    String old = "Old words stand here. ".repeat(400);
    String young = "New words stand here instead. ".repeat(600);
    Document document = library.bringIn("a.txt", old);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> {
          for (int i = 0; i < 10; i++) {
            bringIn("a.txt", (i % 2 == 0 ? young + "New " : old + "Old ") + i + ".");
          }
        });

    int looks = 0;
    while (!writing.isDone() || looks == 0) {
      Indexable seen = library.indexable(document).orElseThrow();
      String word = seen.passages().getFirst().text().startsWith("Old") ? "Old" : "New";
      assertThat(seen.passages()).hasSize(seen.document().passages());
      assertThat(seen.passages()).allSatisfy(p -> assertThat(p.text()).contains(word));
      looks++;
    }
    writing.get(20, TimeUnit.SECONDS);
  }

  @Test
  void noPassageIsLongerThanWhatTheModelReads() throws Exception {
    Document document =
        library.bringIn("a.txt", "Мельница стоит на реке и мелет зерно. ".repeat(200));

    List<Passage> passages = await(library.documents.passages(ALICE, document.id(), 0, 1_000));

    assertThat(passages).hasSizeGreaterThan(10);
    assertThat(passages)
        .allSatisfy(passage -> assertThat(passage.text().length()).isLessThan(Library.TOKENS_MAX));
  }

  @Test
  void whatCannotBeReadSaysSoInPlainWords() throws Exception {
    Document document = library.register("a.pdf", "%PDF-1.7 ...");

    Ended ended = library.ingest(document);

    assertThat(ended)
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.Unreadable.class));
    assertThat(library.get(document).status()).isEqualTo(Status.FAILED);
    assertThat(library.get(document).error().orElseThrow()).startsWith("Damaged: ");
  }

  @Test
  void whatFailedAndIsUploadedAgainIsOfNoTaskYet() throws Exception {
    Document document = library.register("a.pdf", "%PDF-1.7 ...");
    await(library.documents.attachTask(ALICE, document.id(), "0-01kakf2v5fq8m3xwz4c7j9ndte"));
    assertThat(library.ingest(document)).isInstanceOf(Ended.Refused.class);

    Document again = library.register("a.pdf", "%PDF-1.7 ...");

    assertThat(again.id()).isEqualTo(document.id());
    assertThat(again.status()).isEqualTo(Status.PENDING);
    assertThat(again.task()).isEmpty();
  }

  @Test
  void aFailedVersionLeavesTheOldOneSearchable() throws Exception {
    Document first = library.bringIn("a.txt", "Old words.");
    Document second = library.register("a.txt", "%PDF-1.7 ...");

    assertThat(library.ingest(second)).isInstanceOf(Ended.Refused.class);

    Document after = library.get(first);
    assertThat(after.status()).isEqualTo(Status.FAILED);
    assertThat(after.searchable()).isOne();
    assertThat(await(library.documents.text(ALICE, first.id()))).isEqualTo("Old words.");
  }

  @Test
  void aModelThatIsAwayIsTriedAgain() throws Exception {
    Document document = library.register("a.txt", "words");
    var away = new Problem.Unavailable("model", "No model answers.", Duration.ofSeconds(1));
    library.embedWith(_ -> Future.failedFuture(new ProblemException(away)));

    assertThat(library.ingest(document)).isEqualTo(new Ended.Refused(away));
    assertThat(library.get(document).status()).isEqualTo(Status.PENDING);
    assertThat(library.get(document).error()).contains("No model answers.");

    library.embedWith(Library::vectors);
    assertThat(library.ingest(document)).isInstanceOf(Ended.Done.class);
    assertThat(library.get(document).error()).isEmpty();
  }

  @Test
  void aDocumentDeletedMeanwhileLeavesNothingBehind() throws Exception {
    Document document = library.register("a.txt", "words");
    library.embedWith(question ->
        library.documents.delete(ALICE, document.id()).compose(_ -> Library.vectors(question)));

    Ended ended = library.ingest(document);

    assertThat(ended)
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.Conflict.class));
    assertThat(library.count("SELECT count(*) FROM passage")).isZero();
  }

  @Test
  void anOvertakenRunDoesNotBringTheOldVersionBack() throws Exception {
    Document first = library.register("a.txt", "Old words.");
    var overtaken = new AtomicInteger();
    library.embedWith(question -> {
      if (overtaken.incrementAndGet() > 1) {
        return Library.vectors(question);
      }
      return Future.fromCompletionStage(
              CompletableFuture.runAsync(() -> bringIn("a.txt", "New words.")))
          .compose(_ -> Library.vectors(question));
    });

    assertThat(library.ingest(first)).isInstanceOf(Ended.Refused.class);

    assertThat(await(library.documents.text(ALICE, first.id()))).isEqualTo("New words.");
    assertThat(library.get(first).status()).isEqualTo(Status.READY);
  }

  @Test
  void aRunThatBeginsItsEditionAfterALaterVersionIsOutLeavesNothingBehind() throws Exception {
    Document first = library.register("a.txt", "Old words.");
    var keepsTheBytes = new Subject.Stored(first.artifact(), "attic", Optional.empty(), List.of());
    assertThat(
            library.ingest.run(ALICE, Library.request(keepsTheBytes), (_, _, _) -> {}, () -> false))
        .isInstanceOf(Ended.Done.class);
    var overtaken = new AtomicInteger();

    Ended ended =
        library.ingest.run(
            ALICE,
            Library.request(first.id()),
            (stage, _, _) -> {
              if (stage.equals("extract") && overtaken.getAndIncrement() == 0) {
                bringIn("a.txt", "New words.");
              }
            },
            () -> false);

    assertThat(ended)
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.Conflict.class));
    assertThat(await(library.documents.text(ALICE, first.id()))).isEqualTo("New words.");
    assertThat(library.get(first).status()).isEqualTo(Status.READY);
    assertThat(library.count("SELECT count(*) FROM edition")).isEqualTo(2);
  }

  @Test
  void aRunWhoseBytesALaterVersionTookAwaySaysThatItWasOvertaken() throws Exception {
    Document first = library.register("a.txt", "Old words.");
    var overtaken = new AtomicInteger();

    Ended ended =
        library.ingest.run(
            ALICE,
            Library.request(first.id()),
            (stage, _, _) -> {
              if (stage.equals("extract") && overtaken.getAndIncrement() == 0) {
                bringIn("a.txt", "New words.");
              }
            },
            () -> false);

    assertThat(ended)
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused ->
                assertThat(refused.problem().detail()).contains("deleted or replaced meanwhile"));
    assertThat(library.get(first).status()).isEqualTo(Status.READY);
  }

  @Test
  void aRunStopsBetweenPiecesOfWork() throws Exception {
    Document document = library.register("mill.md", PAGE);
    var asked = new AtomicInteger();

    Ended ended =
        library.ingest.run(
            ALICE,
            Library.request(document.id()),
            (_, _, _) -> {},
            () -> asked.incrementAndGet() > 2);

    assertThat(ended).isEqualTo(new Ended.Stopped());
    assertThat(library.get(document).status()).isEqualTo(Status.PENDING);
    assertThat(library.count("SELECT count(*) FROM passage")).isZero();
  }

  @Test
  void anArtifactGoesIntoAnotherCollectionOfItsTenantOnly() throws Exception {
    Document document = library.bringIn("a.txt", "words");
    var copy =
        Library.request(
            new Subject.Stored(document.artifact(), "attic", Optional.empty(), List.of()));

    Ended own = library.ingest.run(ALICE, copy, (_, _, _) -> {}, () -> false);
    Ended foreign = library.ingest.run(MALLORY, copy, (_, _, _) -> {}, () -> false);

    assertThat(own)
        .isInstanceOfSatisfying(
            Ended.Done.class, done -> assertThat(done.collection()).isEqualTo("attic"));
    assertThat(foreign)
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.NotFound.class));
    assertThat(
            library.ingest.run(
                MALLORY, Library.request(document.id()), (_, _, _) -> {}, () -> false))
        .isInstanceOf(Ended.Refused.class);
  }

  private void bringIn(String name, String text) {
    try {
      var _ = library.bringIn(name, text);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
