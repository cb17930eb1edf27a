package io.millrace.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore.Artifact;
import io.millrace.artifact.DirectoryArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Upload;
import io.millrace.document.PostgresDocuments;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchPassages.Explanation;
import io.millrace.index.SearchPassages.Fusing;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchSettings;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.millrace.testing.LocalPostgres;
import io.millrace.tuning.TestRun.Result;
import io.millrace.tuning.TestRuns.NewRun;
import io.millrace.tuning.TestSet.Expected;
import io.millrace.tuning.TestSet.NewExpected.ById;
import io.millrace.tuning.TestSet.NewExpected.ByName;
import io.millrace.tuning.TestSet.NewQuery;
import io.millrace.tuning.TestSet.Plan;
import io.millrace.tuning.TestSet.Query;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Test sets, their runs and the settings of searches over a real database; the index is played. */
final class TuningIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  private static final Scope ALICE = new Scope("acme", "default", "alice");
  private static final Scope MALLORY = new Scope("other", "default", "mallory");
  private static final Plan PLAN = new Plan("support", Optional.of("manual"));
  private static final SearchSettings WORDS =
      new SearchSettings(Mode.KEYWORD, Fusing.SCORES, Optional.empty(), Optional.empty());

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final List<SearchPassages> asked = Collections.synchronizedList(new ArrayList<>());
  private Database database;
  private DirectoryArtifactStore artifacts;
  private PostgresDocuments documents;
  private PostgresTestSets sets;
  private PostgresTestRuns runs;

  @BeforeEach
  void open() throws Exception {
    database = POSTGRES.database(vertx);
    done(database.query("TRUNCATE collection, document, test_set, search_settings CASCADE"));
    var random = new SecureRandom();
    artifacts = DirectoryArtifactStore.open(vertx, directory);
    documents = new PostgresDocuments(database, artifacts, random);
    sets = new PostgresTestSets(database, random);
    runs = new PostgresTestRuns(database);
  }

  @AfterEach
  void close() throws Exception {
    artifacts.close();
    done(vertx.close());
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(20, TimeUnit.SECONDS);
  }

  private static void done(Future<?> future) throws TimeoutException {
    var _ = future.await(20, TimeUnit.SECONDS);
  }

  private Document document(String name) throws Exception {
    Path file = Files.writeString(artifacts.incoming().resolve(name), name);
    Artifact stored = await(artifacts.put(file));
    var upload = new Upload("manual", name, "text/plain", stored);
    return await(documents.register(ALICE, upload)).document();
  }

  private static NewQuery query(String text, String... names) {
    return new NewQuery(
        text,
        List.of(names).stream()
            .<TestSet.NewExpected>map(name -> new ByName(Optional.empty(), name, 1))
            .toList());
  }

  private static void refused(Future<?> future, Class<? extends Problem> problem) {
    assertThatThrownBy(() -> await(future))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(problem));
  }

  @Test
  void aDeletedDocumentIsAMissingExpectationUntilItIsBack() throws Exception {
    Document known = document("a.md");
    TestSet set = await(sets.create(ALICE, PLAN, List.of(query("q", "a.md", "later.md"))));
    assertThat(set.missing()).isEqualTo(1);

    done(documents.delete(ALICE, known.id()));

    assertThat(await(sets.get(ALICE, set.id())).missing()).isEqualTo(2);
    Document back = document("a.md");
    assertThat(back.id()).isNotEqualTo(known.id());
    assertThat(await(sets.queries(ALICE, set.id())).getFirst().expected())
        .containsExactly(
            new Expected("manual", "a.md", 1, Optional.of(back.id())),
            new Expected("manual", "later.md", 1, Optional.empty()));
  }

  @Test
  void queriesOfTheSameWordsBecomeOneAndKeepTheirOrder() throws Exception {
    Document known = document("a.md");
    TestSet set =
        await(
            sets.create(
                ALICE, PLAN, List.of(query("second"), query(" first ", "b.md"), query("second"))));

    List<Query> added =
        await(
            sets.add(
                ALICE, set.id(), List.of(new NewQuery("first", List.of(new ById(known.id(), 3))))));

    assertThat(added).hasSize(1);
    assertThat(added.getFirst().expected())
        .extracting(Expected::document)
        .containsExactly("a.md", "b.md");
    assertThat(await(sets.queries(ALICE, set.id())))
        .extracting(Query::text)
        .containsExactly("second", "first");
  }

  @Test
  void aQueryIsChangedAndForgotten() throws Exception {
    TestSet set = await(sets.create(ALICE, PLAN, List.of(query("a", "a.md"), query("b"))));
    String first = await(sets.queries(ALICE, set.id())).getFirst().id();

    Query changed = await(sets.replace(ALICE, set.id(), first, query("c", "b.md")));

    assertThat(changed.text()).isEqualTo("c");
    assertThat(changed.expected()).extracting(Expected::document).containsExactly("b.md");
    refused(sets.replace(ALICE, set.id(), first, query("b")), Problem.Conflict.class);
    refused(sets.replace(ALICE, set.id(), "0".repeat(32), query("d")), Problem.NotFound.class);
    done(sets.remove(ALICE, set.id(), first));
    refused(sets.remove(ALICE, set.id(), first), Problem.NotFound.class);
    assertThat(await(sets.get(ALICE, set.id())).queries()).isEqualTo(1);
  }

  @Test
  void namesAndDocumentsThatCannotBeAreRefusedAndNothingIsKept() throws Exception {
    Document of = document("a.md");
    TestSet set = await(sets.create(ALICE, PLAN, List.of()));
    refused(sets.create(ALICE, PLAN, List.of()), Problem.Conflict.class);
    TestSet other = await(sets.create(ALICE, new Plan("sales", Optional.empty()), List.of()));
    refused(sets.update(ALICE, other.id(), PLAN), Problem.Conflict.class);
    assertThat(await(sets.get(ALICE, other.id())).plan()).isEqualTo(other.plan());

    var bad = new NewQuery("q", List.of(new ById(of.id(), 1), new ById("none", 1)));
    assertThatThrownBy(() -> await(sets.add(ALICE, set.id(), List.of(query("fine"), bad))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(((Problem.Invalid) e.problem()).pointer())
                    .isEqualTo("/1/expected/1/documentId"));
    assertThat(await(sets.queries(ALICE, set.id()))).isEmpty();

    TestSet anywhere = await(sets.create(ALICE, new Plan("any", Optional.empty()), List.of()));
    refused(sets.add(ALICE, anywhere.id(), List.of(query("q", "a.md"))), Problem.Invalid.class);
    List<NewQuery> many =
        IntStream.rangeClosed(0, TestSets.QUERIES_MAX).mapToObj(i -> query("q" + i)).toList();
    refused(sets.add(ALICE, set.id(), many), Problem.Conflict.class);
  }

  @Test
  void nothingOfAnotherTenantIsThere() throws Exception {
    Document of = document("a.md");
    TestSet set = await(sets.create(ALICE, PLAN, List.of(query("q", "a.md"))));
    String query = await(sets.queries(ALICE, set.id())).getFirst().id();
    TestRun run = await(runs.begin(ALICE, new NewRun("t1", set.id(), "r", WORDS)));

    assertThat(await(sets.list(MALLORY))).isEmpty();
    refused(sets.get(MALLORY, set.id()), Problem.NotFound.class);
    refused(sets.queries(MALLORY, set.id()), Problem.NotFound.class);
    refused(sets.update(MALLORY, set.id(), PLAN), Problem.NotFound.class);
    refused(sets.add(MALLORY, set.id(), List.of(query("x"))), Problem.NotFound.class);
    refused(sets.replace(MALLORY, set.id(), query, query("x")), Problem.NotFound.class);
    refused(sets.remove(MALLORY, set.id(), query), Problem.NotFound.class);
    refused(sets.delete(MALLORY, set.id()), Problem.NotFound.class);
    refused(runs.begin(MALLORY, new NewRun("t2", set.id(), "r", WORDS)), Problem.NotFound.class);
    refused(runs.begin(MALLORY, new NewRun("t1", set.id(), "r", WORDS)), Problem.NotFound.class);
    refused(runs.list(MALLORY, set.id()), Problem.NotFound.class);
    refused(runs.get(MALLORY, run.id()), Problem.NotFound.class);
    assertThat(await(runs.questions(MALLORY, run.id()))).isEmpty();
    refused(runs.delete(MALLORY, run.id()), Problem.NotFound.class);
    TestSet own = await(sets.create(MALLORY, PLAN, List.of(query("q", "a.md"))));
    assertThat(own.missing()).as("a document of Alice").isEqualTo(1);
    var byId = new NewQuery("x", List.of(new ById(of.id(), 1)));
    refused(sets.add(MALLORY, own.id(), List.of(byId)), Problem.Invalid.class);
    assertThat(await(sets.get(ALICE, set.id())).queries()).isEqualTo(1);
  }

  private Bus index(Map<String, List<String>> finds) throws Exception {
    var bus = new Bus(vertx, Duration.ofSeconds(20));
    done(
        bus.serve(
            SearchPassages.ADDRESS,
            question -> {
              asked.add(question);
              List<Hit> hits =
                  finds.getOrDefault(question.query(), List.of()).stream()
                      .map(TuningIT::hit)
                      .toList();
              return Future.succeededFuture(
                  new Hits(
                      hits,
                      hits.size(),
                      question.mode(),
                      question.query().equals("limited") && asked.size() < 4
                          ? Optional.of("loading")
                          : Optional.empty(),
                      Map.of(),
                      Map.of(),
                      question.options().explain()
                          ? Optional.of(explanation())
                          : Optional.empty()));
            }));
    return bus;
  }

  private static Explanation explanation() {
    return new Explanation(
        "en",
        0.6,
        Fusing.SCORES,
        Optional.empty(),
        1,
        List.of(),
        Optional.of("bge 1"),
        Optional.empty());
  }

  private static Hit hit(String name) {
    return new Hit(
        "p-" + name,
        "d-" + name,
        name,
        name,
        "manual",
        "text/plain",
        "en",
        Optional.empty(),
        0,
        0,
        0,
        1,
        "",
        "x",
        List.of(),
        Map.of(),
        Map.of());
  }

  @Test
  void aRunKeepsWhatEachQueryFoundAndItsFigures() throws Exception {
    TestSet set =
        await(
            sets.create(
                ALICE,
                PLAN,
                List.of(
                    query("first", "a.md"),
                    query("nothing expected"),
                    query("second", "a.md", "b.md"),
                    query("limited", "gone.md"))));
    var settings =
        new SearchSettings(Mode.HYBRID, Fusing.RANKS, Optional.of(0.8), Optional.empty());
    TestRun run = await(runs.begin(ALICE, new NewRun("t1", set.id(), "r", settings)));
    assertThat(run.queries()).isEqualTo(3);
    Bus bus = index(Map.of("first", List.of("a.md"), "second", List.of("x.md", "b.md")));

    var told = new ArrayList<Integer>();
    Result result = new Measurement(runs, bus).run(run, told::add, () -> false).orElseThrow();

    assertThat(result.models()).containsExactly("bge 1");
    assertThat(result.limited()).as("asked anew until the model was there").isZero();
    assertThat(result.figures().success10()).isEqualTo(2 / 3.0);
    assertThat(result.figures().mrr10()).isEqualTo(0.5);
    assertThat(told).containsExactly(0, 3);
    TestRun ended = await(runs.get(ALICE, "t1"));
    assertThat(ended.result()).contains(result);
    assertThat(ended.settings()).isEqualTo(settings);
    assertThat(await(runs.questions(ALICE, "t1")))
        .extracting(one -> one.answer().orElseThrow().ranks())
        .containsExactly(List.of(1), List.of(0, 2), List.of(0));
    assertThat(asked)
        .allSatisfy(one -> {
          assertThat(one.asker()).isEqualTo(ALICE);
          assertThat(one.collections()).containsExactly("manual");
          assertThat(one.limit()).isEqualTo(100);
          assertThat(one.options().vectorWeight()).contains(0.8);
          assertThat(one.options().fusion()).isEqualTo(Fusing.RANKS);
        });
  }

  @Test
  void aRunThatWasStoppedGoesOnWithTheQueriesOfItsBeginning() throws Exception {
    List<NewQuery> many = IntStream.range(0, 10).mapToObj(i -> query("q" + i, "a.md")).toList();
    TestSet set = await(sets.create(ALICE, PLAN, many));
    var wanted = new NewRun("t1", set.id(), "r", WORDS);
    TestRun run = await(runs.begin(ALICE, wanted));
    Bus bus = index(Map.of("q9", List.of("a.md")));

    Optional<Result> stopped =
        new Measurement(runs, bus).run(run, _ -> {}, () -> asked.size() >= 4);
    assertThat(stopped).isEmpty();
    assertThat(await(runs.get(ALICE, "t1")).answered()).isEqualTo(4);
    done(sets.add(ALICE, set.id(), List.of(query("added meanwhile", "a.md"))));
    asked.clear();

    TestRun again = await(runs.begin(ALICE, wanted));
    assertThat(again.answered()).isEqualTo(4);
    Result result = new Measurement(runs, bus).run(again, _ -> {}, () -> false).orElseThrow();

    assertThat(asked)
        .extracting(SearchPassages::query)
        .containsExactlyInAnyOrder("q4", "q5", "q6", "q7", "q8", "q9");
    assertThat(result.figures().success10()).isEqualTo(0.1);
  }

  @Test
  void aTestSetWithoutExpectationsHasNoRun() throws Exception {
    TestSet set = await(sets.create(ALICE, PLAN, List.of(query("q"))));

    refused(runs.begin(ALICE, new NewRun("t1", set.id(), "r", WORDS)), Problem.Conflict.class);

    assertThat(await(runs.list(ALICE, set.id()))).isEmpty();
  }

  @Test
  void theOldestRunsMakeRoom() throws Exception {
    TestSet set = await(sets.create(ALICE, PLAN, List.of(query("q", "a.md"))));
    for (int i = 0; i <= TestRuns.RUNS_MAX; i++) {
      done(runs.begin(ALICE, new NewRun("t" + i, set.id(), "r", WORDS)));
    }

    assertThat(await(runs.list(ALICE, set.id())))
        .hasSize(TestRuns.RUNS_MAX)
        .extracting(TestRun::id)
        .contains("t" + TestRuns.RUNS_MAX)
        .doesNotContain("t0");
    done(sets.delete(ALICE, set.id()));
    refused(runs.get(ALICE, "t5"), Problem.NotFound.class);
  }

  @Test
  void settingsOfACollectionComeBeforeThoseOfTheProjectAndGoWithIt() throws Exception {
    var now = new Instant[] {Instant.ofEpochSecond(1_000)};
    InstantSource clock = () -> now[0];
    var here = new PostgresSearchDefaults(database, clock);
    var elsewhere = new PostgresSearchDefaults(database, clock);
    var meaning =
        new SearchSettings(Mode.VECTOR, Fusing.RANKS, Optional.of(0.3), Optional.of("judge"));
    assertThat(await(elsewhere.of(ALICE, List.of("manual")))).isEqualTo(SearchSettings.USUAL);
    refused(here.put(ALICE, Optional.of("manual"), WORDS), Problem.NotFound.class);
    var _ = document("a.md");

    done(here.put(ALICE, Optional.empty(), meaning));
    done(here.put(ALICE, Optional.of("manual"), WORDS));
    done(here.put(ALICE, Optional.of("manual"), WORDS));

    assertThat(await(here.of(ALICE, List.of("manual")))).isEqualTo(WORDS);
    assertThat(await(here.of(ALICE, List.of("manual", "other")))).isEqualTo(meaning);
    assertThat(await(here.of(MALLORY, List.of("manual")))).isEqualTo(SearchSettings.USUAL);
    now[0] = now[0].plus(PostgresSearchDefaults.FRESH);
    assertThat(await(elsewhere.of(ALICE, List.of("manual")))).isEqualTo(WORDS);
    done(here.delete(MALLORY, Optional.of("manual")));
    assertThat(await(here.get(ALICE, Optional.of("manual")))).isPresent();

    done(documents.deleteCollection(ALICE, "manual"));

    assertThat(await(here.get(ALICE, Optional.of("manual")))).isEmpty();
    done(here.delete(ALICE, Optional.empty()));
    assertThat(await(here.of(ALICE, List.of()))).isEqualTo(SearchSettings.USUAL);
  }
}
