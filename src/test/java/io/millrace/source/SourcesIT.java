package io.millrace.source;

import static io.millrace.source.SyncedShelf.ALICE;
import static io.millrace.source.SyncedShelf.MALLORY;
import static io.millrace.source.SyncedShelf.await;
import static io.millrace.source.SyncedShelf.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.source.Source.Counts;
import io.millrace.source.Source.OnGone;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Sources of the web, and what holds for all. */
final class SourcesIT {
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
  void oneTaskAtATimeSyncsASource() throws Exception {
    Source source = shelf.directory(OnGone.KEEP);
    String first = shelf.task();
    String second = shelf.task();

    var claim =
        await(shelf.sources.claim(ALICE, source.id(), first, _ -> Future.succeededFuture(true)));
    assertThat(claim.task()).isEqualTo(first);
    var busy =
        await(shelf.sources.claim(ALICE, source.id(), second, _ -> Future.succeededFuture(true)));
    assertThat(busy.task()).isEqualTo(first);
    var over =
        await(shelf.sources.claim(ALICE, source.id(), second, _ -> Future.succeededFuture(false)));
    assertThat(over.task()).isEqualTo(second);
    assertThat(over.before()).contains(first);
    done(shelf.sources.release(source.id(), first, Counts.NONE, Optional.empty()));
    assertThat(await(shelf.sources.get(ALICE, source.id())).running())
        .as("a task that lost its right cannot give it up")
        .contains(second);
  }

  @Test
  void pagesAreAskedForOnlyWhenTheyChanged() throws Exception {
    shelf.pages.put("/a", "page a");
    shelf.pages.put("/b", "page b");
    Source source =
        shelf.source(
            new Place.Web(List.of(shelf.url("/a"), shelf.url("/b"), shelf.url("/a"))),
            OnGone.DELETE);
    assertThat(shelf.sync(source)).isEqualTo(new Counts(2, 0, 0, 0, 0));
    shelf.asked.clear();

    assertThat(shelf.sync(source)).isEqualTo(new Counts(0, 0, 2, 0, 0));
    assertThat(shelf.asked).hasSize(2).noneMatch(line -> line.endsWith("null"));

    shelf.pages.put("/a", "another page a");
    shelf.pages.remove("/b");
    assertThat(shelf.sync(source)).isEqualTo(new Counts(0, 1, 0, 1, 0));
    assertThat(shelf.names()).containsExactly("a");
  }

  @Test
  void aPageThatIsForbiddenOrLeadsInsideIsAFailureAndItsDocumentStays() throws Exception {
    shelf.pages.put("/a", "page a");
    shelf.pages.put("/b", "page b");
    Source source =
        shelf.source(new Place.Web(List.of(shelf.url("/a"), shelf.url("/b"))), OnGone.DELETE);
    var _ = shelf.sync(source);

    shelf.pages.put("/a", "403");
    shelf.pages.put("/b", "302 http://[::ffff:10.0.0.1]/");
    assertThat(shelf.sync(source)).isEqualTo(new Counts(0, 0, 0, 0, 2));
    assertThat(shelf.names()).containsExactly("a", "b");
  }

  @Test
  void itsScheduleIsAScheduleOfTheHandlerSync() throws Exception {
    var hourly = Optional.of(new Sources.Times("@hourly", "UTC"));
    Source source = await(shelf.sources.create(ALICE, shelf.with(OnGone.KEEP), hourly));

    var schedule = source.schedule().orElseThrow();
    assertThat(schedule.plan().handler()).isEqualTo("sync");
    assertThat(schedule.plan().input().json()).isEqualTo("{\"source\":\"" + source.id() + "\"}");
    Source nightly =
        await(
            shelf.sources.update(
                ALICE,
                source.id(),
                shelf.with(OnGone.KEEP),
                Optional.of(new Sources.Times("@daily", "Asia/Tokyo"))));
    assertThat(nightly.schedule().orElseThrow().id()).isEqualTo(schedule.id());
    assertThat(nightly.schedule().orElseThrow().plan().cron()).isEqualTo("@daily");
    done(shelf.sources.delete(ALICE, source.id()));
    assertThat(await(shelf.database.query("SELECT 1 FROM schedule")).size()).isZero();
  }

  @Test
  void namesAreUniqueAndOthersSourcesAreNotThere() throws Exception {
    Source source = shelf.directory(OnGone.KEEP);

    assertThatThrownBy(() -> shelf.directory(OnGone.KEEP))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.Conflict.class));
    assertThat(await(shelf.sources.list(MALLORY))).isEmpty();
    for (Future<?> asked :
        List.of(
            shelf.sources.get(MALLORY, source.id()),
            shelf.sources.update(
                MALLORY, source.id(), shelf.with(OnGone.DELETE), SyncedShelf.none()),
            shelf.sources.delete(MALLORY, source.id()),
            shelf.sources.claim(MALLORY, source.id(), "t", _ -> Future.succeededFuture(false)))) {
      assertThatThrownBy(() -> done(asked))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.problem()).isInstanceOf(Problem.NotFound.class));
    }
    assertThat(await(shelf.sources.get(ALICE, source.id())).running()).isEmpty();
  }
}
