package io.millrace.handler.measure;

import io.millrace.access.Scope;
import io.millrace.handler.Input;
import io.millrace.handler.search.SearchForm;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchSettings;
import io.millrace.tuning.Figures;
import io.millrace.tuning.TestRun;
import io.millrace.tuning.TestRuns.NewRun;
import io.millrace.tuning.TestSet;
import io.millrace.tuning.Tuning;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A run of a test set as JSON: the input of its task, and its figures. */
public final class RunForm {
  private static final int NAME_LENGTH_MAX = 80;

  private RunForm() {}

  /**
   * Begins the run of {@code task}, or answers it when it has begun. What {@code input} does not
   * say of the settings is as people search now.
   */
  public static Future<TestRun> begin(Tuning tuning, Scope owner, String task, Input input) {
    String set = input.text("testSet");
    return tuning
        .sets()
        .get(owner, set)
        .compose(known ->
            tuning
                .defaults()
                .of(owner, collections(known))
                .compose(unsaid -> {
                  SearchSettings settings = SearchForm.settings(input.object("settings"), unsaid);
                  var run = new NewRun(task, set, name(input, settings), settings);
                  return tuning.runs().begin(owner, run);
                }));
  }

  private static List<String> collections(TestSet set) {
    return set.plan().collection().stream().toList();
  }

  private static String name(Input input, SearchSettings settings) {
    String said = input.optionalText("name").orElse("").strip();
    String name = said.isEmpty() ? describe(settings) : said;
    return name.substring(0, Math.min(name.length(), NAME_LENGTH_MAX));
  }

  /** Settings in a few words, such as {@code hybrid 0.7, rerank}. */
  private static String describe(SearchSettings settings) {
    JsonObject form = SearchForm.write(settings);
    var words = new StringBuilder(form.getString("mode"));
    if (settings.mode() == Mode.HYBRID) {
      settings.vectorWeight().ifPresent(weight -> words.append(' ').append(weight));
      if (form.getString("fusion").equals("ranks")) {
        words.append(", ranks");
      }
    }
    if (settings.rerank().isPresent()) {
      words.append(", rerank");
    }
    return words.toString();
  }

  /** Writes figures. */
  public static JsonObject write(Figures figures) {
    return new JsonObject()
        .put("ndcg10", figures.ndcg10())
        .put("map", figures.map())
        .put("recall100", figures.recall100())
        .put("mrr10", figures.mrr10())
        .put("success10", figures.success10());
  }
}
