package io.millrace.document;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Passage;
import io.millrace.document.Documents.Status;
import io.millrace.document.Ingest.Ended;
import io.millrace.inference.Embed.Vectors;
import io.millrace.problem.Problem;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a run had done is not done again by the next, and never half of it is seen. */
final class InterruptedIngestIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  private static final int PORTION = 32;
  private static final String UNFINISHED =
      "SELECT count(*) FROM edition e WHERE NOT EXISTS (SELECT FROM document WHERE edition = e.id)";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private Library library;

  @BeforeEach
  void open() throws Exception {
    library = new Library(vertx, POSTGRES.database(vertx), directory);
    library.embedWith(question -> {
      asked.addAll(question.texts());
      return Library.vectors(question);
    });
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  /** {@code count} sections of their own, each one passage. */
  private static String sections(int from, int count) {
    var text = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      text.append("# Part ").append(i).append("\n\n").append("Wheel turns. ".repeat(40));
      text.append(i).append(".\n\n");
    }
    return text.toString();
  }

  /** Runs until progress was told {@code after} times, then lets it stop. */
  private Ended interrupted(Document document, int after, List<String> stages) {
    var told = new AtomicInteger();
    return library.ingest.run(
        ALICE,
        Library.request(document.id()),
        (stage, done, _) -> {
          told.incrementAndGet();
          stages.add(stage + " " + done);
        },
        () -> told.get() >= after);
  }

  @Test
  void aRunGoesOnWhereTheOneBeforeStoppedWhereverThatWas() throws Exception {
    Document whole = library.bringIn("whole.md", sections(0, 150));
    List<Passage> expected = await(library.documents.passages(ALICE, whole.id(), 0, 1_000));
    int passages = expected.size();
    assertThat(passages).isGreaterThan(4 * PORTION);

    int stop = 1;
    for (boolean finished = false; !finished; stop++) {
      asked.clear();
      Document document = library.register("part" + stop + ".md", sections(0, 150) + stop);
      var stages = new ArrayList<String>();
      finished = interrupted(document, stop, stages) instanceof Ended.Done;
      assertThat(library.get(document).searchable()).isEqualTo(finished ? 1 : 0);

      assertThat(library.ingest(document)).isInstanceOf(Ended.Done.class);

      assertThat(asked).hasSizeBetween(passages, passages + 2 * PORTION);
      assertThat(await(library.documents.passages(ALICE, document.id(), 0, 1_000)))
          .zipSatisfy(
              expected.subList(0, passages),
              (is, was) -> {
                assertThat(is.start()).isEqualTo(was.start());
                assertThat(is.text()).startsWith(was.text());
              });
    }
    assertThat(stop).isGreaterThan(7);
    assertThat(library.count(UNFINISHED)).isZero();
  }

  @Test
  void theTextIsTakenOutOnceAndProgressGoesOn() throws Exception {
    Document document = library.register("mill.md", sections(0, 150));
    var first = new ArrayList<String>();
    assertThat(interrupted(document, 5, first)).isEqualTo(new Ended.Stopped());
    assertThat(first).contains("extract 0", "embed 32");

    var second = new ArrayList<String>();
    assertThat(interrupted(document, Integer.MAX_VALUE, second)).isInstanceOf(Ended.Done.class);

    assertThat(second).startsWith("chunk 0").doesNotContain("extract 0", "embed 0");
  }

  @Test
  void ofAChangedDocumentTheModelReadsOnlyWhatChanged() throws Exception {
    Document document = library.bringIn("mill.md", sections(0, 150));
    int passages = document.passages();
    asked.clear();

    var _ =
        library.bringIn("mill.md", sections(0, 100) + "# New\n\nA stone. \n\n" + sections(100, 50));

    assertThat(asked)
        .hasSizeLessThan(PORTION + 5)
        .anySatisfy(text -> assertThat(text).contains("A stone."));
    var indexable = library.indexable(document).orElseThrow();
    assertThat(indexable.passages()).hasSizeGreaterThan(passages - 1);
    for (int i = 0; i < indexable.passages().size(); i++) {
      Passage passage = indexable.passages().get(i);
      int read = passage.heading().length() + 1 + passage.text().length();
      assertThat(indexable.vectors().get(i)[0]).as(passage.text()).isEqualTo(read);
    }
  }

  @Test
  void anotherModelReadsAllOfAChangedDocument() throws Exception {
    var _ = library.bringIn("mill.md", sections(0, 150));
    asked.clear();
    library.embedWith(question -> {
      asked.addAll(question.texts());
      return Library.vectors(question).map(v -> new Vectors("counter-2", v.rows(), 1));
    });

    Document after = library.bringIn("mill.md", sections(0, 151));

    assertThat(asked).hasSize(after.passages());
  }

  @Test
  void vectorsOfTwoModelsAreNeverMixed() throws Exception {
    Document document = library.register("mill.md", sections(0, 150));
    var questions = new AtomicInteger();
    library.embedWith(question -> {
      String model = questions.incrementAndGet() < 3 ? "counter-1" : "counter-2";
      return Library.vectors(question).map(v -> new Vectors(model, v.rows(), 1));
    });

    assertThat(library.ingest(document))
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.Unavailable.class));
    assertThat(library.count("SELECT count(*) FROM passage")).isZero();
    assertThat(library.ingest(document)).isInstanceOf(Ended.Done.class);

    assertThat(library.indexable(document).orElseThrow().model()).isEqualTo("counter-2");
  }

  @Test
  void aRunWhoseModelIsNotTheEditionsAddsNothingToIt() throws Exception {
    Document document = library.register("mill.md", sections(0, 150));
    var questions = new AtomicInteger();
    library.embedWith(question ->
        questions.incrementAndGet() == 2
            ? library
                .database
                .query("UPDATE edition SET embedding_model = 'other'") // as another run does
                .compose(_ -> Library.vectors(question))
            : Library.vectors(question));

    assertThat(library.ingest(document))
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.Conflict.class));

    assertThat(library.count("SELECT count(*) FROM passage")).isEqualTo(PORTION);
  }

  @Test
  void twoRunsOfOneDocumentAtOnceLeaveOneWholeEdition() throws Exception {
    Document document = library.register("mill.md", sections(0, 150));
    var other = new CompletableFuture<Ended>();
    var questions = new AtomicInteger();
    library.embedWith(question -> {
      Future<Vectors> vectors = Library.vectors(question);
      if (questions.incrementAndGet() != 2) {
        return vectors;
      }
      other.completeAsync(() -> library.ingest(document));
      return Future.fromCompletionStage(other).compose(_ -> vectors);
    });

    Ended one = library.ingest(document);

    assertThat(List.of(one, other.get(20, TimeUnit.SECONDS)))
        .anySatisfy(ended -> assertThat(ended).isInstanceOf(Ended.Done.class));
    Document after = library.get(document);
    assertThat(after.status()).isEqualTo(Status.READY);
    assertThat(library.count("SELECT count(*) FROM passage")).isEqualTo(after.passages());
    assertThat(library.count("SELECT count(*) FROM edition")).isOne();
  }

  @Test
  void twoRunsThatBeginTogetherDoNotEndEachOther() throws Exception {
    Document document = library.register("mill.md", sections(0, 150));
    var other = new CompletableFuture<Ended>();

    Ended one =
        library.ingest.run(
            ALICE,
            Library.request(document.id()),
            (stage, _, _) -> {
              if (stage.equals("extract")) {
                other.complete(library.ingest(document)); // done before this one begins its edition
              }
            },
            () -> false);

    assertThat(List.of(one, other.join()))
        .anySatisfy(ended -> assertThat(ended).isInstanceOf(Ended.Done.class));
    assertThat(library.get(document).status()).isEqualTo(Status.READY);
    assertThat(library.count("SELECT count(*) FROM edition")).isOne();
  }

  @Test
  void aRunWhoseEditionWasReplacedLeavesTheOtherAlone() throws Exception {
    Document document = library.register("mill.md", sections(0, 150));
    var questions = new AtomicInteger();
    library.embedWith(question ->
        questions.incrementAndGet() == 2
            ? library
                .database
                .query("DELETE FROM edition") // as another run does that begins its own
                .compose(_ -> Library.vectors(question))
            : Library.vectors(question));

    assertThat(library.ingest(document))
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.Conflict.class));

    assertThat(library.get(document).status()).isEqualTo(Status.PROCESSING);
  }

  @Test
  void whatWasBegunOfAnOlderVersionIsGone() throws Exception {
    Document old = library.register("mill.md", sections(0, 150));
    assertThat(interrupted(old, 5, new ArrayList<>())).isEqualTo(new Ended.Stopped());
    assertThat(library.count(UNFINISHED)).isOne();

    var _ = library.bringIn("mill.md", "Other words.");

    assertThat(library.count("SELECT count(*) FROM edition")).isOne();
    assertThat(library.count("SELECT count(*) FROM passage")).isOne();
  }

  @Test
  void aVersionThatFailsLeavesNothingOfItself() throws Exception {
    Document document = library.register("mill.md", sections(0, 150));
    var questions = new AtomicInteger();
    library.embedWith(question ->
        questions.incrementAndGet() < 3
            ? Library.vectors(question)
            : Future.failedFuture(new IllegalStateException("a defect")));

    assertThat(failure(document)).isPresent();

    assertThat(library.get(document).status()).isEqualTo(Status.FAILED);
    assertThat(library.count("SELECT count(*) FROM edition")).isZero();
    assertThat(library.count("SELECT count(*) FROM passage")).isZero();
  }

  private Optional<Exception> failure(Document document) {
    try {
      return library.ingest(document) instanceof Ended.Refused refused
          ? Optional.of(new IllegalStateException(refused.toString()))
          : Optional.empty();
    } catch (Exception e) {
      return Optional.of(e);
    }
  }
}
