package io.millrace.document;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Filter;
import io.millrace.document.Documents.Status;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Subject;
import io.millrace.problem.Problem;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pages of a small site become documents. */
final class WebPagesIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private Library library;
  private HttpServer site;

  @BeforeEach
  void open() throws Exception {
    library = new Library(vertx, POSTGRES.database(vertx), directory);
    site =
        await(
            vertx
                .createHttpServer()
                .requestHandler(request -> {
                  String page = pages.get(request.uri());
                  var _ =
                      page == null
                          ? request.response().setStatusCode(404).end()
                          : request.response().putHeader("Content-Type", "text/html").end(page);
                })
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  @Test
  void aPageBecomesADocumentThatKnowsItsSource() throws Exception {
    pages.put("/guide/mill.html?v=1", "<title>The mill</title><p>The wheel turns.");
    var stages = new ArrayList<String>();

    Ended ended =
        library.ingest.run(
            ALICE,
            page("/guide/mill.html?v=1#wheel"),
            (stage, done, total) -> stages.add(stage),
            () -> false);

    assertThat(ended).isInstanceOf(Ended.Done.class);
    assertThat(stages).startsWith("fetch", "extract", "chunk", "embed").endsWith("publish");
    Document document = only();
    assertThat(document.source()).contains(url("/guide/mill.html?v=1"));
    assertThat(document.name()).isEqualTo("mill.html");
    assertThat(document.title()).isEqualTo("The mill");
    assertThat(document.mediaType()).isEqualTo("text/html");
    assertThat(document.status()).isEqualTo(Status.READY);
    assertThat(await(library.documents.text(ALICE, document.id()))).contains("The wheel turns.");
  }

  @Test
  void theSameUrlIsTheSameDocumentAndTheSameBytesAreNoWork() throws Exception {
    pages.put("/mill", "<p>Old words.");
    fetched("/mill");
    Document first = only();
    var asked = new AtomicInteger();
    library.embedWith(question -> {
      asked.incrementAndGet();
      return Library.vectors(question);
    });

    fetched("/mill#again");
    assertThat(only()).isEqualTo(first);
    assertThat(asked).hasValue(0);

    pages.put("/mill", "<p>New words.");
    fetched("/mill");
    assertThat(only().id()).isEqualTo(first.id());
    assertThat(only().searchable()).isEqualTo(2);
    assertThat(await(library.documents.text(ALICE, first.id()))).isEqualTo("New words.");
  }

  @Test
  void pagesOfOneNameAreDifferentDocuments() throws Exception {
    pages.put("/a/index.html", "<p>Page a.");
    pages.put("/b/index.html", "<p>Page b.");
    String deep = "/" + "deep/".repeat(60) + "index.html";
    pages.put(deep, "<p>Deep page.");

    fetched("/a/index.html");
    fetched("/b/index.html");
    fetched(deep);

    assertThat(all())
        .extracting(Document::name)
        .contains("index.html", "127.0.0.1:" + site.actualPort() + "/b/index.html")
        .hasSize(3)
        .anyMatch(name -> name.matches("index\\.html [0-9a-f-]{36}"));
  }

  @Test
  void aPageDoesNotOverwriteAnUploadOfItsName() throws Exception {
    Document upload = library.bringIn("mill.md", "# Uploaded");
    pages.put("/mill.md", "# Fetched");

    fetched("/mill.md");

    assertThat(all()).hasSize(2);
    assertThat(library.get(upload)).isEqualTo(upload);
  }

  @Test
  void anUploadOfAPagesNameReplacesItAndIsNoPageAnyMore() throws Exception {
    pages.put("/mill.md", "# Fetched");
    fetched("/mill.md");

    Document upload = library.bringIn("mill.md", "# Uploaded");

    assertThat(only().id()).isEqualTo(upload.id());
    assertThat(only().source()).isEmpty();
  }

  @Test
  void bytesThatAreThereAlreadyAreThatDocument() throws Exception {
    Document upload = library.bringIn("mill.md", "# Words");
    pages.put("/other.md", "# Words");

    fetched("/other.md");

    assertThat(only()).isEqualTo(upload);
  }

  @Test
  void aPageThatIsGoneLeavesTheDocumentAsItWas() throws Exception {
    pages.put("/mill", "<p>Old words.");
    fetched("/mill");
    Document before = only();
    pages.clear();

    Ended ended = library.ingest.run(ALICE, page("/mill"), (_, _, _) -> {}, () -> false);

    assertThat(ended)
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> assertThat(refused.problem()).isInstanceOf(Problem.NotFound.class));
    assertThat(only()).isEqualTo(before);
  }

  @Test
  void whatIsNoTextIsRefusedAsAnUploadIs() throws Exception {
    pages.put("/mill.pdf", "%PDF-1.7 ...");

    Ended ended = library.ingest.run(ALICE, page("/mill.pdf"), (_, _, _) -> {}, () -> false);

    assertThat(ended)
        .isInstanceOfSatisfying(
            Ended.Refused.class, refused -> assertThat(refused.problem().retryable()).isFalse());
    assertThat(only().error().orElseThrow()).startsWith("Damaged: ");
  }

  private void fetched(String target) throws Exception {
    Ended ended = library.ingest.run(ALICE, page(target), (_, _, _) -> {}, () -> false);
    assertThat(ended).isInstanceOf(Ended.Done.class);
    try (var files = Files.list(library.artifacts.incoming())) {
      assertThat(files).isEmpty();
    }
  }

  private Ingest.Request page(String target) {
    return Library.request(new Subject.Page(url(target), "shelf", Optional.empty(), List.of()));
  }

  private String url(String target) {
    return "http://127.0.0.1:" + site.actualPort() + target;
  }

  private Document only() throws TimeoutException {
    assertThat(all()).hasSize(1);
    return all().getFirst();
  }

  private List<Document> all() throws TimeoutException {
    return await(library.documents.list(ALICE, Filter.ALL, Optional.empty(), 10)).documents();
  }
}
