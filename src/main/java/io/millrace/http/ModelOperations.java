package io.millrace.http;

import io.millrace.bus.Bus;
import io.millrace.inference.ListModels;
import io.millrace.inference.ListModels.Listed;
import io.millrace.inference.ModelState;
import io.millrace.inference.MoveModel;
import io.millrace.json.Times;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.Role;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The models of all processes that run models, and their ways into memory and out of it. */
final class ModelOperations {
  private static final Duration LIST_WITHIN = Duration.ofSeconds(5);

  private final Bus bus;
  private final Duration patience;
  private final long createdSeconds;

  /**
   * Asks over {@code bus}.
   *
   * @param patience how long a load may take
   * @param started when this server was started
   */
  ModelOperations(Bus bus, Duration patience, Instant started) {
    this.bus = bus;
    this.patience = patience;
    this.createdSeconds = started.getEpochSecond();
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "listModels",
        call -> list().map(models -> Reply.ok(items(models))),
        "loadModel",
        call -> move(call, MoveModel.Where.IN),
        "unloadModel",
        call -> move(call, MoveModel.Where.OUT),
        "listApiModels",
        call -> list().map(models -> Reply.ok(apiList(models))),
        "getApiModel",
        call ->
            list().map(models -> Reply.ok(apiView(found(models, call.parameters().path("id"))))));
  }

  /**
   * A model on one process.
   *
   * @param process the name of the process
   */
  private record Instance(String process, ModelState state) {}

  private Future<Map<String, List<Instance>>> list() {
    return RoleAway.told(
            Role.WORKER, bus.askEach(ListModels.ADDRESS, new ListModels(), LIST_WITHIN))
        .map(ModelOperations::byName);
  }

  private Future<Reply> move(Call call, MoveModel.Where to) {
    String name = call.parameters().path("name");
    return RoleAway.told(
            Role.WORKER, bus.askEach(MoveModel.ADDRESS, new MoveModel(name, to), patience))
        .map(listed -> Reply.ok(view(name, found(byName(listed), name))));
  }

  private static Map<String, List<Instance>> byName(List<Listed> processes) {
    var models = new TreeMap<String, List<Instance>>();
    processes.stream()
        .sorted(Comparator.comparing(Listed::process))
        .forEach(process ->
            process
                .models()
                .forEach(state ->
                    models
                        .computeIfAbsent(state.name(), absent -> new ArrayList<>())
                        .add(new Instance(process.process(), state))));
    return models;
  }

  private static List<Instance> found(Map<String, List<Instance>> models, String name) {
    List<Instance> instances = models.get(name);
    if (instances == null) {
      throw new ProblemException(
          new Problem.NotFound(
              "There is no model %s; there are %s.".formatted(name, models.keySet())));
    }
    return instances;
  }

  private static JsonObject items(Map<String, List<Instance>> models) {
    var items = new JsonArray();
    models.forEach((name, instances) -> items.add(view(name, instances)));
    return new JsonObject().put("items", items);
  }

  private static JsonObject view(String name, List<Instance> instances) {
    ModelState best =
        instances.stream()
            .map(Instance::state)
            .min(Comparator.comparingInt(state -> rank(state.status())))
            .orElseThrow();
    var views = new JsonArray();
    instances.forEach(instance -> views.add(view(instance)));
    return new JsonObject()
        .put("name", name)
        .put("version", best.version())
        .put("task", best.task())
        .put("provider", best.provider())
        .put("state", label(best.status()))
        .put("waiting", instances.stream().mapToInt(one -> one.state().textsWaiting()).sum())
        .put("instances", views);
  }

  private static int rank(ModelState.Status status) {
    return switch (status) {
      case READY -> 0;
      case LOADING -> 1;
      case UNLOADED -> 2;
      case FAILED -> 3;
      case STOPPED -> 4;
    };
  }

  private static String label(ModelState.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static JsonObject view(Instance instance) {
    ModelState state = instance.state();
    var view =
        new JsonObject()
            .put("process", instance.process())
            .put("state", label(state.status()))
            .put("device", state.device())
            .put("waiting", state.textsWaiting());
    if (state.memoryBytes() > 0) {
      view.put("memoryBytes", state.memoryBytes());
    }
    if (state.loadMillis() > 0) {
      view.put("loadMs", state.loadMillis());
    }
    state.lastUsed().ifPresent(moment -> view.put("lastUsedAt", Times.format(moment)));
    if (!state.trouble().isEmpty()) {
      view.put("trouble", state.trouble());
    }
    return view;
  }

  private JsonObject apiList(Map<String, List<Instance>> models) {
    var data = new JsonArray();
    models.values().forEach(instances -> data.add(apiView(instances)));
    return new JsonObject().put("object", "list").put("data", data);
  }

  private JsonObject apiView(List<Instance> instances) {
    return new JsonObject()
        .put("id", instances.getFirst().state().name())
        .put("object", "model")
        .put("created", createdSeconds)
        .put("owned_by", "millrace");
  }
}
