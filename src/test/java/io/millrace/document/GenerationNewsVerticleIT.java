package io.millrace.document;

import static io.millrace.document.Library.ALICE;
import static io.millrace.document.Library.OTHER_MODEL;
import static io.millrace.document.Library.await;
import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changelog.PostgresChangeLog;
import io.millrace.document.Documents.Document;
import io.millrace.document.Generation.State;
import io.millrace.document.GenerationNews.Following;
import io.millrace.document.Generations.Counted;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Subject;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class GenerationNewsVerticleIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final List<List<Counted>> heard = new CopyOnWriteArrayList<>();
  private Library library;
  private GenerationNewsVerticle news;

  @BeforeEach
  void open() throws Exception {
    library = new Library(vertx, POSTGRES.database(vertx), directory);
    news = new GenerationNewsVerticle(counting(), new PostgresChangeLog(library.database));
    done(
        vertx.deployVerticle(
            news, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  /** The library's generations, which note what they are asked. */
  private Generations counting() {
    return (Generations)
        Proxy.newProxyInstance(
            Generations.class.getClassLoader(),
            new Class<?>[] {Generations.class},
            (_, method, arguments) -> {
              asked.merge(method.getName(), 1, Integer::sum);
              try {
                return method.invoke(library.generations, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private int asked(String method) {
    return asked.getOrDefault(method, 0);
  }

  private void hears(String what, Predicate<List<Counted>> said) {
    Await.until(what, () -> !heard.isEmpty() && said.test(heard.getLast()));
  }

  private static Predicate<Counted> is(Generation one, State state) {
    return counted ->
        counted.generation().id() == one.id() && counted.generation().state() == state;
  }

  @Test
  void whoFollowsHearsOfBeginningProgressFailureSwitchAndEnd() throws Exception {
    Document first = library.bringIn("first.md", "First.");
    Document second = library.bringIn("second.md", "Second.");
    Following _ = news.follow(heard::add);
    hears("how it stands", all -> all.size() == 1 && all.getFirst().done() == 2);

    Generation next = await(library.generations.begin(Optional.of(OTHER_MODEL), false));
    hears("the beginning", all -> all.stream().anyMatch(is(next, State.BUILDING)));
    var shown = new Subject.Shown(first.id(), next.id());
    assertThat(library.ingest.run(ALICE, Library.request(shown), (_, _, _) -> {}, () -> false))
        .isInstanceOf(Ended.Done.class);
    hears("the progress", all -> all.getLast().done() == 1);
    done(
        library.database.query(
            "INSERT INTO generation_item (generation, document_id, version, task_id, error)"
                + " VALUES ($1, $2, 1, '', 'It chokes.')",
            Tuple.of(next.id(), second.id())));
    hears("the failure, which no change tells of", all -> all.getLast().failed() == 1);
    assertThat(await(library.generations.retry(next.id()))).isOne();
    hears("that it is tried again", all -> all.getLast().failed() == 0);
    done(library.generations.switchTo(next.id(), true));
    hears("the switch", all -> all.stream().anyMatch(is(next, State.LIVE)));
    done(library.generations.drop(library.live.id()));
    hears("the drop", all -> all.stream().anyMatch(is(library.live, State.DROPPING)));
    done(library.database.query("DELETE FROM generation WHERE state = 'dropping'"));
    hears("the end", all -> all.size() == 1);
  }

  @Test
  void documentsThatComeWhileNothingIsOnItsWayCostNoCounting() throws Exception {
    Following _ = news.follow(heard::add);
    hears("how it stands", all -> true);
    for (int i = 0; i < 3; i++) {
      int before = asked("all");
      var _ = library.bringIn("page" + i + ".md", "Page " + i + ".");
      Await.until("a look", () -> asked("all") > before);
    }

    assertThat(asked("counted")).isOne();
  }

  @Test
  void whoComesHearsHowItStandsThoughWhatHappenedMeanwhileIsGone() throws Exception {
    Following gone = news.follow(heard::add);
    hears("how it stands", all -> true);
    gone.close();
    Generation next = await(library.generations.begin(Optional.empty(), false));
    done(library.database.query("DELETE FROM generation WHERE id = $1", Tuple.of(next.id())));

    Following _ = news.follow(heard::add);

    Await.until("the news", () -> heard.size() > 1);
    assertThat(heard.getLast()).isEqualTo(heard.getFirst());
  }

  @Test
  void whoLeavesHearsNothingMoreAndWhoComesHearsOfWhatFollows() throws Exception {
    Following gone = news.follow(heard::add);
    hears("how it stands", all -> true);
    gone.close();
    gone.close();
    List<List<Counted>> later = new CopyOnWriteArrayList<>();
    Generation next = await(library.generations.begin(Optional.empty(), false));
    Following _ = news.follow(later::add);

    Await.until("the news", () -> !later.isEmpty());

    assertThat(later.getLast()).anyMatch(is(next, State.BUILDING));
    assertThat(heard).hasSize(1);
  }
}
