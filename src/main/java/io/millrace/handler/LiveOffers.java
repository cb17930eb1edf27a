package io.millrace.handler;

import io.millrace.handler.HandlerRegistration.Offer;
import io.millrace.settings.Durations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What all live workers offer, folded into one view per handler: that of its highest version.
 *
 * @param views by name
 * @param paused names of handlers whose tasks wait, whether they are live or not
 */
record LiveOffers(Map<String, HandlerView> views, Set<String> paused) {
  LiveOffers {
    views = Map.copyOf(views);
    paused = Set.copyOf(paused);
  }

  /** The stored form of one worker's offers. */
  static String write(List<Offer> offers) {
    JsonArray array = new JsonArray();
    for (Offer offer : offers) {
      array.add(
          new JsonObject()
              .put("name", offer.declaration().name())
              .put("version", offer.declaration().version())
              .put("declaration", DeclarationForm.of(offer.declaration()))
              .put("schema", offer.inputSchema()));
    }
    return array.encode();
  }

  /** Folds the stored forms of many workers. */
  static LiveOffers read(Collection<String> workers, Set<String> paused) {
    Map<String, HandlerView> views = new HashMap<>();
    for (String worker : workers) {
      for (Object item : new JsonArray(worker)) {
        HandlerView one = view((JsonObject) item, paused);
        views.merge(one.name(), one, LiveOffers::joined);
      }
    }
    return new LiveOffers(views, paused);
  }

  private static HandlerView view(JsonObject offer, Set<String> paused) {
    JsonObject declared = new JsonObject(offer.getString("declaration"));
    return new HandlerView(
        offer.getString("name"),
        declared.getString("type"),
        offer.getInteger("version"),
        declared.getString("description"),
        declared.getString("model"),
        offer.getString("schema"),
        1,
        declared.getInteger("concurrency"),
        Durations.parse(declared.getString("timeout")).toMillis(),
        paused.contains(offer.getString("name")));
  }

  private static HandlerView joined(HandlerView a, HandlerView b) {
    if (a.version() != b.version()) {
      return a.version() > b.version() ? a : b;
    }
    return new HandlerView(
        a.name(),
        a.type(),
        a.version(),
        a.description(),
        a.model(),
        a.inputSchema(),
        a.liveWorkers() + b.liveWorkers(),
        a.concurrency() + b.concurrency(),
        a.timeoutMs(),
        a.paused());
  }

  /** These, and those of {@code before} that are no more. */
  LiveOffers joined(LiveOffers before) {
    Map<String, HandlerView> all = new HashMap<>(before.views);
    all.putAll(views);
    return new LiveOffers(all, paused);
  }

  /** All views, by name. */
  List<HandlerView> sorted() {
    return List.copyOf(new TreeMap<>(views).values());
  }
}
