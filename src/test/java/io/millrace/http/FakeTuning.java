package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.index.SearchSettings;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.tuning.SearchDefaults;
import io.millrace.tuning.TestRun;
import io.millrace.tuning.TestRun.Answer;
import io.millrace.tuning.TestRun.Judged;
import io.millrace.tuning.TestRun.Question;
import io.millrace.tuning.TestRun.Result;
import io.millrace.tuning.TestRuns;
import io.millrace.tuning.TestSet;
import io.millrace.tuning.TestSet.Expected;
import io.millrace.tuning.TestSet.NewExpected;
import io.millrace.tuning.TestSet.NewExpected.ById;
import io.millrace.tuning.TestSet.NewExpected.ByName;
import io.millrace.tuning.TestSet.NewQuery;
import io.millrace.tuning.TestSet.Plan;
import io.millrace.tuning.TestSet.Query;
import io.millrace.tuning.TestSets;
import io.millrace.tuning.Tuning;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Test sets, runs and settings in memory; every document is there but {@code gone.md}. */
final class FakeTuning {
  private static final Instant NOW = Instant.ofEpochMilli(1_795_257_000_000L);

  private final Map<String, Plan> plans = new ConcurrentHashMap<>();
  private final Map<String, List<Query>> queries = new ConcurrentHashMap<>();
  private final Map<String, TestRun> runs = new ConcurrentHashMap<>();
  private final Map<String, List<Question>> questions = new ConcurrentHashMap<>();
  private final Map<Optional<String>, SearchSettings> settings = new ConcurrentHashMap<>();

  Tuning tuning() {
    return new Tuning(new Sets(), new Runs(), new Defaults());
  }

  /** Ends a run: each query found what it expects at {@code rank}, 0 for nowhere. */
  void end(String run, int rank) {
    questions.computeIfPresent(
        run, (_, all) -> all.stream().map(one -> answered(one, rank)).toList());
    var figures = questions.getOrDefault(run, List.of()).getFirst().figures();
    var result = new Result(figures, List.of("m"), 0, Optional.empty());
    runs.computeIfPresent(
        run, (_, old) -> run(old.id(), old.testSet(), old.name(), old.settings(), result));
  }

  private static Question answered(Question question, int rank) {
    var answer =
        new Answer(
            question.expected().stream().map(_ -> rank).toList(),
            List.of(new TestRun.Top("d1", "manual", "a.md")),
            List.of("m"),
            Optional.empty());
    return new Question(
        question.ordinal(), question.text(), question.expected(), Optional.of(answer));
  }

  private TestRun run(
      String id, String set, String name, SearchSettings tried, @Nullable Result result) {
    int all = questions.getOrDefault(id, List.of()).size();
    return new TestRun(
        id,
        set,
        Scope.DEFAULT,
        name,
        Optional.empty(),
        tried,
        all,
        result == null ? 0 : all,
        NOW,
        Optional.ofNullable(result).map(_ -> NOW),
        Optional.ofNullable(result));
  }

  private static <T> Future<T> known(@Nullable T value) {
    return value == null
        ? Future.failedFuture(new ProblemException(new Problem.NotFound("There is no such thing.")))
        : Future.succeededFuture(value);
  }

  private static Query query(String id, NewQuery query) {
    return new Query(
        id, query.text().strip(), query.expected().stream().map(FakeTuning::expected).toList());
  }

  private static Expected expected(NewExpected one) {
    return switch (one) {
      case ById(String id, int grade) -> new Expected("manual", id + ".md", grade, Optional.of(id));
      case ByName(var collection, String document, int grade) ->
          new Expected(
              collection.orElse("manual"),
              document,
              grade,
              document.equals("gone.md") ? Optional.empty() : Optional.of("d-" + document));
    };
  }

  /** The test sets. */
  private final class Sets implements TestSets {
    private Future<TestSet> of(String id) {
      List<Query> all = queries.getOrDefault(id, List.of());
      long missing =
          all.stream()
              .flatMap(query -> query.expected().stream())
              .filter(one -> one.documentId().isEmpty())
              .count();
      return known(plans.get(id))
          .map(plan -> new TestSet(id, Scope.DEFAULT, plan, all.size(), missing, NOW, NOW));
    }

