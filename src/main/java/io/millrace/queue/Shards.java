package io.millrace.queue;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** Spreads lists over shards and puts the answers back in order. */
final class Shards {
  private Shards() {}

  /** Asks each of {@code count} shards at once; the answers by shard. */
  static <T> Future<List<T>> every(int count, IntFunction<Future<T>> ask) {
    var asked = IntStream.range(0, count).mapToObj(ask).toList();
    return Future.all(asked).map(_ -> asked.stream().map(Future::result).toList());
  }

  /**
   * Asks for {@code items} in portions of at most {@code portion}, each of one shard.
   *
   * @param ask answers a portion, one answer per item, in order
   */
  static <Q, R> Future<List<R>> ask(
      List<Q> items,
      ToIntFunction<Q> shardOf,
      int portion,
      BiFunction<Integer, List<Q>, Future<List<R>>> ask) {
    if (items.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    var portions = portions(items, shardOf, portion);
    if (portions.size() == 1) {
      return ask.apply(portions.getFirst().shard(), items);
    }
    var asked = new ArrayList<Future<List<R>>>();
    portions.forEach(one -> asked.add(ask.apply(one.shard(), one.items())));
    return Future.all(asked).map(_ -> inOrder(portions, asked, items.size()));
  }

  private static <Q, R> List<R> inOrder(
      List<Portion<Q>> portions, List<Future<List<R>>> answered, int size) {
    var byPlace = new TreeMap<Integer, R>();
    for (int p = 0; p < portions.size(); p++) {
      List<R> answers = answered.get(p).result();
      for (int i = 0; i < answers.size(); i++) {
        byPlace.put(portions.get(p).places().get(i), answers.get(i));
      }
    }
    if (byPlace.size() != size) {
      throw new IllegalStateException(byPlace.size() + " answers to " + size + " questions");
    }
    return List.copyOf(byPlace.values());
  }

  private record Portion<Q>(int shard, List<Q> items, List<Integer> places) {}

  private static <Q> List<Portion<Q>> portions(
      List<Q> items, ToIntFunction<Q> shardOf, int portion) {
    var all = new ArrayList<Portion<Q>>();
    var open = new HashMap<Integer, Portion<Q>>();
    for (int i = 0; i < items.size(); i++) {
      int shard = shardOf.applyAsInt(items.get(i));
      Portion<Q> current = open.get(shard);
      if (current == null || current.items().size() >= portion) {
        current = new Portion<>(shard, new ArrayList<>(), new ArrayList<>());
        open.put(shard, current);
        all.add(current);
      }
      current.items().add(items.get(i));
      current.places().add(i);
    }
    return all;
  }
}
