package io.millrace.document;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.MALLORY;
import static io.millrace.document.Library.MODEL;
import static io.millrace.document.Library.OTHER_MODEL;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Indexable;
import io.millrace.document.Documents.Status;
import io.millrace.document.Generation.State;
import io.millrace.document.Generations.Counted;
import io.millrace.document.Generations.Failure;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Subject;
import io.millrace.inference.Embed;
import io.millrace.inference.Embed.Vectors;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Another generation is made beside the live one, and documents are right in both. */
final class GenerationsIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  private static final int PORTION = 32;
  private static final String STRAY =
      """
      SELECT count(*) FROM edition e WHERE NOT e.published OR e.passage_count <>
        (SELECT count(*) FROM passage p WHERE p.edition = e.id)
      """;

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private Library library;

  @BeforeEach
  void open() throws Exception {
    library = new Library(vertx, POSTGRES.database(vertx), directory);
    library.embedWith(question -> {
      asked.addAll(question.texts());
      return vectors(question);
    });
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  /** The other model says so in the version that it answers. */
  private static Future<Vectors> vectors(Embed question) {
    return Library.vectors(question)
        .map(v -> new Vectors(question.model() + "-1", v.rows(), v.tokens()));
  }

  private static String sections(int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("# Part ").append(i).append("\n\n").append("Wheel turns. ".repeat(40));
      text.append(i).append(".\n\n");
    }
    return text.toString();
  }

  private Generation begin(String model) throws TimeoutException {
    return await(library.generations.begin(Optional.of(model), false));
  }

  private Ended complement(Document document, Generation generation) {
    return interrupted(document, generation, Integer.MAX_VALUE, new ArrayList<>());
  }

  /** Runs until progress was told {@code after} times, then lets it stop. */
  private Ended interrupted(
      Document document, Generation generation, int after, List<String> stages) {
    var told = new AtomicInteger();
    return library.ingest.run(
        document.owner(),
        Library.request(new Subject.Shown(document.id(), generation.id())),
        (stage, done, _) -> {
          told.incrementAndGet();
          stages.add(stage + " " + done);
        },
        () -> told.get() >= after);
  }

  private Indexable indexable(Document document, Generation generation) throws TimeoutException {
    return await(library.documents.indexable(document.id(), generation.id())).orElseThrow();
  }

  private void switchTo(Generation generation) throws TimeoutException {
    done(library.generations.switchTo(generation.id(), false));
  }

  private Counted counts(Generation generation) throws TimeoutException {
    return await(library.generations.get(generation.id()));
  }

  private static void assertConflict(ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem()).isInstanceOf(Problem.Conflict.class);
              assertThat(e.problem().detail()).contains(words);
            });
  }

  @Test
  void thereIsOneLiveOneWhoseModelChangesOnlyAsLongAsThereIsNothing() throws Exception {
    assertThat(await(library.generations.ensure(Optional.of(OTHER_MODEL))).model())
        .isEqualTo(OTHER_MODEL);
    assertThat(await(library.generations.ensure(Optional.of(MODEL))).model()).isEqualTo(MODEL);
    var _ = library.bringIn("mill.md", "A wheel.");

    Generation kept = await(library.generations.ensure(Optional.of(OTHER_MODEL)));

    assertThat(kept.model()).isEqualTo(MODEL);
    assertThat(kept.id()).isEqualTo(library.live.id());
    assertThat(await(library.generations.all())).hasSize(1);
  }

  @Test
  void anotherModelIsBuiltBesideSwitchedToAndBack() throws Exception {
    Document document = library.bringIn("mill.md", sections(40));
    asked.clear();
    Generation next = begin(OTHER_MODEL);

    Indexable before = indexable(document, next);
    assertThat(before.vectors()).as("found by its words as long as it is not there").isEmpty();
    assertThat(before.passages()).hasSize(document.passages());
    assertThat(complement(document, next)).isInstanceOf(Ended.Done.class);

    assertThat(asked).hasSize(document.passages());
    assertThat(indexable(document, next).model()).isEqualTo("reader-1");
    assertThat(indexable(document, next).vectors()).hasSize(document.passages());
    assertThat(library.indexable(document).orElseThrow().model()).isEqualTo("counter-1");
    long shown = library.count("SELECT edition FROM document");
    switchTo(next);
    assertThat(library.count("SELECT edition FROM document")).isNotEqualTo(shown);
    assertThat(await(library.generations.live()).model()).isEqualTo(OTHER_MODEL);
    assertThat(counts(library.live).generation().state()).isEqualTo(State.PREVIOUS);
    switchTo(library.live);
    assertThat(library.count("SELECT edition FROM document")).isEqualTo(shown);
    assertThat(library.get(document)).isEqualTo(document);
    assertThat(library.count(STRAY)).isZero();
  }

  @Test
  void theSameModelReadsEverythingAnewWhenSomebodyWantsThat() throws Exception {
    Document document = library.bringIn("mill.md", sections(10));
    asked.clear();

    assertThat(complement(document, begin(MODEL))).isInstanceOf(Ended.Done.class);

    assertThat(asked).hasSize(document.passages());
  }

  @Test
  void aRunGoesOnWhereTheOneBeforeStoppedWhereverThatWas() throws Exception {
    Document document = library.bringIn("mill.md", sections(150));
    int passages = document.passages();
    assertThat(passages).isGreaterThan(4 * PORTION);

    int stop = 1;
    for (boolean finished = false; !finished; stop++) {
      asked.clear();
      Generation next = begin(OTHER_MODEL);
      finished = interrupted(document, next, stop, new ArrayList<>()) instanceof Ended.Done;
      assertThat(counts(next).done()).isEqualTo(finished ? 1 : 0);
      assertThat(library.get(document)).as("what search shows").isEqualTo(document);

      var stages = new ArrayList<String>();
      assertThat(interrupted(document, next, Integer.MAX_VALUE, stages))
          .isInstanceOf(Ended.Done.class);

      assertThat(asked).hasSizeBetween(passages, passages + 2 * PORTION);
      assertThat(stages).as("its text is there").doesNotContain("extract 0");
      assertThat(indexable(document, next).vectors()).hasSize(passages);
      drop(next);
    }
    assertThat(stop).isGreaterThan(6);
    assertThat(library.count(STRAY)).isZero();
  }

  /** As the verticle does. */
  private void drop(Generation generation) throws TimeoutException {
    done(library.generations.drop(generation.id()));
    done(library.database.query("DELETE FROM edition WHERE generation = " + generation.id()));
    done(library.database.query("DELETE FROM generation WHERE id = " + generation.id()));
  }

  @Test
  void whatComesChangesOrGoesWhileItIsBuiltIsRightInBoth() throws Exception {
    Document stays = library.bringIn("stays.md", "A wheel.");
    Document changes = library.bringIn("changes.md", "Old words.");
    Document goes = library.bringIn("goes.md", "Gone words.");
    Generation next = begin(OTHER_MODEL);
    for (Document document : List.of(stays, changes, goes)) {
      assertThat(complement(document, next)).isInstanceOf(Ended.Done.class);
    }
    assertThat(counts(next).ended()).isTrue();

    var _ = library.bringIn("changes.md", "New words.");
    Document comes = library.bringIn("comes.md", "Fresh words.");
    done(library.documents.delete(ALICE, goes.id()));

    Counted lacks = counts(next);
    assertThat(lacks.documents()).isEqualTo(3);
    assertThat(lacks.done()).isEqualTo(1);
    assertThat(indexable(changes, next).passages().getFirst().text()).isEqualTo("New words.");
    assertThat(indexable(changes, next).vectors()).isEmpty();
    assertThat(await(library.documents.indexable(goes.id(), next.id()))).isEmpty();
    assertConflict(() -> switchTo(next), "Of 3 documents 2 are not in generation");
    for (Document document : List.of(changes, comes)) {
      assertThat(complement(document, next)).isInstanceOf(Ended.Done.class);
    }
    switchTo(next);
    for (Document document : List.of(stays, changes, comes)) {
      assertThat(indexable(document, next).vectors()).hasSize(1);
    }
    assertThat(library.indexable(changes).orElseThrow().vectors())
        .as("the old one has it as it was, the new text by its words")
        .hasSize(1);
    assertThat(library.count("SELECT count(*) FROM edition")).isEqualTo(6);
    assertThat(library.count(STRAY)).isZero();
  }

  @Test
  void afterTheSwitchDocumentsComeIntoTheNewOne() throws Exception {
    Document first = library.bringIn("first.md", "A wheel.");
    Generation next = begin(OTHER_MODEL);
    assertThat(complement(first, next)).isInstanceOf(Ended.Done.class);
    switchTo(next);

    Document second = library.bringIn("second.md", "A stone.");

    assertThat(indexable(second, next).model()).isEqualTo("reader-1");
    assertThat(indexable(second, next).vectors()).hasSize(1);
    assertThat(library.indexable(second).orElseThrow().vectors()).isEmpty();
    assertConflict(() -> switchTo(library.live), "Of 2 documents 1 are not in generation");
    Generation back = await(library.generations.switchTo(library.live.id(), true));
    assertThat(back.unfinished()).isTrue();
    assertThat(complement(second, back)).isInstanceOf(Ended.Done.class);
    assertThat(library.indexable(second).orElseThrow().vectors()).hasSize(1);
    assertThat(library.get(second).status()).isEqualTo(Status.READY);
  }

  @Test
  void anIngestThatTheSwitchOvertakesIsTriedAgain() throws Exception {
    var _ = library.bringIn("first.md", "A wheel.");
    Generation next = begin(OTHER_MODEL);
    Document document = library.register("second.md", "A stone.");
    library.embedWith(
        question -> library.generations.switchTo(next.id(), true).compose(_ -> vectors(question)));

    assertThat(library.ingest(document))
        .isInstanceOfSatisfying(
            Ended.Refused.class, refused -> assertThat(refused.problem().retryable()).isTrue());
    library.embedWith(GenerationsIT::vectors);
    assertThat(library.ingest(document)).isInstanceOf(Ended.Done.class);

    assertThat(indexable(document, next).model()).isEqualTo("reader-1");
    assertThat(library.count(STRAY)).isZero();
  }

  @Test
  void aDocumentThatChangesWhileItIsComplementedIsNotShownAsItWas() throws Exception {
    Document document = library.bringIn("mill.md", "Old words.");
    Generation next = begin(OTHER_MODEL);
    var once = new AtomicInteger();
    library.embedWith(question -> {
      if (question.model().equals(OTHER_MODEL) && once.getAndIncrement() == 0) {
        var replaced = CompletableFuture.supplyAsync(() -> library.ingest(changed(document)));
        return Future.fromCompletionStage(replaced).compose(_ -> vectors(question));
      }
      return vectors(question);
    });

    assertThat(complement(document, next))
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.Conflict.class));

    assertThat(counts(next).failed()).isZero();
    assertThat(complement(document, next)).isInstanceOf(Ended.Done.class);
    assertThat(indexable(document, next).passages().getFirst().text()).isEqualTo("New words.");
    assertThat(library.count(STRAY)).isZero();
  }

  private Document changed(Document document) {
    try {
      return library.register(document.name(), "New words.");
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSwitchAsksForEveryDocumentUnlessItIsToldNotTo() throws Exception {
    Document good = library.bringIn("good.md", "A wheel.");
    Document bad = library.bringIn("bad.md", "Unreadable.");
    Generation next = begin(OTHER_MODEL);
    claim(next, good, bad);
    library.embedWith(question ->
        question.texts().contains("Unreadable.")
            ? Future.failedFuture(
                new ProblemException(new Problem.Invalid("/texts", "The model chokes on it.")))
            : vectors(question));
    assertThat(complement(good, next)).isInstanceOf(Ended.Done.class);
    assertThat(complement(bad, next)).isInstanceOf(Ended.Refused.class);

    assertThat(counts(next)).extracting(Counted::done, Counted::failed).containsExactly(1L, 1L);
    assertThat(await(library.generations.failures(ALICE, next.id(), 10)))
        .extracting(Failure::documentId, Failure::name, Failure::error)
        .containsExactly(tuple(bad.id(), "bad.md", "The model chokes on it."));
    assertThat(await(library.generations.failures(MALLORY, next.id(), 10))).isEmpty();
    assertThat(library.get(bad).status()).as("search shows it still").isEqualTo(Status.READY);
    assertConflict(() -> switchTo(next), "1 failed");
    done(library.generations.switchTo(next.id(), true));
    assertThat(indexable(bad, next).vectors()).isEmpty();
    assertThat(indexable(bad, next).passages()).hasSize(1);

    library.embedWith(GenerationsIT::vectors);
    assertThat(await(library.generations.retry(next.id()))).isOne();
    assertThat(complement(bad, next)).isInstanceOf(Ended.Done.class);
    assertThat(indexable(bad, next).vectors()).hasSize(1);
    assertThat(library.get(bad).passages()).isOne();
  }

  private void claim(Generation generation, Document... documents) throws TimeoutException {
    for (Document document : documents) {
      done(
          library.database.query(
              "INSERT INTO generation_item (generation, document_id, version, task_id) VALUES ("
                  + generation.id()
                  + ", '"
                  + document.id()
                  + "', 1, '')"));
    }
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }

  @Test
  void oneIsBuiltAtATimeAndTheLiveOneIsNotDropped() throws Exception {
    Generation next = begin(OTHER_MODEL);

    assertConflict(() -> begin(MODEL), "is being built");
    assertConflict(() -> done(library.generations.drop(library.live.id())), "is live");
    done(library.generations.drop(next.id()));
    assertThat(begin(MODEL).id()).isGreaterThan(next.id());
    assertConflict(() -> switchTo(next), "being dropped");
    assertThatThrownBy(() -> await(library.generations.get(123_456)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.NotFound.class));
  }

  @Test
  void withoutAModelThereAreWordsAlone() throws Exception {
    Document document = library.bringIn("mill.md", sections(3));
    asked.clear();
    Generation words = await(library.generations.begin(Optional.empty(), false));

    assertThat(complement(document, words)).isInstanceOf(Ended.Done.class);
    switchTo(words);
    Document second = library.bringIn("stone.md", "A stone.");

    assertThat(asked).isEmpty();
    assertThat(indexable(document, words).passages()).hasSize(document.passages());
    assertThat(indexable(document, words).vectors()).isEmpty();
    assertThat(indexable(second, words).passages()).hasSize(1);
    assertThat(library.get(second).status()).isEqualTo(Status.READY);
  }
}
