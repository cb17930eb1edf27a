package io.millrace.document;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.MALLORY;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.artifact.ArtifactStore.Artifact;
import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.document.Documents.CollectionSummary;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.DocumentPage;
import io.millrace.document.Documents.Filter;
import io.millrace.document.Documents.Status;
import io.millrace.document.Documents.Upload;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresDocumentsIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

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
  void theFirstUploadMakesTheCollection() throws Exception {
    Document document = library.register("a.txt", "hello");

    assertThat(document.status()).isEqualTo(Status.PENDING);
    assertThat(document.version()).isOne();
    assertThat(document.searchable()).isZero();
    assertThat(document.title()).isEqualTo("a.txt");
    assertThat(await(library.documents.collections(ALICE)))
        .singleElement()
        .satisfies(summary -> {
          assertThat(summary.name()).isEqualTo("shelf");
          assertThat(summary.documents()).isOne();
          assertThat(summary.bytes()).isEqualTo(5);
        });
  }

  @Test
  void theSameBytesTwiceAreOneDocument() throws Exception {
    var first = library.register(ALICE, "shelf", "a.txt", "hello");
    var sameName = library.register(ALICE, "shelf", "a.txt", "hello");
    var otherName = library.register(ALICE, "shelf", "b.txt", "hello");
    var otherShelf = library.register(ALICE, "attic", "a.txt", "hello");

    assertThat(first.repeated()).isFalse();
    assertThat(sameName.repeated()).isTrue();
    assertThat(otherName.document().id()).isEqualTo(first.document().id());
    assertThat(otherShelf.document().id()).isNotEqualTo(first.document().id());
  }

  @Test
  void otherBytesUnderTheSameNameAreTheNextVersion() throws Exception {
    Document first = library.register("a.txt", "hello");

    Document second = library.register("a.txt", "good bye");

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.bytes()).isEqualTo(8);
    assertThatThrownBy(() -> await(library.artifacts.get(first.artifact())))
        .as("the bytes of a version that never became searchable are gone")
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void uploadsOfTheSameFileAtOnceAreOneDocument() throws Exception {
    Artifact artifact = library.put("hello");
    var uploads = new ArrayList<Future<Documents.Registered>>();
    for (int i = 0; i < 20; i++) {
      uploads.add(library.documents.register(ALICE, new Upload("shelf", i + ".txt", "", artifact)));
    }

    done(Future.all(uploads));

    assertThat(uploads.stream().map(u -> u.result().document().id()).distinct()).hasSize(1);
    assertThat(uploads.stream().filter(u -> !u.result().repeated())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Shelf", "-shelf", "a/b", "a b", "полка", "a\u0000"})
  void namesOfCollectionsHaveAForm(String name) {
    assertThatThrownBy(() -> library.register(ALICE, name, "a.txt", "x"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.Invalid.class));
  }

  @Test
  void anotherTenantSeesNothing() throws Exception {
    Document document = library.bringIn("a.txt", "hello");
    Documents documents = library.documents;

    assertThat(await(documents.collections(MALLORY))).isEmpty();
    assertThat(await(documents.list(MALLORY, Filter.ALL, Optional.empty(), 10)).documents())
        .isEmpty();
    for (Future<?> asked :
        List.of(
            documents.get(MALLORY, document.id()),
            documents.text(MALLORY, document.id()),
            documents.passages(MALLORY, document.id(), 0, 10),
            documents.delete(MALLORY, document.id()),
            documents.deleteCollection(MALLORY, "shelf"))) {
      assertThatThrownBy(() -> done(asked))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.problem()).isInstanceOf(Problem.NotFound.class));
    }
    assertThat(library.get(document)).isEqualTo(document);
  }

  @Test
  void theListPagesNewestFirstAndHoldsWhenDocumentsGo() throws Exception {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      ids.addFirst(library.register(i + ".txt", "text " + i).id());
    }

    DocumentPage first = list(Filter.ALL, Optional.empty());
    done(library.documents.delete(ALICE, ids.get(2)));
    DocumentPage second = list(Filter.ALL, first.next());
    DocumentPage third = list(Filter.ALL, second.next());

    assertThat(ids(first)).isEqualTo(ids.subList(0, 3));
    assertThat(ids(second)).isEqualTo(ids.subList(3, 6));
    assertThat(ids(third)).isEqualTo(ids.subList(6, 7));
    assertThat(third.next()).isEmpty();
    assertThatThrownBy(() -> list(Filter.ALL, Optional.of("nonsense")))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void theListIsFiltered() throws Exception {
    Document ready = library.bringIn("a.txt", "hello");
    Document pending = library.register(ALICE, "attic", "b.txt", "b").document();

    assertThat(
            ids(
                list(
                    new Filter(Optional.of("attic"), Optional.empty(), Optional.empty()),
                    Optional.empty())))
        .containsExactly(pending.id());
    assertThat(
            ids(
                list(
                    new Filter(Optional.empty(), Optional.of(Status.READY), Optional.empty()),
                    Optional.empty())))
        .containsExactly(ready.id());
  }

  @Test
  void deletingRemovesPassagesAndBytesAndTellsTheIndex() throws Exception {
    Document document = library.bringIn("a.txt", "hello");
    var log = new PostgresChangeLog(library.database);
    long before = await(log.head()).n();

    done(library.documents.delete(ALICE, document.id()));

    assertThat(await(log.after(before, 10)).stream().map(Change::entityId))
        .containsExactly(document.id());
    assertThat(library.indexable(document)).isEmpty();
    assertThat(library.count("SELECT count(*) FROM passage")).isZero();
    assertThatThrownBy(() -> await(library.artifacts.get(document.artifact())))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void bytesThatAnotherDocumentHasStay() throws Exception {
    Document document = library.register("a.txt", "hello");
    Document other = library.register(MALLORY, "shelf", "a.txt", "hello").document();

    done(library.documents.delete(ALICE, document.id()));

    assertThat(await(library.artifacts.get(other.artifact()))).hasContent("hello");
  }

  @Test
  void deletingACollectionRemovesItsDocuments() throws Exception {
    Document one = library.bringIn("a.txt", "hello");
    Document two = library.register(ALICE, "attic", "a.txt", "attic").document();
    var log = new PostgresChangeLog(library.database);
    long before = await(log.head()).n();

    done(library.documents.deleteCollection(ALICE, "shelf"));

    assertThat(await(library.documents.collections(ALICE)).stream().map(CollectionSummary::name))
        .containsExactly("attic");
    assertThat(await(log.after(before, 10)).stream().map(Change::entityId))
        .containsExactly(one.id());
    assertThat(library.get(two)).isEqualTo(two);
    assertThatThrownBy(() -> done(library.documents.deleteCollection(ALICE, "shelf")))
        .isInstanceOf(ProblemException.class);
  }

  private DocumentPage list(Filter filter, Optional<String> cursor) throws Exception {
    return await(library.documents.list(ALICE, filter, cursor, 3));
  }

  private static List<String> ids(DocumentPage page) {
    return page.documents().stream().map(Document::id).toList();
  }
}
