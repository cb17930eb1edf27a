package io.millrace.http;

import io.millrace.handler.measure.RunForm;
import io.millrace.handler.search.SearchForm;
import io.millrace.json.Times;
import io.millrace.tuning.Comparison;
import io.millrace.tuning.Comparison.Change;
import io.millrace.tuning.Comparison.Pair;
import io.millrace.tuning.TestRun;
import io.millrace.tuning.TestRun.Answer;
import io.millrace.tuning.TestRun.Judged;
import io.millrace.tuning.TestRun.Question;
import io.millrace.tuning.TestSet;
import io.millrace.tuning.TestSet.Expected;
import io.millrace.tuning.TestSet.Plan;
import io.millrace.tuning.TestSet.Query;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** Test sets, their runs and comparisons as clients see them. */
final class TuningView {
  private TuningView() {}

  static JsonObject of(TestSet set) {
    return plan(set.plan())
        .put("id", set.id())
        .put("queryCount", set.queries())
        .put("missing", set.missing())
        .put("createdAt", Times.format(set.createdAt()))
        .put("updatedAt", Times.format(set.updatedAt()));
  }

  static JsonObject of(TestSet set, List<Query> queries) {
    return of(set).put("queries", queries(queries));
  }

  /** What people said of it. */
  static JsonObject plan(Plan plan) {
    var view = new JsonObject().put("name", plan.name());
    plan.collection().ifPresent(collection -> view.put("collection", collection));
    return view;
  }

  static JsonArray queries(List<Query> queries) {
    var views = new JsonArray();
    queries.forEach(query -> views.add(of(query)));
    return views;
  }

  static JsonObject of(Query query) {
    var expected = new JsonArray();
    query.expected().forEach(one -> expected.add(of(one)));
    return new JsonObject()
        .put("id", query.id())
        .put("query", query.text())
        .put("expected", expected);
  }

  private static JsonObject of(Expected expected) {
    var view =
        new JsonObject()
            .put("collection", expected.collection())
            .put("document", expected.document())
            .put("grade", expected.grade());
    expected
        .documentId()
        .ifPresentOrElse(id -> view.put("documentId", id), () -> view.put("missing", true));
    return view;
  }

  /** A run whose task has this {@code status}. */
  static JsonObject of(TestRun run, String status) {
    var view =
        new JsonObject()
            .put("id", run.id())
            .put("testSet", run.testSet())
            .put("name", run.name())
            .put("settings", SearchForm.write(run.settings()))
            .put("status", status)
            .put("queries", run.queries())
            .put("answered", run.answered())
            .put("startedAt", Times.format(run.startedAt()));
    run.collection().ifPresent(collection -> view.put("collection", collection));
    run.endedAt().ifPresent(moment -> view.put("endedAt", Times.format(moment)));
    run.result()
        .ifPresent(result -> {
          view.put("figures", RunForm.write(result.figures()))
              .put("models", new JsonArray(result.models()))
              .put("limited", result.limited());
          result.notice().ifPresent(notice -> view.put("notice", notice));
        });
    return view;
  }

  static JsonArray questions(List<Question> questions) {
    var views = new JsonArray();
    questions.forEach(question -> views.add(of(question)));
    return views;
  }

  private static JsonObject of(Question question) {
    var view = new JsonObject().put("query", question.text()).put("expected", found(question));
    question
        .answer()
        .ifPresent(answer -> {
          var top = new JsonArray();
          answer
              .top()
              .forEach(one ->
                  top.add(
                      new JsonObject()
                          .put("documentId", one.documentId())
                          .put("collection", one.collection())
                          .put("document", one.document())));
          view.put("figures", RunForm.write(question.figures())).put("top", top);
          answer.notice().ifPresent(notice -> view.put("notice", notice));
        });
    return view;
  }

  /** What is expected, each with its rank where it was found. */
  private static JsonArray found(Question question) {
    List<Integer> ranks = question.answer().map(Answer::ranks).orElse(List.of());
    var views = new JsonArray();
    for (int i = 0; i < question.expected().size(); i++) {
      Judged one = question.expected().get(i);
      var view =
          new JsonObject()
              .put("collection", one.collection())
              .put("document", one.document())
              .put("grade", one.grade());
      if (!ranks.isEmpty() && ranks.get(i) > 0) {
        view.put("rank", ranks.get(i));
      }
      views.add(view);
    }
    return views;
  }

  static JsonObject of(Comparison comparison) {
    var pairs = new JsonArray();
    comparison.pairs().forEach(pair -> pairs.add(of(pair)));
    var view =
        new JsonObject()
            .put("before", RunForm.write(comparison.before()))
            .put("after", RunForm.write(comparison.after()))
            .put("queries", pairs)
            .put("unpaired", comparison.unpaired());
    for (Change change : Change.values()) {
      view.put(label(change), comparison.count(change));
    }
    comparison.chance().ifPresent(chance -> view.put("chance", chance));
    return view;
  }

  private static JsonObject of(Pair pair) {
    return new JsonObject()
        .put("query", pair.after().text())
        .put("change", label(pair.change()))
        .put("before", side(pair.before()))
        .put("after", side(pair.after()));
  }

  private static JsonObject side(Question question) {
    return new JsonObject()
        .put("figures", RunForm.write(question.figures()))
        .put("expected", found(question));
  }

  private static String label(Change change) {
    return change.name().toLowerCase(Locale.ROOT);
  }
}
