package io.millrace.http;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.tuning.TestSet.NewExpected;
import io.millrace.tuning.TestSet.NewQuery;
import io.millrace.tuning.TestSet.Plan;
import io.millrace.tuning.TestSets;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looking at test sets and their queries, making, changing and deleting them. */
final class TestSetOperations {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private final TestSets sets;

  TestSetOperations(TestSets sets) {
    this.sets = sets;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listTestSets",
        this::list,
        "createTestSet",
        this::create,
        "getTestSet",
        call -> whole(call, id(call)),
        "changeTestSet",
        this::change,
        "deleteTestSet",
        call -> sets.delete(call.asker(), id(call)).map(gone -> new Reply.Nothing()),
        "addTestQueries",
        this::add,
        "replaceTestQuery",
        this::replace,
        "deleteTestQuery",
        call ->
            sets.remove(call.asker(), id(call), id(call, "query"))
                .map(gone -> new Reply.Nothing()));
  }

  /** The id in the path; what cannot be one is not there. */
  static String id(Call call) {
    return id(call, "id");
  }

  private static String id(Call call, String name) {
    String id = call.parameters().path(name);
    if (!ID.matcher(id).matches()) {
      throw new ProblemException(new Problem.NotFound("There is no such test set or query."));
    }
    return id;
  }

  private Future<Reply> list(Call call) {
    return sets.list(call.asker())
        .map(all -> {
          var items = new JsonArray();
          all.forEach(set -> items.add(TuningView.of(set)));
          return Reply.ok(new JsonObject().put("items", items));
        });
  }

  private Future<Reply> create(Call call) {
    JsonObject body = call.body();
    return pointing(
            "/queries",
            sets.create(call.asker(), plan(body), queries(body.getJsonArray("queries"))))
        .compose(made ->
            whole(call, made.id())
                .map(reply ->
                    Reply.at(201, "/api/v1/test-sets/" + made.id(), ((Reply.Body) reply).body())));
  }

  private Future<Reply> whole(Call call, String id) {
    return sets.get(call.asker(), id)
        .compose(set ->
            sets.queries(call.asker(), id).map(queries -> Reply.ok(TuningView.of(set, queries))));
  }

  /** What the body leaves out stays; {@code collection: null} asks in all of the project. */
  private Future<Reply> change(Call call) {
    String id = id(call);
    return sets.get(call.asker(), id)
        .compose(before ->
            sets.update(
                call.asker(), id, plan(TuningView.plan(before.plan()).mergeIn(call.body()))))
        .map(set -> Reply.ok(TuningView.of(set)));
  }

  private Future<Reply> add(Call call) {
    String id = id(call);
    return pointing(
            "/queries", sets.add(call.asker(), id, queries(call.body().getJsonArray("queries"))))
        .map(added -> Reply.ok(new JsonObject().put("items", TuningView.queries(added))));
  }

  private Future<Reply> replace(Call call) {
    return renamed(
            pointer -> pointer.replaceFirst("^/0", ""),
            sets.replace(call.asker(), id(call), id(call, "query"), query(call.body())))
        .map(query -> Reply.ok(TuningView.of(query)));
  }

  private static Plan plan(JsonObject body) {
    return new Plan(body.getString("name"), Optional.ofNullable(body.getString("collection")));
  }

  private static List<NewQuery> queries(@Nullable JsonArray all) {
    var queries = new ArrayList<NewQuery>();
    for (int i = 0; all != null && i < all.size(); i++) {
      queries.add(query(all.getJsonObject(i)));
    }
    return queries;
  }

  /** What an answer has beside it may come back, and is not looked at. */
  private static NewQuery query(JsonObject body) {
    JsonArray all = body.getJsonArray("expected", new JsonArray());
    var expected = new ArrayList<NewExpected>();
    for (int i = 0; i < all.size(); i++) {
      expected.add(expected(all.getJsonObject(i)));
    }
    return new NewQuery(body.getString("query"), expected);
  }

  private static NewExpected expected(JsonObject body) {
    int grade = body.getInteger("grade", 1);
    String document = body.getString("document");
    if (document != null) {
      return new NewExpected.ByName(
          Optional.ofNullable(body.getString("collection")), document, grade);
    }
    return new NewExpected.ById(body.getString("documentId"), grade);
  }

  private static <T> Future<T> pointing(String prefix, Future<T> future) {
    return renamed(pointer -> prefix + pointer, future);
  }

  /** {@code future} with the pointer of its problem as the body has it. */
  private static <T> Future<T> renamed(UnaryOperator<String> pointer, Future<T> future) {
    return future.recover(failure ->
        failure instanceof ProblemException e && e.problem() instanceof Problem.Invalid invalid
            ? Future.failedFuture(
                new ProblemException(
                    new Problem.Invalid(pointer.apply(invalid.pointer()), invalid.detail())))
            : Future.failedFuture(failure));
  }
}
