package io.millrace.queue;

import io.millrace.redis.CallerPromise;
import io.millrace.redis.RedisGateway;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Shares round trips: what callers ask for while calls are under way travels in the next call,
 * together and in order. It waits for nobody, so a lone caller loses no time. Its state lives on
 * the gateway's event loop.
 *
 * @param <Q> one item asked
 * @param <R> its answer
 */
final class Batcher<Q, R> {
  private static final int CALLS_MAX = 2;

  private final RedisGateway redis;
  private final int itemsMax;
  private final Function<List<Q>, Future<List<R>>> call;
  private final ArrayDeque<Ask<Q, R>> waiting = new ArrayDeque<>();
  private int calls;

  /**
   * @param itemsMax most items of one call
   * @param call asks Redis and answers per item, in order
   */
  Batcher(RedisGateway redis, int itemsMax, Function<List<Q>, Future<List<R>>> call) {
    this.redis = redis;
    this.itemsMax = itemsMax;
    this.call = call;
  }

  private record Ask<Q, R>(List<Q> items, Promise<List<R>> answer) {}

  /** Asks for all {@code items}, at most {@link #itemsMax()} of them. */
  Future<List<R>> ask(List<Q> items) {
    var answer = new CallerPromise<List<R>>();
    redis.execute(() -> {
      waiting.add(new Ask<>(List.copyOf(items), answer.promise()));
      if (calls < CALLS_MAX) {
        send();
      }
    });
    return answer.future();
  }

  int itemsMax() {
    return itemsMax;
  }

  /** Sends everything that waits; only on the event loop. */
  void sendAll() {
    while (!waiting.isEmpty()) {
      send();
    }
  }

  private void send() {
    if (waiting.isEmpty()) {
      return;
    }
    var asks = new ArrayList<Ask<Q, R>>();
    var items = new ArrayList<Q>();
    while (!waiting.isEmpty()
        && (asks.isEmpty() || items.size() + waiting.element().items().size() <= itemsMax)) {
      Ask<Q, R> ask = waiting.remove();
      asks.add(ask);
      items.addAll(ask.items());
    }
    calls++;
    var _ =
        call.apply(items)
            .onComplete(
                answers -> {
                  ended();
                  int from = 0;
                  for (Ask<Q, R> ask : asks) {
                    int to = from + ask.items().size();
                    ask.answer().complete(List.copyOf(answers.subList(from, to)));
                    from = to;
                  }
                },
                cause -> {
                  ended();
                  asks.forEach(ask -> ask.answer().fail(cause));
                });
  }

  private void ended() {
    calls--;
    if (calls < CALLS_MAX) {
      send();
    }
  }
}