    @Override
    public Future<List<TestSet>> list(Scope asker) {
      return Future.all(plans.keySet().stream().sorted().map(this::of).toList())
          .map(all -> all.<TestSet>list());
    }

    @Override
    public Future<TestSet> create(Scope owner, Plan plan, List<NewQuery> added) {
      String id = "%032x".formatted(plans.size() + 1);
      plans.put(id, plan);
      return add(owner, id, added).compose(_ -> of(id));
    }

    @Override
    public Future<TestSet> get(Scope asker, String id) {
      return of(id);
    }

    @Override
    public Future<List<Query>> queries(Scope asker, String id) {
      return of(id).map(_ -> queries.getOrDefault(id, List.of()));
    }

    @Override
    public Future<TestSet> update(Scope asker, String id, Plan plan) {
      plans.put(id, plan);
      return of(id);
    }

    @Override
    public Future<Void> delete(Scope asker, String id) {
      return known(plans.remove(id)).mapEmpty();
    }

    @Override
    public Future<List<Query>> add(Scope asker, String id, List<NewQuery> added) {
      if (added.stream().anyMatch(query -> query.text().isBlank())) {
        return Future.failedFuture(
            new ProblemException(new Problem.Invalid("/0/query", "A query must not be blank.")));
      }
      List<Query> all =
          IntStream.range(0, added.size())
              .mapToObj(i -> query("%032x".formatted(i + 1), added.get(i)))
              .toList();
      queries.put(id, all);
      return of(id).map(all);
    }

    @Override
    public Future<Query> replace(Scope asker, String id, String queryId, NewQuery query) {
      Query one = query(queryId, query);
      queries.put(id, List.of(one));
      return of(id).map(one);
    }

    @Override
    public Future<Void> remove(Scope asker, String id, String queryId) {
      queries.put(id, List.of());
      return of(id).mapEmpty();
    }
  }

  /** The runs. */
  private final class Runs implements TestRuns {
    @Override
    public Future<TestRun> begin(Scope owner, NewRun run) {
      List<Query> all = queries.getOrDefault(run.testSet(), List.of());
      questions.put(
          run.task(),
          IntStream.range(0, all.size())
              .mapToObj(i ->
                  new Question(
                      i,
                      all.get(i).text(),
                      all.get(i).expected().stream()
                          .map(e -> new Judged(e.collection(), e.document(), e.grade()))
                          .toList(),
                      Optional.empty()))
              .toList());
      runs.put(
          run.task(),
          FakeTuning.this.run(run.task(), run.testSet(), run.name(), run.settings(), null));
      return get(owner, run.task());
    }

    @Override
    public Future<List<TestRun>> list(Scope asker, String testSet) {
      return known(plans.get(testSet)).map(_ -> List.copyOf(runs.values()));
    }

    @Override
    public Future<TestRun> get(Scope asker, String id) {
      return known(runs.get(id));
    }

    @Override
    public Future<List<Question>> questions(Scope asker, String id) {
      return known(questions.get(id));
    }

    @Override
    public Future<Void> keep(String id, Map<Integer, Answer> answers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> end(String id, Result result) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> delete(Scope asker, String id) {
      return known(runs.remove(id)).mapEmpty();
    }
  }

  /** The settings; {@code none} is no collection. */
  private final class Defaults implements SearchDefaults {
    @Override
    public Future<SearchSettings> of(Scope asker, List<String> collections) {
      var key =
          collections.size() == 1 ? Optional.of(collections.getFirst()) : Optional.<String>empty();
      return Future.succeededFuture(settings.getOrDefault(key, SearchSettings.USUAL));
    }

    @Override
    public Future<Optional<Kept>> get(Scope asker, Optional<String> collection) {
      return Future.succeededFuture(
          Optional.ofNullable(settings.get(collection)).map(kept -> new Kept(kept, NOW)));
    }

    @Override
    public Future<Void> put(Scope asker, Optional<String> collection, SearchSettings kept) {
      if (collection.filter("none"::equals).isPresent()) {
        return known(null);
      }
      settings.put(collection, kept);
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> delete(Scope asker, Optional<String> collection) {
      settings.remove(collection);
      return Future.succeededFuture();
    }
  }
}
