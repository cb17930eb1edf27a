package io.millrace.dispatch;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers single questions into calls of many: one call is under way at a time, and what arrives
 * meanwhile goes with the next. A call that fails because Redis is away is repeated until it is
 * answered; one that fails for another reason is halved until the offender stands alone.
 *
 * <p>Safe for use by many threads.
 */
final class Batch<Q, R> {
  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);
  private static final int SIZE_MAX = 256;
  private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Function<List<Q>, Future<List<R>>> call;
  private final Deque<Item<Q, R>> waiting = new ArrayDeque<>();
  private boolean busy;

  Batch(Vertx vertx, Function<List<Q>, Future<List<R>>> call) {
    this.vertx = vertx;
    this.call = call;
  }

  /** Asks for {@code question} with the next call; fails only when the question itself is bad. */
  Future<R> add(Q question) {
    Item<Q, R> item = new Item<>(question, Promise.promise());
    synchronized (this) {
      waiting.add(item);
    }
    next();
    return item.answer.future();
  }

  private void next() {
    List<Item<Q, R>> items = new ArrayList<>();
    synchronized (this) {
      if (busy || waiting.isEmpty()) {
        return;
      }
      busy = true;
      while (!waiting.isEmpty() && items.size() < SIZE_MAX) {
        items.add(waiting.remove());
      }
    }
    send(items, PAUSE_FIRST)
        .onComplete(_ -> {
          synchronized (this) {
            busy = false;
          }
          next();
        });
  }

  /** Completes, never fails, when each of {@code items} has its answer. */
  private Future<Void> send(List<Item<Q, R>> items, Duration pause) {
    Promise<Void> done = Promise.promise();
    ask(items)
        .onSuccess(answers -> {
          for (int i = 0; i < items.size(); i++) {
            items.get(i).answer.complete(answers.get(i));
          }
          done.complete();
        })
        .onFailure(cause -> repeat(items, pause, cause).onComplete(done));
    return done.future();
  }

  private Future<List<R>> ask(List<Item<Q, R>> items) {
    try {
      return call.apply(items.stream().map(Item::question).toList())
          .map(answers -> {
            if (answers.size() != items.size()) {
              throw new IllegalStateException(
                  "asked %d, answered %d".formatted(items.size(), answers.size()));
            }
            return answers;
          });
    } catch (RuntimeException defect) {
      return Future.failedFuture(defect);
    }
  }

  private Future<Void> repeat(List<Item<Q, R>> items, Duration pause, Throwable cause) {
    if (isAway(cause)) {
      Duration longer = pause.multipliedBy(2);
      Promise<Void> done = Promise.promise();
      vertx.setTimer(
          pause.toMillis(),
          _ -> send(items, longer.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : longer).onComplete(done));
      return done.future();
    }
    if (items.size() == 1) {
      LOG.error("a call to the queue failed for {}", items.getFirst().question, cause);
      items.getFirst().answer.fail(cause);
      return Future.succeededFuture();
    }
    int half = items.size() / 2;
    return send(items.subList(0, half), pause)
        .compose(_ -> send(items.subList(half, items.size()), pause));
  }

  private static boolean isAway(Throwable cause) {
    return cause instanceof ProblemException e && e.problem() instanceof Problem.Unavailable;
  }

  private record Item<Q, R>(Q question, Promise<R> answer) {}
}
