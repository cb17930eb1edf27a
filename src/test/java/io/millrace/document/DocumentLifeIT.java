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
import io.millrace.document.Documents.Filter;
import io.millrace.document.Documents.Upload;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Subject;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may happen to a document between its upload and its end. */
final class DocumentLifeIT {
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
  void aDisabledDocumentIsKeptAndNoIndexHasIt() throws Exception {
    Document document = library.bringIn("a.txt", "hello");
    Document other = library.bringIn("b.txt", "other");
    long before = await(new PostgresChangeLog(library.database).head()).n();

    Document disabled = change(document, Optional.of(false), Optional.empty());

    assertThat(disabled.enabled()).isFalse();
    assertThat(disabled.searchable()).isOne();
    assertThat(changedSince(before)).containsExactly(document.id());
    assertThat(library.indexable(document)).isEmpty();
    assertThat(await(library.documents.searchableIds(Optional.empty(), 10)))
        .containsExactly(other.id());
    assertThat(await(library.documents.passages(ALICE, document.id(), 0, 10))).isNotEmpty();
    assertThat(await(library.documents.text(ALICE, document.id()))).isEqualTo("hello");
  }

  @Test
  void anEnabledDocumentIsThereAgainWithoutAnotherIngest() throws Exception {
    Document document = library.bringIn("a.txt", "hello");
    var _ = change(document, Optional.of(false), Optional.empty());
    long before = await(new PostgresChangeLog(library.database).head()).n();

    var _ = change(document, Optional.of(true), Optional.empty());

    assertThat(changedSince(before)).containsExactly(document.id());
    assertThat(library.indexable(document)).isPresent();
  }

  @Test
  void aNewVersionOfADisabledDocumentStaysDisabled() throws Exception {
    Document document = library.bringIn("a.txt", "hello");
    var _ = change(document, Optional.of(false), Optional.empty());

    Document second = library.bringIn("a.txt", "good bye");

    assertThat(second.searchable()).isEqualTo(2);
    assertThat(second.enabled()).isFalse();
    assertThat(library.indexable(document)).isEmpty();
  }

  @Test
  void tagsComeWithTheUploadAndAreChangedAsAWhole() throws Exception {
    var upload =
        new Upload("shelf", "a.txt", "text/plain", library.put("x")).tagged(List.of("b", "a", "b"));
    Document document = await(library.documents.register(ALICE, upload)).document();
    assertThat(document.tags()).containsExactly("b", "a");

    Document next = library.register("a.txt", "y");
    assertThat(next.tags()).as("a version without tags keeps them").containsExactly("b", "a");

    Document changed = change(document, Optional.empty(), Optional.of(List.of("c d", "ä")));
    assertThat(changed.tags()).containsExactly("c d", "ä");
    assertThat(changed.enabled()).isTrue();
    assertThat(tagged("c d")).containsExactly(document.id());
    assertThat(tagged("a")).isEmpty();
    assertThat(change(document, Optional.empty(), Optional.of(List.of())).tags()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " a",
        "a ",
        "a,b",
        "a\nb",
        "a\u0000",
        "123456789 1234567890 123456789 1234567890 123456789"
      })
  void whatIsNoTagIsRefused(String tag) throws Exception {
    Document document = library.register("a.txt", "hello");

    assertThatThrownBy(() -> change(document, Optional.empty(), Optional.of(List.of(tag))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        invalid -> assertThat(invalid.pointer()).isEqualTo("/tags")));
  }

  @Test
  void moreTagsThanTwentyAreRefused() throws Exception {
    Document document = library.register("a.txt", "hello");
    List<String> many = IntStream.range(0, 21).mapToObj(Integer::toString).toList();

    assertThat(change(document, Optional.empty(), Optional.of(many.subList(0, 20))).tags())
        .hasSize(20);
    assertThatThrownBy(() -> change(document, Optional.empty(), Optional.of(many)))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void anotherTenantChangesNothing() throws Exception {
    Document document = library.bringIn("a.txt", "hello");
    long before = await(new PostgresChangeLog(library.database).head()).n();
    var change = new Documents.Change(Optional.of(false), Optional.of(List.of("x")));

    assertThatThrownBy(() -> await(library.documents.change(MALLORY, document.id(), change)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.NotFound.class));

    assertThat(library.get(document)).isEqualTo(document);
    assertThat(changedSince(before)).isEmpty();
  }

  @Test
  void whatIsDoneIsDoneAgainOnlyWhenAsked() throws Exception {
    Document document = library.bringIn("a.txt", "hello");
    long edition = library.count("SELECT edition FROM document");

    assertThat(library.ingest(document)).isInstanceOf(Ended.Done.class);
    assertThat(library.count("SELECT edition FROM document")).isEqualTo(edition);
    var again =
        new Ingest.Request(
            "0-01m7yrrtbveccvh76rdxm4vycj", new Subject.Registered(document.id()), true);
    Ended ended = library.ingest.run(ALICE, again, (_, _, _) -> {}, () -> false);

    assertThat(ended).isInstanceOf(Ended.Done.class);
    assertThat(library.count("SELECT edition FROM document")).isNotEqualTo(edition);
    assertThat(library.get(document).version()).isOne();
    assertThat(library.count("SELECT count(*) FROM passage")).isOne();
  }

  @Test
  void bytesOfTwoDocumentsStayUntilTheLastIsDeleted() throws Exception {
    Document one = library.bringIn("a.txt", "hello");
    Document two = library.register(ALICE, "attic", "a.txt", "hello").document();
    assertThat(library.ingest(two)).isInstanceOf(Ended.Done.class);

    done(library.documents.delete(ALICE, one.id()));
    assertThat(await(library.artifacts.get(two.artifact()))).hasContent("hello");
    assertThat(library.count("SELECT count(*) FROM passage")).isOne();

    done(library.documents.delete(ALICE, two.id()));
    assertThatThrownBy(() -> await(library.artifacts.get(two.artifact())))
        .isInstanceOf(ProblemException.class);
    assertThat(library.count("SELECT count(*) FROM passage")).isZero();
  }

  private Document change(Document document, Optional<Boolean> enabled, Optional<List<String>> tags)
      throws Exception {
    return await(
        library.documents.change(ALICE, document.id(), new Documents.Change(enabled, tags)));
  }

  private List<String> changedSince(long n) throws Exception {
    return await(new PostgresChangeLog(library.database).after(n, 10)).stream()
        .map(Change::entityId)
        .toList();
  }

  private List<String> tagged(String tag) throws Exception {
    var filter = new Filter(Optional.empty(), Optional.empty(), Optional.of(tag));
    return await(library.documents.list(ALICE, filter, Optional.empty(), 10)).documents().stream()
        .map(Document::id)
        .toList();
  }
}
