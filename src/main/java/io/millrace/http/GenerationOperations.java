package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.bus.Bus;
import io.millrace.document.Generation;
import io.millrace.document.Generations;
import io.millrace.document.Generations.Counted;
import io.millrace.document.Generations.Failure;
import io.millrace.inference.ListModels;
import io.millrace.json.Times;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.Role;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Looking at generations of the index, building another one, switching, and dropping one. */
final class GenerationOperations {
  private static final Duration LIST_WITHIN = Duration.ofSeconds(5);
  private static final Pattern ID = Pattern.compile("[1-9]\\d{0,17}");
  private static final String EMBED = "embed";
  private static final int FAILURES_MAX = 100;

  private final Generations generations;
  private final Bus bus;

  GenerationOperations(Generations generations, Bus bus) {
    this.generations = generations;
    this.bus = bus;
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listGenerations",
        call -> generations.counted().map(all -> Reply.ok(list(all))),
        "createGeneration",
        this::create,
        "getGeneration",
        call -> generations.get(id(call)).compose(found -> whole(call.asker(), found)),
        "switchToGeneration",
        this::switchTo,
        "retryGeneration",
        call -> generations.retry(id(call)).compose(_ -> now(call, id(call))),
        "dropGeneration",
        call -> generations.drop(id(call)).map(_ -> new Reply.Nothing()));
  }

  /** The id in the path; what cannot be one is not there. */
  private static long id(Call call) {
    String id = call.parameters().path("id");
    if (!ID.matcher(id).matches()) {
      throw new ProblemException(new Problem.NotFound("There is no such generation."));
    }
    return Long.parseLong(id);
  }

  private Future<Reply> create(Call call) {
    JsonObject body = call.body();
    return model(body)
        .compose(model -> generations.begin(model, body.getBoolean("switch", true)))
        .compose(begun -> generations.get(begun.id()))
        .map(counted ->
            Reply.at(201, "/api/v1/generations/" + counted.generation().id(), view(counted)));
  }

  private Future<Optional<String>> model(JsonObject body) {
    Optional<String> named = Optional.ofNullable(body.getString("model"));
    return named.isEmpty() ? Future.succeededFuture(named) : known(named.get()).map(named);
  }

  private Future<Void> known(String name) {
    return RoleAway.told(
            Role.WORKER, bus.askEach(ListModels.ADDRESS, new ListModels(), LIST_WITHIN))
        .map(processes -> {
          var names = new TreeSet<String>();
          processes.forEach(process ->
              process.models().stream()
                  .filter(model -> model.task().equals(EMBED))
                  .forEach(model -> names.add(model.name())));
          if (!names.contains(name)) {
            throw new ProblemException(
                new Problem.Invalid(
                    "/model",
                    "There is no model %s that embeds; there are %s.".formatted(name, names)));
          }
          return null;
        });
  }

  private Future<Reply> switchTo(Call call) {
    boolean incomplete = call.parameters().text("incomplete").filter("true"::equals).isPresent();
    return generations.switchTo(id(call), incomplete).compose(live -> now(call, live.id()));
  }

  private Future<Reply> now(Call call, long id) {
    return generations.get(id).compose(found -> whole(call.asker(), found));
  }

  private Future<Reply> whole(Scope asker, Counted counted) {
    return generations
        .failures(asker, counted.generation().id(), FAILURES_MAX)
        .map(failures -> Reply.ok(view(counted).put("failures", failures(failures))));
  }

  /** All of them, as lists and events show them. */
  static JsonObject list(List<Counted> all) {
    var items = new JsonArray();
    all.forEach(one -> items.add(view(one)));
    return new JsonObject().put("items", items);
  }

  private static JsonObject view(Counted counted) {
    Generation generation = counted.generation();
    var view =
        new JsonObject()
            .put("id", generation.id())
            .put("model", generation.hasModel() ? generation.model() : null)
            .put("chunker", generation.chunker())
            .put("state", generation.state().label())
            .put("switchWhenComplete", generation.switchWhenComplete())
            .put("documents", counted.documents())
            .put("done", counted.done())
            .put("failed", counted.failed())
            .put("createdAt", Times.format(generation.createdAt()));
    generation.switchedAt().ifPresent(moment -> view.put("switchedAt", Times.format(moment)));
    return view;
  }

  private static JsonArray failures(List<Failure> failures) {
    var items = new JsonArray();
    for (Failure failure : failures) {
      var item =
          new JsonObject()
              .put("documentId", failure.documentId())
              .put("name", failure.name())
              .put("collection", failure.collection())
              .put("error", failure.error());
      failure.task().ifPresent(task -> item.put("taskId", task));
      items.add(item);
    }
    return items;
  }
}
